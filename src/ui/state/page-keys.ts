/** Keys that work wherever the focus is: the palette, and the way from part to part of the page. */
import { useEffect } from 'react';
import { setPalette, usePage } from './page-store';

/** Parts of the page in the order in which F6 visits them, by what takes the focus in each. */
const PARTS = [
  '.guide-body',
  '.canvas-views [aria-selected="true"]',
  '.inspector',
  '.terminal-screen textarea',
  '.bar-step',
];

export function usePageKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey && event.code === 'KeyK' && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        setPalette(!usePage.getState().paletteOpen);
      } else if (event.key === 'F6') {
        event.preventDefault();
        goOn(event.shiftKey ? -1 : 1);
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function goOn(step: 1 | -1): void {
  const parts = PARTS.flatMap((part) => document.querySelector<HTMLElement>(part) ?? []);
  const here = parts.findIndex((part) => {
    const region = part.closest('.guide, .canvas, .inspector, .terminals, .bar');
    return region?.contains(document.activeElement);
  });
  const start = here < 0 && step < 0 ? 0 : here;
  parts[(start + step + parts.length) % parts.length]?.focus();
}
