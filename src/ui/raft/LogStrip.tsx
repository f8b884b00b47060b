/** The end of one manager's log, aligned by index with the others; the bar is its commit index. */
import { useRef, type KeyboardEvent } from 'react';
import type { RaftLogEntry } from '../../api';
import { commandById, useCommands } from '../state/command-store';
import { shortLabel } from '../timeline/marks';
import type { Manager } from '../state/sides';
import type { Column } from './columns';
import { cellText, sentenceOf, type EntryState } from './entry-words';

interface Props {
  readonly manager: Manager;
  readonly columns: readonly Column[];
  /** The manager whose log counts. */
  readonly leader: Manager | undefined;
  /** Shows a sentence about the entry that is looked at. */
  readonly onTell: (sentence: string) => void;
}

export function LogStrip({ manager, columns, leader, onTell }: Props) {
  const { screen, raft } = manager;
  const row = useRef<HTMLOListElement>(null);
  const last = columns.findLast((c) => c !== 'gap' && c <= raft.lastIndex);
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const cells = [...(row.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = cells.indexOf(document.activeElement as HTMLElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    cells[at + step]?.focus();
  };
  return (
    <div className="log">
      <span className="log-name">{screen.name}</span>
      <ol
        ref={row}
        aria-label={`Log of ${screen.name}`}
        style={{ gridTemplateColumns: templateOf(columns) }}
        onKeyDown={walk}
      >
        {columns.map((index) => {
          const entry = index === 'gap' ? undefined : raft.log.find((e) => e.index === index);
          if (!entry) {
            return (
              <li key={index} className="log-hole" aria-hidden>
                {index === 'gap' ? '…' : ''}
              </li>
            );
          }
          return (
            <LogCell
              key={index}
              entry={entry}
              state={stateOf(entry, manager, leader)}
              marked={index === raft.commit}
              reachable={index === last}
              onTell={onTell}
            />
          );
        })}
      </ol>
    </div>
  );
}

interface CellProps {
  readonly entry: RaftLogEntry;
  readonly state: EntryState;
  /** The manager's commit index is here. */
  readonly marked: boolean;
  /** Whether the Tab key stops here; arrows reach the rest of the row. */
  readonly reachable: boolean;
  readonly onTell: (sentence: string) => void;
}

function LogCell({ entry, state, marked, reachable, onTell }: CellProps) {
  const command = useCommands((s) => commandById(s.commands, entry.cause));
  const sentence = sentenceOf(entry, state, command);
  const tell = () => onTell(sentence);
  const own = command !== undefined;
  return (
    <li data-state={state} data-term={entry.term % 3} data-mark={marked}>
      <button
        type="button"
        tabIndex={reachable ? 0 : -1}
        title={sentence}
        aria-label={sentence}
        onFocus={tell}
        onMouseEnter={tell}
      >
        <b>
          {entry.index} <i>t{entry.term}</i>
          {own && <em>{shortLabel(command.text).split(' ').at(-1)}</em>}
        </b>
        <span>{cellText(entry)}</span>
      </button>
    </li>
  );
}

function stateOf(entry: RaftLogEntry, manager: Manager, leader: Manager | undefined): EntryState {
  if (entry.index <= manager.raft.commit) return 'committed';
  const theirs = leader?.raft.log.find((e) => e.index === entry.index);
  return theirs && theirs.term !== entry.term ? 'lost' : 'open';
}

function templateOf(columns: readonly Column[]): string {
  return columns.map((c) => (c === 'gap' ? '16px' : 'minmax(0, 1fr)')).join(' ');
}
