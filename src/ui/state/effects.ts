/** What one action has led to, in words: log entries, tasks, requests, and what managers did since. */
import type { Task } from '../../api';
import type { ClusterState } from './cluster-store';
import type { CommandRecord } from './command-store';
import { consequencesOf } from './causes';
import { clusterRecords } from './session';
import { joinNames, plural, rangesOf } from './words';

type Known = Pick<ClusterState, 'screens' | 'xray' | 'hops' | 'story' | 'copyUps'>;

/** Lines that must leave a trace in the swarm's log if they do anything. */
const SWARM_LINE = /\bdocker (service|node|stack|secret|config) /;

/** "log entries 40 to 53 on 3 of 3 managers, tasks web.1 to web.3 replaced; now at web.4"; '' for none. */
export function effectsOf(known: Known, action: CommandRecord): string {
  const parts: string[] = [entriesText(known, action.id), tasksText(known, action.id)];
  if (parts.join('') === '') parts.push(notesText(known, action.id));
  parts.push(copyUpsText(known, action.id));
  parts.push(requestsText(known, action.id));
  if (action.text.startsWith('chaos ')) parts.push(storyText(known.story, action.at));
  const told = parts.filter((part) => part !== '').join(', ');
  return told === '' && SWARM_LINE.test(action.text) ? 'nothing in the swarm so far' : told;
}

function entriesText(known: Known, cause: number): string {
  const { entries, held, managers } = consequencesOf(known, cause);
  if (entries.length === 0) return '';
  const first = entries[0]!.index;
  const last = entries.at(-1)!.index;
  const gaps = last - first + 1 > entries.length;
  const which =
    entries.length === 1
      ? `log entry ${first}`
      : `${gaps ? `${entries.length} log entries between` : 'log entries'} ${first} ${
          gaps ? 'and' : 'to'
        } ${last}`;
  const few = held * 2 <= managers ? ', too few to commit' : '';
  return `${which} on ${held} of ${plural(managers, 'manager')}${few}`;
}

/** What became of a slot since: its old task is gone and its new one runs, and so on. */
type Fate = 'replaced' | 'running' | 'stopped' | 'failed' | 'now';

function tasksText(known: Known, cause: number): string {
  const records = clusterRecords(known.screens);
  if (!records) return '';
  const touched = new Set(
    known.xray.flatMap(({ cause: by, record }) =>
      by === cause && record.kind === 'task' ? [record.task] : [],
    ),
  );
  const fates = new Map<Fate, string[]>();
  const bySlot = new Map<string, Task[]>();
  for (const task of records.tasks) {
    if (!touched.has(task.ID)) continue;
    const service = records.services.find((s) => s.ID === task.ServiceID)?.Spec.Name ?? 'task';
    const node = records.nodes.find((n) => n.ID === task.NodeID)?.Description.Hostname;
    const name = `${service}.${task.Slot ?? node ?? '?'}`;
    bySlot.set(name, [...(bySlot.get(name) ?? []), task]);
  }
  for (const [name, tasks] of bySlot) {
    const fate = fateOf(tasks);
    const wanted = tasks.find((t) => wantedNow(t));
    const text = fate === 'now' && wanted ? `${name} (${wanted.Status.State})` : name;
    fates.set(fate, [...(fates.get(fate) ?? []), text]);
  }
  return sentenceOf(fates);
}

function sentenceOf(fates: ReadonlyMap<Fate, readonly string[]>): string {
  const parts: string[] = [];
  for (const fate of ['replaced', 'running', 'stopped', 'failed'] as const) {
    const names = fates.get(fate);
    if (names) parts.push(`${rangesOf(names)} ${fate}`);
  }
  const now = fates.get('now') ?? [];
  const text = parts.length === 0 ? '' : `${parts.join(', ')}`;
  if (now.length === 0) return text;
  const where = now.length > 3 ? `${now.length} tasks on their way` : `now at ${joinNames(now)}`;
  return text === '' ? where : `${text}; ${where}`;
}

function fateOf(tasks: readonly Task[]): Fate {
  const wanted = tasks.filter(wantedNow);
  const old = tasks.filter((t) => !wantedNow(t));
  const failed = old.some((t) => t.Status.State === 'failed' || t.Status.State === 'rejected');
  if (wanted.length === 0) return failed ? 'failed' : 'stopped';
  if (wanted.some((t) => t.Status.State !== 'running')) return 'now';
  return old.length > 0 ? 'replaced' : 'running';
}

function wantedNow(task: Task): boolean {
  return task.DesiredState === 'running' || task.DesiredState === 'ready';
}

function notesText(known: Known, cause: number): string {
  const note = known.xray.findLast((e) => e.cause === cause && e.record.kind === 'note');
  return note && 'text' in note.record ? `${note.node}: ${note.record.text}` : '';
}

function copyUpsText({ copyUps }: Known, cause: number): string {
  const files = copyUps.flatMap(({ cause: by, record }) =>
    by === cause && record.kind === 'copy-up' && record.type === 'file' ? [record] : [],
  );
  if (files.length === 0) return '';
  const names = [...new Set(files.map((file) => file.path))];
  const which = names.length > 3 ? plural(names.length, 'file') : joinNames(names);
  return `${which} copied up into the container's own layer`;
}

function requestsText(known: Known, cause: number): string {
  const mine = known.hops.filter((e) => e.cause === cause);
  const step = (name: string) =>
    mine.flatMap(({ node, record }) =>
      record.kind === 'hop' && record.step === name ? [{ node, record }] : [],
    );
  const sent = step('connect').length;
  if (sent === 0) return '';
  const answers = new Map<string, number>();
  for (const { node } of step('accept')) answers.set(node, (answers.get(node) ?? 0) + 1);
  const failed = [...step('refused'), ...step('timeout')];
  const parts: string[] = [];
  const told = [...answers].map(([node, times]) =>
    answers.size === 1 ? node : `${node} ${times === 1 ? 'once' : `${times} times`}`,
  );
  if (told.length > 0) parts.push(`answered on ${joinNames(told)}`);
  if (failed.length > 0) {
    const which = failed.length === sent ? 'refused' : `but ${failed.length} refused`;
    parts.push(`${which}: ${failed.at(-1)!.record.text}`);
  }
  return `${plural(sent, 'request')}${parts.length > 0 ? ` ${parts.join(', ')}` : ' under way'}`;
}

/** What managers did after something was broken: nothing of it carries its cause. */
function storyText(story: ClusterState['story'], since: number): string {
  const events = story.filter((e) => e.at >= since && e.kind !== 'commits');
  const after = (at: number) => `${((at - since) / 1_000_000).toFixed(1)} s later`;
  const parts: string[] = [];
  const wins = events.findLast((e) => e.kind === 'wins');
  const stands = events.findLast((e) => e.kind === 'stands' && (!wins || e.node === wins.node));
  if (stands && !wins) parts.push(`${stands.node}: ${stands.text}`);
  if (wins) {
    const voters = events.filter((e) => e.kind === 'votes' && e.text.includes(` ${wins.node} `));
    const names = [...new Set(voters.map((e) => e.node))];
    const by = names.length > 0 ? ` with the vote of ${joinNames(names)}` : '';
    const why = stands ? `${stands.text.split(':')[0]}, so ` : '';
    parts.push(`${after(wins.at)} ${why}${wins.node} ${wins.text}${by}`);
  }
  const down = events.findLast((e) => e.kind === 'steps-down');
  if (down) parts.push(`${after(down.at)} ${down.node} ${down.text}`);
  return parts.join('; ');
}
