/** A log entry in the few words of its cell, and in the full sentence beneath the logs. */
import type { RaftLogEntry } from '../../api';
import type { CommandRecord } from '../state/command-store';

export type EntryState = 'committed' | 'open' | 'lost';

/** "web.3 running", "web: 2 running, 1 shutdown", "node2 ready", "new leader". */
export function cellText(entry: RaftLogEntry): string {
  const { about, of, summary } = entry;
  if (about === undefined) return summary;
  if (of === undefined) return about;
  return of.includes('.') ? `${of} ${about}` : `${of}: ${about}`;
}

const WORDS: Readonly<Record<EntryState, string>> = {
  committed: 'committed',
  open: 'not committed yet',
  lost: 'the leader of a later term has another entry here, so this one will be replaced',
};

export function sentenceOf(
  entry: RaftLogEntry,
  state: EntryState,
  command: CommandRecord | undefined,
): string {
  const { index, term, summary } = entry;
  const text = cellText(entry);
  const what = text === summary ? summary : `${summary} (${text})`;
  const where = command?.node ? ` on ${command.node}` : '';
  const why = command ? ` Because of ${command.text}${where}.` : '';
  return `Entry ${index}, term ${term}: ${what}; ${WORDS[state]}.${why}`;
}
