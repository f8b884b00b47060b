/**
 * The sentence under the picture: what the learner did last and all that it has led to. Before anything
 * was done, what to type first.
 */
import { useMemo } from 'react';
import { consequencesOf, taskName } from '../state/causes';
import { useCluster, type ClusterState } from '../state/cluster-store';
import { useCommands, type CommandRecord } from '../state/command-store';
import { usePage } from '../state/page-store';
import { formatAgo } from '../state/virtual-time';

/** Older than this, an action explains nothing on the screen any more. */
const TELL_US = 120_000_000;

export function Because() {
  const last = useCommands((s) => s.commands.at(-1));
  const complaint = usePage((s) => s.complaint);
  const now = useCluster((s) => Math.floor(s.clock.now / 100_000) * 100_000);
  if (complaint !== '') {
    return (
      <p className="because" role="alert" data-kind="complaint">
        {complaint}
      </p>
    );
  }
  if (!last) return <First />;
  if (now - last.at > TELL_US) return null;
  return (
    <p className="because">
      Because you {verbOf(last)} <code title={last.text}>{shorten(last.text)}</code>
      {last.node !== '' && !isOurs(last) && ` on ${last.node}`} {formatAgo(now - last.at)} ago
      <Effects last={last} />
    </p>
  );
}

function First() {
  const count = useCluster((s) => s.nodes.length);
  if (count === 0) return null;
  return (
    <p className="because" data-kind="first">
      {count === 1
        ? 'One machine with a terminal'
        : `${COUNTS[count] ?? count} machines, one terminal each`}
      . Type <code>docker swarm init --advertise-addr eth0</code> in the terminal of node1, or press{' '}
      <b>Run</b> in the guide.
    </p>
  );
}

const COUNTS: Readonly<Record<number, string>> = { 2: 'Two', 3: 'Three', 5: 'Five', 7: 'Seven' };

function Effects({ last }: { readonly last: CommandRecord }) {
  const screens = useCluster((s) => s.screens);
  const xray = useCluster((s) => s.xray);
  const story = useCluster((s) => s.story);
  const text = useMemo(
    () => effectsOf({ screens, xray }, last) || storySince(story, last),
    [screens, xray, story, last],
  );
  return text === '' ? '.' : `: ${text}.`;
}

function effectsOf(state: Pick<ClusterState, 'screens' | 'xray'>, last: CommandRecord): string {
  const { entries, held, managers, tasks, notes } = consequencesOf(state, last.id);
  const parts: string[] = [];
  const [first] = entries;
  const newest = entries.at(-1);
  if (first && newest) {
    const which =
      first === newest
        ? `log entry ${first.index}`
        : `${entries.length} log entries up to ${newest.index}`;
    parts.push(`${which} on ${held} of ${managers} ${managers === 1 ? 'manager' : 'managers'}`);
  }
  const counts = new Map<string, string[]>();
  for (const { record } of tasks) {
    if (record.kind !== 'task') continue;
    const names = counts.get(record.state) ?? [];
    names.push(taskName(state, record.task));
    counts.set(record.state, names);
  }
  for (const [state_, names] of counts) {
    const who = names.length > 3 ? `${names.length} tasks` : names.join(', ');
    parts.push(`${who} ${state_}`);
  }
  if (parts.length === 0) {
    const note = notes.at(-1);
    if (note && 'text' in note.record) parts.push(`${note.node}: ${note.record.text}`);
  }
  return parts.join(', ');
}

/** What managers did after something was broken: nothing of it carries its cause. */
function storySince(story: ClusterState['story'], last: CommandRecord): string {
  if (!last.text.startsWith('chaos ')) return '';
  const since = story.filter((e) => e.at >= last.at && e.kind !== 'commits' && e.kind !== 'votes');
  const wins = since.findLast((e) => e.kind === 'wins');
  const told = wins
    ? [since.findLast((e) => e.node === wins.node && e.at <= wins.at && e.kind === 'stands'), wins]
    : since.slice(-2);
  return told.flatMap((e) => (e ? [`${e.node}: ${e.text}`] : [])).join('; ');
}

function isOurs({ text }: CommandRecord): boolean {
  return /^(add|remove) node/.test(text);
}

function verbOf(command: CommandRecord): string {
  if (command.node !== '' && !isOurs(command)) return 'typed';
  return command.text.startsWith('chaos ') ? 'did' : 'chose to';
}

function shorten(text: string): string {
  return text.length > 72 ? `${text.slice(0, 70)}…` : text;
}
