/**
 * How the progress of a service is drawn, by its mode (progress.go: the progressUpdater types).
 * Bars are fed by the number of a task's state; during a rollback they run backwards.
 */
import type { Service, Task, TaskState } from '../../../api';
import type { Sys } from '../../../kernel';
import { CliError } from '../../errors';
import type { Message } from '../../message-display';

/** Where messages are drawn: a `MessageDisplay`, or nowhere. */
export interface Screen {
  show(message: Message): Sys<void>;
}

export interface Updater {
  /** Draws; true when all tasks run (or all of a job are done). */
  update(
    service: Service,
    tasks: readonly Task[],
    active: ReadonlySet<string>,
    rollback: boolean,
  ): Sys<boolean>;
}

const ORDER: readonly TaskState[] = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
];
/** 1 for new to 9 for running; 0 for what progress does not know. */
const numberOf = (state: TaskState) => ORDER.indexOf(state) + 1;
const RUNNING = numberOf('running');
const BARS_MAX = 20;
const JOB_STEPS = 10;
const LONGEST_STATE = 9;
const ERROR_LENGTH_MAX = 75;

const isTerminal = (state: TaskState) => numberOf(state) > RUNNING;
const NO_PROGRESS = Object.freeze({ current: 0, total: 0 });

export function newUpdater(service: Service, screen: Screen): Updater {
  const { Mode } = service.Spec;
  if (Mode.Replicated?.Replicas !== undefined) return new ReplicatedUpdater(screen);
  if (Mode.Global) return new GlobalUpdater(screen);
  if (Mode.ReplicatedJob) return new ReplicatedJobUpdater(service, screen);
  if (Mode.GlobalJob) return new GlobalJobUpdater(screen);
  throw new CliError('unrecognized service mode');
}

function shortError(text: string): string {
  const flat = text.replaceAll('\n', ' ');
  return flat.length > ERROR_LENGTH_MAX ? `${flat.slice(0, ERROR_LENGTH_MAX - 1)}…` : flat;
}

function overall(done: number, total: number, rollback: boolean): Message {
  const text = `${done} out of ${total} tasks`;
  return {
    id: 'overall progress',
    status: rollback ? `rolling back update: ${text}` : text,
    progress: NO_PROGRESS,
  };
}

function taskLine(id: string, task: Task, rollback: boolean, steps = RUNNING): Message | undefined {
  if (task.Status.Err) return { id, status: shortError(task.Status.Err), progress: NO_PROGRESS };
  if (steps === RUNNING && (isTerminal(task.DesiredState) || isTerminal(task.Status.State)))
    return undefined;
  const number = numberOf(task.Status.State);
  return {
    id,
    status: task.Status.State.padEnd(LONGEST_STATE),
    progress: { current: rollback ? RUNNING - number : number, total: steps, hidecounts: true },
  };
}

/**
 * Of several tasks in one place the one with the lowest desired state counts, then the lowest
 * state. The real client goes through them in the order of a Go map, which is none; ours takes the
 * last first.
 */
function choose<K>(
  tasks: readonly Task[],
  keyOf: (task: Task) => K,
  usable: (task: Task) => boolean,
): Map<K, Task> {
  const chosen = new Map<K, Task>();
  for (const task of tasks) {
    const desired = numberOf(task.DesiredState);
    const state = numberOf(task.Status.State);
    if (desired === 0 || state === 0) continue;
    const other = chosen.get(keyOf(task));
    if (other) {
      const otherDesired = numberOf(other.DesiredState);
      if (otherDesired < desired) continue;
      if (otherDesired === desired && numberOf(other.Status.State) <= state) continue;
    }
    if (usable(task)) chosen.set(keyOf(task), task);
  }
  return new Map([...chosen].reverse());
}

class ReplicatedUpdater implements Updater {
  private readonly lines = new Map<number, number>();
  private initialized = false;
  private done = false;

  constructor(private readonly screen: Screen) {}

  *update(
    service: Service,
    tasks: readonly Task[],
    active: ReadonlySet<string>,
    rollback: boolean,
  ): Sys<boolean> {
    const replicas = service.Spec.Mode.Replicated?.Replicas;
    if (replicas === undefined) throw new CliError('no replica count');
    if (!this.initialized) {
      yield* this.screen.show(overall(0, replicas, rollback));
      if (replicas <= BARS_MAX)
        for (let i = 1; i <= replicas; i++)
          yield* this.screen.show({ id: `${i}/${replicas}`, status: ' ', progress: NO_PROGRESS });
      this.initialized = true;
    }
    const bySlot = choose(
      tasks,
      (task) => task.Slot ?? 0,
      (task) => !task.NodeID || active.has(task.NodeID),
    );
    if (this.done)
      this.done = [...bySlot.values()].every((task) => task.Status.State === 'running');
    let running = 0;
    for (const task of bySlot.values()) {
      const slot = task.Slot ?? 0;
      if (!this.lines.has(slot)) this.lines.set(slot, this.lines.size + 1);
      if (!isTerminal(task.DesiredState) && task.Status.State === 'running') running++;
      const at = this.lines.get(slot)!;
      if (this.done || replicas > BARS_MAX || at > replicas) continue;
      const message = taskLine(`${at}/${replicas}`, task, rollback);
      if (message) yield* this.screen.show(message);
    }
    if (!this.done) {
      yield* this.screen.show(overall(running, replicas, rollback));
      if (running === replicas) this.done = true;
    }
    return running === replicas;
  }
}

