/** The end of one manager's log, aligned by index with the others; the bar is its commit index. */
import type { Manager } from './RaftLens';

interface Props {
  readonly manager: Manager;
  readonly all: readonly Manager[];
}

const SHOWN = 8;

export function LogStrip({ manager, all }: Props) {
  const { screen, raft } = manager;
  const last = Math.max(...all.map((m) => m.raft.lastIndex));
  const first = Math.max(1, last - SHOWN + 1);
  const slots = Array.from({ length: Math.min(SHOWN, last) }, (_, i) => first + i);
  return (
    <div className="log">
      <span className="log-name">{screen.name}</span>
      <ol>
        {slots.map((index) => {
          const entry = raft.log.find((e) => e.index === index);
          if (!entry) return <li key={index} className="log-hole" aria-hidden />;
          const state = index <= raft.commit ? 'committed' : 'open';
          return (
            <li
              key={index}
              data-state={state}
              data-mark={index === raft.commit}
              title={`${entry.summary} · index ${index}, term ${entry.term}, ${state === 'open' ? 'not committed' : 'committed'}`}
            >
              <b>{index}</b> {entry.summary}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
