/** What can be done to a machine by mouse; each entry is a chaos command, and says which. */
import { useEffect, useRef } from 'react';
import { host } from '../state/session';
import { useCluster } from '../state/cluster-store';

export interface MenuPlace {
  readonly node: string;
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly place: MenuPlace;
  readonly close: () => void;
}

export function NodeMenu({ place, close }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const state = useCluster((s) => s.nodes.find((n) => n.name === place.node));
  useEffect(() => list.current?.querySelector('button')?.focus(), []);
  if (!state) return null;
  const { node } = place;
  const entries: readonly (readonly [string, string])[] =
    state.power === 'off'
      ? [['Switch on', `start ${node}`]]
      : [
          ['Crash', `crash ${node}`],
          ['Stop in good order', `stop ${node}`],
          ['Restart', `restart ${node}`],
          state.frozen ? ['Thaw', `thaw ${node}`] : ['Freeze', `freeze ${node}`],
          ['Cut off from all others', `partition ${node}`],
          ['Heal all its links', `heal ${node}`],
        ];
  return (
    <div
      className="menu"
      role="menu"
      aria-label={`Actions on ${node}`}
      ref={list}
      style={{ left: place.x, top: place.y }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      {entries.map(([label, line]) => (
        <button
          key={line}
          type="button"
          role="menuitem"
          onClick={() => {
            close();
            void host().chaos(line);
          }}
        >
          {label} <code>chaos {line}</code>
        </button>
      ))}
    </div>
  );
}
