/** `docker service logs`: each line with task and node in front. */
import { compareText, type Service, type Task } from '../../../api';
import { decodeUtf8 } from '../../../base';
import { sys, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get, open } from '../../client';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import { err, nowSeconds, out } from '../../invocation';
import { FrameReader } from '../../streams';
import { parseTime } from '../../times';
import { NameResolver } from '../../tasks';

export const serviceLogs: Command = {
  kind: 'command',
  name: 'logs',
  usage: '[OPTIONS] SERVICE|TASK',
  summary: 'Fetch the logs of a service or task',
  flags: [
    { name: 'details', type: 'bool', help: 'Show extra details provided to logs' },
    { name: 'follow', short: 'f', type: 'bool', help: 'Follow log output' },
    { name: 'no-resolve', type: 'bool', help: 'Do not map IDs to Names in output' },
    { name: 'no-task-ids', type: 'bool', help: 'Do not include task IDs in output' },
    { name: 'no-trunc', type: 'bool', help: 'Do not truncate output' },
    { name: 'raw', type: 'bool', help: 'Do not neatly format logs' },
    {
      name: 'since',
      type: 'string',
      help:
        'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m ' +
        'for 42 minutes)',
    },
    {
      name: 'tail',
      short: 'n',
      type: 'string',
      help: 'Number of lines to show from the end of the logs (default "all")',
      preset: 'all',
    },
    { name: 'timestamps', short: 't', type: 'bool', help: 'Show timestamps' },
  ],
  args: exactly(1),
  completes: ['service-or-task', 'none'],
  *run({ flags, name }) {
    const raw = flags.bool('raw');
    const now = yield* nowSeconds();
    const query = {
      stdout: 1,
      stderr: 1,
      since: flags.text('since') ? parseTime(flags.text('since'), now) : undefined,
      timestamps: flags.bool('timestamps') ? 1 : undefined,
      follow: flags.bool('follow') ? 1 : undefined,
      tail: flags.text('tail'),
      // Details carry task and node; `--raw` shows them only when asked for.
      details: !raw || flags.bool('details') ? 1 : undefined,
    };
    const { path, tty, width } = yield* target(name);
    if (tty && !raw) throw new CliError('tty service logs only supported with --raw');
    const opened = yield* open('GET', path, { query });
    let frames = new FrameReader(opened.fd);
    let lines = new LineWriter(flags, new NameResolver(!flags.bool('no-resolve')), width);
    for (;;) {
      ({ frames, lines } = yield* sys.turn('logs', { frames, lines }));
      const frame = tty ? undefined : yield* frames.next();
      if (tty) {
        const piece = yield* frames.raw();
        if (!piece) return;
        yield* out(piece);
        continue;
      }
      if (!frame) return;
      const write = frame.stream === 2 ? err : out;
      yield* write(raw ? frame.data : yield* lines.line(decodeUtf8(frame.data)));
    }
  },
};

/** A service by name, else a task by id. `width` is the number of digits of the highest slot. */
function* target(name: string): Sys<{ path: string; tty: boolean; width: number }> {
  try {
    const service = yield* get<Service>(`/services/${name}`, { query: { insertDefaults: false } });
    const replicas = service.Spec.Mode.Replicated?.Replicas;
    return {
      path: `/services/${name}/logs`,
      tty: service.Spec.TaskTemplate.ContainerSpec?.TTY ?? false,
      width: replicas === undefined ? 0 : String(replicas).length,
    };
  } catch (error) {
    if (!(error instanceof CliError) || error.status !== 404) throw error;
  }
  try {
    const task = yield* get<Task>(`/tasks/${name}`);
    return {
      path: `/tasks/${name}/logs`,
      tty: task.Spec.ContainerSpec?.TTY ?? false,
      width: String(task.Slot ?? 0).length,
    };
  } catch (error) {
    if (!(error instanceof CliError) || error.status !== 404) throw error;
    throw new CliError(`no such task or service: ${name}`);
  }
}

/** Labels of the log line that name its origin. */
const NODE = 'com.docker.swarm.node.id';
const SERVICE = 'com.docker.swarm.service.id';
const TASK = 'com.docker.swarm.task.id';

class LineWriter {
  private readonly tasks = new Map<string, string>();
  private readonly nodes = new Map<string, string>();

  constructor(
    private readonly flags: FlagSet,
    private readonly resolver: NameResolver,
    private readonly width: number,
  ) {}

  *line(text: string): Sys<string> {
    const parts = text.split(' ');
    const stamped = this.flags.bool('timestamps');
    const time = stamped ? `${parts.shift()!} ` : '';
    const details = parts.shift() ?? '';
    const rest = parts.join(' ');
    const labels = new Map<string, string>();
    for (const item of details.split(',')) {
      const mark = item.indexOf('=');
      if (mark > 0)
        labels.set(
          decodeURIComponent(item.slice(0, mark)),
          decodeURIComponent(item.slice(mark + 1)),
        );
    }
    const node = labels.get(NODE) ?? '';
    const service = labels.get(SERVICE) ?? '';
    const task = labels.get(TASK) ?? '';
    const prefix = `${yield* this.origin(service, task, node)}    | `;
    let extra = '';
    if (this.flags.bool('details')) {
      const shown = [...labels.keys()]
        .filter((key) => ![NODE, SERVICE, TASK].includes(key))
        .sort(compareText)
        .map((key) => `${key}=${labels.get(key)!}`);
      extra = `${shown.join(',')} `;
    }
    return time + prefix + extra + rest;
  }

  private *origin(service: string, task: string, node: string): Sys<string> {
    const key = `${task}@${node}`;
    let name = this.tasks.get(key);
    if (name === undefined) {
      name = yield* this.taskName(service, task, node);
      this.tasks.set(key, name);
    }
    return name;
  }

  private *taskName(service: string, id: string, node: string): Sys<string> {
    const serviceName = yield* this.resolver.service(service);
    let nodeName = this.nodes.get(node);
    if (nodeName === undefined) {
      nodeName = yield* this.resolver.node(node);
      this.nodes.set(node, nodeName);
    }
    let name = serviceName;
    const long = this.flags.bool('no-trunc');
    if (!this.flags.bool('no-resolve')) {
      const task = yield* get<Task>(`/tasks/${id}`);
      name = task.Slot ? `${serviceName}.${task.Slot}` : `${serviceName}.${node}`;
      if (!this.flags.bool('no-task-ids')) name += `.${long ? id : id.slice(0, 12)}`;
      const padding = this.width - String(task.Slot ?? 0).length;
      return `${name}@${nodeName}${' '.repeat(Math.max(0, padding))}`;
    }
    const shown = long ? service : service.slice(0, 12);
    name = this.flags.bool('no-task-ids') ? shown : `${shown}.${long ? id : id.slice(0, 12)}`;
    return `${name}@${long ? node : node.slice(0, 12)}`;
  }
}
