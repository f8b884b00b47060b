/**
 * An engine for scenario tests: containers that take fixed times to be made, started and stopped, and
 * do what their image name says ("fails-to-start", "missing", "exits-N-after-S").
 */
import { MILLISECOND_US, SECOND_US, type Runtime, type Wakeable } from '../../base';
import type { Task, TaskState } from '../../api';
import type { Executor, ExecutorEvent, ExecutorListener, LogOptions } from '../seams';

const PREPARE_US = 10 * MILLISECOND_US;
const START_US = 250 * MILLISECOND_US;
/** A start that fails takes longer, as measured. */
const FAIL_US = 1_150 * MILLISECOND_US;
const STOP_US = 100 * MILLISECOND_US;
/** Between the withdrawal of the DNS record and SIGTERM. */
const OVERLAY_US = 2 * SECOND_US;

interface Container {
  readonly task: Task;
  state: 'created' | 'running' | 'exited';
  exitCode: number;
}

export class FakeEngine implements Executor, Wakeable {
  listener: ExecutorListener | undefined;
  readonly containers = new Map<string, Container>();
  /** Every start fails. */
  broken = false;
  /** "shutdown ID at 12.5" and so on. */
  readonly calls: string[] = [];

  constructor(private readonly runtime: Runtime) {}

  prepare(task: Task): void {
    this.note('prepare', task.ID);
    const image = task.Spec.ContainerSpec?.Image ?? '';
    if (image.startsWith('missing'))
      return this.later(PREPARE_US, {
        kind: 'failed',
        taskId: task.ID,
        error: `No such image: ${image}`,
        fatal: true,
      });
    this.containers.set(task.ID, { task, state: 'created', exitCode: 0 });
    this.later(PREPARE_US, { kind: 'prepared', taskId: task.ID, containerId: `c-${task.ID}` });
  }

  start(taskId: string): void {
    this.note('start', taskId);
    const container = this.containers.get(taskId);
    if (!container) {
      const error = `starting container failed: No such container: ${taskId}`;
      return this.later(0, { kind: 'failed', taskId, error, fatal: false });
    }
    const image = container.task.Spec.ContainerSpec?.Image ?? '';
    if (this.broken || image.startsWith('fails-to-start')) {
      container.state = 'exited';
      const error = 'starting container failed: executable file not found in $PATH';
      return this.later(FAIL_US, { kind: 'failed', taskId, error, fatal: false });
    }
    container.state = 'running';
    this.later(START_US, {
      kind: 'started',
      taskId,
      containerId: `c-${taskId}`,
      pid: 1_000,
      ports: [],
    });
    const exits = /^exits-(\d+)-after-(\d+)/.exec(image);
    if (exits)
      this.later(START_US + Number(exits[2]) * SECOND_US, {
        kind: 'exited',
        taskId,
        exitCode: Number(exits[1]),
        error: '',
      });
  }

  shutdown(task: Task): void {
    this.note('shutdown', task.ID);
    const container = this.containers.get(task.ID);
    const overlay = (task.NetworksAttachments?.length ?? 0) > 0;
    const delay = container?.state === 'running' ? STOP_US + (overlay ? OVERLAY_US : 0) : 0;
    if (container) container.state = 'exited';
    this.later(delay, { kind: 'stopped', taskId: task.ID, exitCode: 0 });
  }

  terminate(taskId: string): void {
    this.kill(taskId, 137);
  }
  remove(taskId: string): void {
    this.note('remove', taskId);
    this.containers.delete(taskId);
    this.later(STOP_US, { kind: 'removed', taskId });
  }
  adopt(): readonly { taskId: string; state: TaskState; exitCode: number }[] {
    return [...this.containers].map(([taskId, { state, exitCode }]) => ({
      taskId,
      state: state === 'running' ? 'running' : 'failed',
      exitCode,
    }));
  }
  followLogs(taskId: string, subscription: string, options: LogOptions): void {
    this.note('logs', taskId);
    const data = new Uint8Array([104, 105, 10]);
    const timestamp = '2023-11-14T22:13:20.000000000Z';
    this.later(0, {
      kind: 'log',
      subscription,
      lines: [{ stream: 'stdout', timestamp, data }],
    });
    if (!options.follow) this.later(0, { kind: 'log-end', subscription, error: '' });
  }
  stopLogs(subscription: string): void {
    this.note('stop-logs', subscription);
  }

  /** The container's process dies. */
  kill(taskId: string, exitCode: number): void {
    const container = this.containers.get(taskId)!;
    container.state = 'exited';
    container.exitCode = exitCode;
    this.later(0, { kind: 'exited', taskId, exitCode, error: '' });
  }

  wake(_tag: string, event: unknown): void {
    const { kind, taskId } = event as { readonly kind: string; readonly taskId?: string };
    const container = this.containers.get(taskId ?? '');
    // A container that was stopped does not start or end any more.
    if (kind === 'exited' && container?.state === 'exited' && container.exitCode === 0) {
      const wanted = (event as { readonly exitCode: number }).exitCode;
      if (wanted === 0 && this.calls.some((call) => call.startsWith(`shutdown ${taskId} `))) return;
    }
    if (kind === 'exited' && container) container.state = 'exited';
    this.listener?.onExecutor(event as ExecutorEvent);
  }

  private later(delayUs: number, event: ExecutorEvent): void {
    this.runtime.setTimer(delayUs, this, 'event', event);
  }

  private note(what: string, id: string): void {
    this.calls.push(`${what} ${id} at ${this.runtime.now / SECOND_US}`);
  }
}
