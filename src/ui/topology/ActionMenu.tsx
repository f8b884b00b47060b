/** The menu at a machine or a link: by right click, long press, or the menu key. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import { chaos, removeNode } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { select } from '../state/page-store';
import { linkActions, nodeActions, type Action } from './actions';

export type MenuPlace = { readonly x: number; readonly y: number } & (
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
);

interface Props {
  readonly place: MenuPlace;
  readonly close: () => void;
}

export function ActionMenu({ place, close }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const actions = useActions(place);
  useLayoutEffect(() => keepInside(list.current!), [place]);
  useEffect(() => {
    const before = document.activeElement;
    list.current?.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const title = place.kind === 'node' ? place.node : `${place.from} and ${place.to}`;
  return (
    <>
      <div className="menu-ground" onPointerDown={close} onContextMenu={close} />
      <div
        className="menu"
        role="menu"
        aria-label={`Actions on ${title}`}
        ref={list}
        style={{ left: place.x, top: place.y }}
        onKeyDown={(event) => moveFocus(event, close)}
      >
        <p className="menu-title">{title}</p>
        {actions.map(({ label, line }) => (
          <button
            key={line}
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              void chaos(line);
            }}
          >
            {label} <code>chaos {line}</code>
          </button>
        ))}
        <hr />
        <button
          type="button"
          role="menuitem"
          onClick={() => {
            close();
            select(
              place.kind === 'node'
                ? { kind: 'node', node: place.node }
                : { kind: 'link', from: place.from, to: place.to },
            );
          }}
        >
          Inspect
        </button>
        {place.kind === 'node' && (
          <button
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              void removeNode(place.node);
            }}
          >
            Take away for good
          </button>
        )}
      </div>
    </>
  );
}

function useActions(place: MenuPlace): readonly Action[] {
  const nodes = useCluster((s) => s.nodes);
  const links = useCluster((s) => s.links);
  if (place.kind === 'node') {
    const node = nodes.find((n) => n.name === place.node);
    return node ? nodeActions(node) : [];
  }
  const find = (from: string, to: string) => links.find((l) => l.from === from && l.to === to);
  const { from, to } = place;
  return linkActions(from, to, find(from, to), find(to, from));
}

function keepInside(menu: HTMLElement): void {
  const box = menu.getBoundingClientRect();
  const overX = box.right - innerWidth + 8;
  const overY = box.bottom - innerHeight + 8;
  if (overX > 0) menu.style.left = `${Math.max(8, box.left - overX)}px`;
  if (overY > 0) menu.style.top = `${Math.max(8, box.top - overY)}px`;
}

function moveFocus(event: React.KeyboardEvent<HTMLElement>, close: () => void): void {
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    close();
    return;
  }
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items[(at + step + items.length) % items.length]?.focus();
}
