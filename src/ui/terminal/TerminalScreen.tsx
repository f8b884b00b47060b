/** The place where a terminal's screen hangs while it is in sight; the terminal itself lives on. */
import { useEffect, useRef } from 'react';
import { usePage } from '../state/page-store';
import { terminalOf } from './terminal-session';

interface Props {
  readonly node: string;
  readonly slot: number;
}

/** On a touch screen, focus would bring up the keyboard over half the page. */
const hasTouch = () => matchMedia('(pointer: coarse)').matches;

export function TerminalScreen({ node, slot }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const session = terminalOf(node, usePage.getState().theme, slot);
    session.attach(element);
    const tabbing = document.activeElement?.getAttribute('role') === 'tab';
    if (!hasTouch() && !tabbing) session.terminal.focus();
    const observer = new ResizeObserver(() => session.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      session.terminal.element?.remove();
    };
  }, [node, slot]);
  return (
    <div
      className="terminal-screen"
      ref={place}
      role="tabpanel"
      aria-label={`${node}, terminal${slot === 0 ? '' : ` ${slot + 1}`}`}
      onContextMenu={(event) => {
        event.preventDefault();
        void terminalOf(node, usePage.getState().theme, slot).copyOrPaste();
      }}
    />
  );
}
