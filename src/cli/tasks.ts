/**
 * The table of tasks that `service ps`, `node ps` and `stack ps` share (docker/cli:
 * cli/command/task and idresolver): names from services and slots, older tasks of a slot
 * indented below the newest.
 */
import { humanDuration, type Node, type Service, type Task } from '../api';
import type { Sys } from '../kernel';
import { get } from './client';
import { CliError } from './errors';
import type { FlagSet } from './flags';
import { chooseFormat, printRows, type Columns } from './format/formatter';
import { imageWithoutDigest, naturalCompare, secondsOf, titleWord } from './format/text';
import { nowSeconds } from './invocation';

const TASK_TABLE =
  'table {{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}' +
  '\t{{.Error}}\t{{.Ports}}';
const ERROR_LENGTH_MAX = 30;

interface TaskRow {
  readonly task: Task;
  readonly name: string;
  readonly node: string;
  readonly trunc: boolean;
  readonly now: number;
}

function errorText({ task, trunc }: TaskRow): string {
  let text = task.Status.Err ?? '';
  if (text === '') return '';
  if (trunc && text.length > ERROR_LENGTH_MAX) text = `${text.slice(0, ERROR_LENGTH_MAX - 1)}…`;
  return `"${text}"`;
}

function portsText(task: Task): string {
  const ports = task.Status.PortStatus?.Ports ?? [];
  return ports
    .map((port) => `*:${port.PublishedPort ?? 0}->${port.TargetPort ?? 0}/${port.Protocol ?? ''}`)
    .join(',');
}

const taskColumns: Columns<TaskRow> = {
  type: '*task.taskContext',
  columns: {
    ID: ['ID', ({ task, trunc }) => (trunc ? task.ID.slice(0, 12) : task.ID)],
    Name: ['NAME', (row) => row.name],
    Image: [
      'IMAGE',
      ({ task, trunc }) => {
        const image = task.Spec.ContainerSpec?.Image ?? '';
        return trunc ? imageWithoutDigest(image) : image;
      },
    ],
    Node: ['NODE', (row) => row.node],
    DesiredState: ['DESIRED STATE', ({ task }) => titleWord(task.DesiredState)],
    CurrentState: [
      'CURRENT STATE',
      ({ task, now }) => {
        const since = now - secondsOf(task.Status.Timestamp);
        return `${titleWord(task.Status.State)} ${humanDuration(since).toLowerCase()} ago`;
      },
    ],
    Error: ['ERROR', errorText],
    Ports: ['PORTS', ({ task }) => portsText(task)],
  },
};

/** Names for ids, asked once each; an id that nobody knows stands for itself. */
export class NameResolver {
  private readonly services = new Map<string, string>();
  private readonly nodes = new Map<string, string>();

  constructor(private readonly resolve: boolean) {}

  *service(id: string): Sys<string> {
    if (!this.resolve || id === '') return id;
    const known = this.services.get(id);
    if (known !== undefined) return known;
    const service = yield* attempt(
      get<Service>(`/services/${id}`, { query: { insertDefaults: false } }),
    );
    const name = service?.Spec.Name ?? id;
    this.services.set(id, name);
    return name;
  }

  *node(id: string): Sys<string> {
    if (!this.resolve || id === '') return id;
    const known = this.nodes.get(id);
    if (known !== undefined) return known;
    const node = yield* attempt(get<Node>(`/nodes/${id}`));
    const name = node?.Spec.Name || node?.Description.Hostname || id;
    this.nodes.set(id, name);
    return name;
  }
}

function* attempt<T>(call: Sys<T>): Sys<T | undefined> {
  try {
    return yield* call;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/**
 * Prints tasks by the flags `--no-resolve`, `--no-trunc`, `--quiet`, `--format` of the command.
 */
export function* printTasks(tasks: readonly Task[], flags: FlagSet, fullIds = false): Sys<void> {
  const quiet = flags.bool('quiet');
  const resolver = new NameResolver(!flags.bool('no-resolve'));
  const named: { task: Task; name: string }[] = [];
  for (const task of tasks) {
    const service = yield* resolver.service(task.ServiceID ?? '');
    named.push({ task, name: `${service}.${task.Slot ? task.Slot : (task.NodeID ?? '')}` });
  }
  named.sort(
    (a, b) =>
      naturalCompare(a.name, b.name) || secondsOf(b.task.CreatedAt) - secondsOf(a.task.CreatedAt),
  );
  const format = quiet ? '{{.ID}}' : chooseFormat(flags.text('format'), TASK_TABLE);
  const indent = format.trim().startsWith('table') ? ' \\_ ' : '';
  const now = yield* nowSeconds();
  const rows: TaskRow[] = [];
  let previous = '';
  for (const { task, name } of named) {
    rows.push({
      task,
      name: name === previous ? indent + name : name,
      node: yield* resolver.node(task.NodeID ?? ''),
      trunc: !flags.bool('no-trunc') && !fullIds,
      now,
    });
    previous = name;
  }
  yield* printRows(taskColumns, rows, format);
}
