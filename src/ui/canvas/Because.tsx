/**
 * The sentence under the picture: what the learner did last and all that it has led to. Before anything
 * was done, what to type first.
 */
import { useMemo } from 'react';
import { effectsOf } from '../state/effects';
import { useCluster } from '../state/cluster-store';
import { lastChange, useCommands, type CommandRecord } from '../state/command-store';
import { usePage } from '../state/page-store';
import { formatAgo } from '../state/virtual-time';

/** Older than this, an action explains nothing on the screen any more. */
const TELL_US = 120_000_000;

export function Because() {
  const last = useCommands((s) => lastChange(s.commands));
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
  const hops = useCluster((s) => s.hops);
  const story = useCluster((s) => s.story);
  const copyUps = useCluster((s) => s.copyUps);
  const text = useMemo(
    () => effectsOf({ screens, xray, hops, story, copyUps }, last),
    [screens, xray, hops, story, copyUps, last],
  );
  return text === '' ? '.' : `: ${text}.`;
}

function isOurs({ text }: CommandRecord): boolean {
  return /^(add|remove) node/.test(text);
}

function verbOf(command: CommandRecord): string {
  if (command.node !== '' && !isOurs(command)) return 'typed';
  return command.text.startsWith('chaos ') ? 'did' : 'chose to';
}

function shorten(line: string): string {
  const text = line.replace(/^clear *(;|&&) */, '');
  return text.length > 72 ? `${text.slice(0, 70)}…` : text;
}