class GlobalUpdater implements Updater {
  private initialized = false;
  private done = false;

  constructor(private readonly screen: Screen) {}

  *update(
    _service: Service,
    tasks: readonly Task[],
    active: ReadonlySet<string>,
    rollback: boolean,
  ): Sys<boolean> {
    const byNode = choose(
      tasks,
      (task) => task.NodeID ?? '',
      () => true,
    );
    const count = byNode.size;
    if (!this.initialized) {
      if (count === 0) {
        const status = 'waiting for new tasks';
        yield* this.screen.show({ id: 'overall progress', status, progress: NO_PROGRESS });
        return false;
      }
      yield* this.screen.show(overall(0, count, rollback));
      this.initialized = true;
    }
    if (this.done)
      this.done = [...byNode.values()].every((task) => task.Status.State === 'running');
    let running = 0;
    for (const task of byNode.values()) {
      if (!active.has(task.NodeID ?? '')) continue;
      if (!isTerminal(task.DesiredState) && task.Status.State === 'running') running++;
      if (this.done || count > BARS_MAX) continue;
      const message = taskLine((task.NodeID ?? '').slice(0, 12), task, rollback);
      if (message) yield* this.screen.show(message);
    }
    if (!this.done) {
      yield* this.screen.show(overall(running, count, rollback));
      if (running === count) this.done = true;
    }
    return running === count;
  }
}

/** Tasks of an earlier run of the job do not count. */
const ofThisRun = (service: Service, task: Task) =>
  task.JobIteration?.Index === service.JobStatus?.JobIteration.Index;

const isActive = (task: Task) =>
  numberOf(task.Status.State) > numberOf('accepted') && numberOf(task.Status.State) <= RUNNING;

class ReplicatedJobUpdater implements Updater {
  private readonly total: number;
  private readonly concurrent: number;
  private initialized = false;

  constructor(
    service: Service,
    private readonly screen: Screen,
  ) {
    const mode = service.Spec.Mode.ReplicatedJob!;
    this.total = mode.TotalCompletions ?? 1;
    this.concurrent = mode.MaxConcurrent ?? this.total;
  }

  *update(service: Service, tasks: readonly Task[]): Sys<boolean> {
    if (!this.initialized) {
      yield* this.overall(0, 0);
      if (this.total <= BARS_MAX)
        for (let i = 1; i <= this.total; i++)
          yield* this.screen.show({ id: `${i}/${this.total}`, status: ' ', progress: NO_PROGRESS });
      this.initialized = true;
    }
    const own = tasks.filter((task) => ofThisRun(service, task));
    const bySlot = choose(
      own,
      (task) => task.Slot ?? 0,
      () => true,
    );
    const list = [...bySlot.values()];
    const completed = list.filter((task) => task.Status.State === 'complete').length;
    yield* this.overall(list.filter(isActive).length, completed);
    if (this.total <= BARS_MAX) {
      for (const task of list) {
        const id = `${(task.Slot ?? 0) + 1}/${this.total}`;
        const message = taskLine(id, task, false, JOB_STEPS);
        if (message) yield* this.screen.show(message);
      }
    }
    return completed === this.total;
  }

  private *overall(active: number, completed: number): Sys<void> {
    const width = String(this.total).length;
    yield* this.screen.show({
      id: 'job progress',
      status: `${String(completed).padStart(width)} out of ${this.total} complete`,
      progress: { current: completed, total: this.total, hidecounts: true },
    });
    const wanted = Math.min(this.concurrent, this.total - completed);
    const digits = String(this.concurrent).length;
    const pad = (count: number) => String(count).padStart(digits);
    yield* this.screen.show({
      id: 'active tasks',
      status: `${pad(active)} out of ${pad(wanted)} tasks`,
      progress: NO_PROGRESS,
    });
  }
}

class GlobalJobUpdater implements Updater {
  private total = 0;

  constructor(private readonly screen: Screen) {}

  *update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>): Sys<boolean> {
    const own = tasks.filter((task) => ofThisRun(service, task));
    if (this.total === 0) {
      if (own.length === 0) {
        yield* this.screen.show({
          id: 'job progress',
          status: 'waiting for tasks',
          progress: NO_PROGRESS,
        });
        return false;
      }
      this.total = own.length;
      yield* this.overall(0);
      if (this.total <= BARS_MAX)
        for (const task of own)
          yield* this.screen.show({
            id: (task.NodeID ?? '').slice(0, 12),
            status: ' ',
            progress: NO_PROGRESS,
          });
    }
    const byNode = choose(
      own,
      (task) => task.NodeID ?? '',
      (task) => active.has(task.NodeID ?? '') || task.Status.State === 'complete',
    );
    let completed = 0;
    for (const task of byNode.values()) {
      if (task.Status.State === 'complete') completed++;
      if (this.total > BARS_MAX) continue;
      const message = taskLine((task.NodeID ?? '').slice(0, 12), task, false, JOB_STEPS);
      if (message) yield* this.screen.show(message);
    }
    yield* this.overall(completed);
    return completed === this.total;
  }

  private *overall(completed: number): Sys<void> {
    const done = String(completed).padStart(String(this.total).length);
    yield* this.screen.show({
      id: 'job progress',
      status: `${done} out of ${this.total} complete`,
      progress: { current: completed, total: this.total, hidecounts: true },
    });
  }
}
