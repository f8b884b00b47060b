/** The end of one manager's log, aligned by index with the others; the bar is its commit index. */
import type { RaftLogEntry } from '../../api';
import type { Manager } from './RaftLens';
import type { Column } from './columns';

interface Props {
  readonly manager: Manager;
  readonly columns: readonly Column[];
  /** The manager whose log counts. */
  readonly leader: Manager | undefined;
}

export function LogStrip({ manager, columns, leader }: Props) {
  const { screen, raft } = manager;
  return (
    <div className="log">
      <span className="log-name">{screen.name}</span>
      <ol style={{ gridTemplateColumns: templateOf(columns) }}>
        {columns.map((index) => {
          if (index === 'gap') {
            return (
              <li key="gap" className="log-hole" aria-hidden>
                …
              </li>
            );
          }
          const entry = raft.log.find((e) => e.index === index);
          if (!entry) return <li key={index} className="log-hole" aria-hidden />;
          const state = stateOf(entry, manager, leader);
          return (
            <li
              key={index}
              data-state={state}
              data-term={entry.term % 2 === 0 ? 'even' : 'odd'}
              data-mark={index === raft.commit}
              title={`${entry.summary}: index ${index}, term ${entry.term}, ${WORDS[state]}`}
            >
              <b>{index}</b> {entry.summary}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const WORDS = {
  committed: 'committed',
  open: 'not committed yet',
  lost: 'the leader has another entry here: this one will be replaced',
} as const;

function stateOf(entry: RaftLogEntry, manager: Manager, leader: Manager | undefined) {
  if (entry.index <= manager.raft.commit) return 'committed';
  const theirs = leader?.raft.log.find((e) => e.index === entry.index);
  return theirs && theirs.term !== entry.term ? 'lost' : 'open';
}

function templateOf(columns: readonly Column[]): string {
  return columns.map((c) => (c === 'gap' ? '16px' : 'minmax(0, 1fr)')).join(' ');
}
