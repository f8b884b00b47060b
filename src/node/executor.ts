/**
 * Runs the swarm's tasks on this machine's engine: the seam `Executor` between swarm/ and engine/.
 * Models moby `daemon/cluster/executor/container` (controller.go, adapter.go, container.go). An answer
 * never comes before the command has returned.
 */
import { MILLISECOND_US, SECOND_US, type Runtime, type Wakeable } from '../base';
import {
  isApiError,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ApiError,
  type TaskState,
} from '../api';
import {
  createContainer,
  type Completion,
  type Container,
  type Engine,
  type ExitWaiter,
  type HealthListener,
  type Image,
  type PullWatcher,
} from '../engine';
import type {
  Executor,
  ExecutorEvent,
  ExecutorFiles,
  ExecutorListener,
  LogOptions,
  StoredTask,
} from '../swarm';
import type { ContainerAttachments } from './attachments';
import { TaskLogs } from './task-logs';
import { taskContainer, taskFiles, TASK_LABEL } from './task-container';

/** Records and layer of a new container. */
const CREATE_US = 60 * MILLISECOND_US;
const SOON_US = MILLISECOND_US;
/** `defaultGossipConvergeDelay`: after the DNS record is withdrawn, before SIGTERM. */
const CONVERGE_US = 2 * SECOND_US;
const GRACE_NS = 10 * SECOND_US * 1000;
const UNHEALTHY = 'dockerexec: unhealthy container';

/** One task that has, or will have, a container. */
interface TaskRun {
  task: StoredTask;
  readonly files: ExecutorFiles;
  containerId: string;
  /** It was told to stop: its end is `stopped`, not `exited`. */
  stopping: boolean;
  started: boolean;
  /** Why it is being stopped although nobody asked. */
  cause: string;
}

export class TaskExecutor implements Executor, Wakeable, ExitWaiter, HealthListener {
  /** The agent; told of everything. */
  listener: ExecutorListener | undefined;
  /** Tasks that are no more than an address for a container of somebody else. */
  attachments: ContainerAttachments | undefined;
  private readonly runs = new Map<string, TaskRun>();
  private readonly logs = new TaskLogs(this);

  constructor(
    private readonly runtime: Runtime,
    readonly engine: Engine,
    /** Host name of the machine, for templates. */
    private readonly hostname: string,
  ) {
    engine.lifecycle.monitor.listener = this;
  }

  // --- prepare

  prepare(task: StoredTask, files: ExecutorFiles): void {
    const run: TaskRun = {
      task,
      files,
      containerId: '',
      stopping: false,
      started: false,
      cause: '',
    };
    this.runs.set(task.ID, run);
    const networks = (task.NetworksAttachments ?? []).map(({ Network }) => Network);
    this.engine.core.networks.addTaskNetworks(networks);
    const { ContainerID } = task.Spec.NetworkAttachmentSpec ?? {};
    if (ContainerID !== undefined)
      return this.emit({ kind: 'prepared', taskId: task.ID, containerId: ContainerID });
    const text = task.Spec.ContainerSpec?.Image ?? '';
    const reference = parseReference(text);
    const known = this.engine.core.disk.images.find(text);
    if (isReferenceError(reference) || !isApiError(known))
      this.runtime.setTimer(CREATE_US, this, 'create', task.ID);
    else this.engine.core.puller.pull(withDefaultTag(reference), new TaskPull(this, task.ID));
  }

  /** The image is here, or it is not: create finds out. */
  pulled(taskId: string): void {
    this.runtime.setTimer(CREATE_US, this, 'create', taskId);
  }

  wake(tag: string, data: unknown): void {
    if (tag === 'event') return this.listener?.onExecutor(data as ExecutorEvent);
    const run = this.runs.get(data as string);
    if (!run) return;
    if (tag === 'create') this.create(run);
    else if (tag === 'stop') this.stop(run);
  }

  private create(run: TaskRun): void {
    const { task } = run;
    if (run.stopping) return;
    const { core } = this.engine;
    const { request, options } = taskContainer(task, this.hostname);
    const existing = core.containerNamed(options.name);
    if (existing) {
      run.containerId = existing.id;
      return this.emit({ kind: 'prepared', taskId: task.ID, containerId: existing.id });
    }
    const created = createContainer(core, request, options);
    if (isApiError(created)) return this.fail(task.ID, created.message, true);
    run.containerId = created.container.id;
    created.container.files = taskFiles(task, run.files);
    this.emit({ kind: 'prepared', taskId: task.ID, containerId: created.container.id });
  }

  // --- start

  start(taskId: string): void {
    const run = this.runs.get(taskId);
    if (run?.task.Spec.NetworkAttachmentSpec) return this.startAttachment(run.task);
    const container = this.containerOf(taskId);
    if (!container) return this.fail(taskId, 'No such container', false);
    container.exitWaiters.add(this);
    this.engine.lifecycle.start(container, new TaskStart(this, taskId));
  }

  private startAttachment(task: StoredTask): void {
    const containerId = task.Spec.NetworkAttachmentSpec?.ContainerID ?? '';
    this.attachments?.arrived(task);
    this.emit({ kind: 'started', taskId: task.ID, containerId, pid: 0, ports: [] });
  }

  /** The engine has started the container, or could not. */
  startEnded(taskId: string, error: ApiError | undefined): void {
    const container = this.containerOf(taskId);
    const run = this.runs.get(taskId);
    if (!container || !run || run.stopping) return;
    if (error && error.status !== 304) {
      container.exitWaiters.delete(this);
      return this.fail(taskId, `starting container failed: ${error.message}`, false);
    }
    if (container.healthCheck && container.health?.Status !== 'healthy') return;
    this.running(run, container);
  }

  private running(run: TaskRun, container: Container): void {
    if (run.started) return;
    run.started = true;
    this.engine.core.networks.activateService(container.id);
    this.logs.containerStarted(run.task.ID, container);
    this.emit({
      kind: 'started',
      taskId: run.task.ID,
      containerId: container.id,
      pid: container.running?.pid ?? 0,
      ports: container.hostPorts,
    });
  }

  healthChanged(container: Container): void {
    const run = this.runOf(container);
    if (!run || run.stopping) return;
    if (container.health?.Status === 'healthy') this.running(run, container);
    else if (container.health?.Status === 'unhealthy') {
      run.cause = UNHEALTHY;
      this.engine.core.networks.deactivateService(container.id);
      this.engine.lifecycle.stop(container, graceSeconds(run.task), NOBODY);
    }
  }

  // --- the end

  containerExited(container: Container): void {
    container.exitWaiters.delete(this);
    const run = this.runOf(container);
    if (!run || run.stopping) return;
    this.engine.core.networks.deactivateService(container.id);
    const { exitCode, error } = container;
    const cause = run.cause === '' ? error : run.cause;
    this.emit({ kind: 'exited', taskId: run.task.ID, exitCode, error: cause });
  }

  containerRemoved(container: Container): void {
    const run = this.runOf(container);
    if (!run || run.stopping) return;
    const { exitCode } = container;
    this.emit({ kind: 'exited', taskId: run.task.ID, exitCode, error: '' });
  }

  shutdown(task: StoredTask): void {
    const run = this.runs.get(task.ID) ?? this.adoptRun(task);
    if (run.stopping) return;
    run.stopping = true;
    const container = this.containerOf(task.ID);
    if (!container?.isRunning) return this.stopped(task.ID);
    this.engine.core.networks.deactivateService(container.id);
    const overlay = (run.task.NetworksAttachments ?? []).length > 0;
    this.runtime.setTimer(overlay ? CONVERGE_US : 0, this, 'stop', task.ID);
  }

  private stop(run: TaskRun): void {
    const container = this.containerOf(run.task.ID);
    if (!container?.isRunning) return this.stopped(run.task.ID);
    const completion = new TaskStop(this, run.task.ID);
    this.engine.lifecycle.stop(container, graceSeconds(run.task), completion);
  }

  stopped(taskId: string): void {
    const exitCode = this.containerOf(taskId)?.exitCode ?? 0;
    this.emit({ kind: 'stopped', taskId, exitCode });
  }

  terminate(taskId: string): void {
    const container = this.containerOf(taskId);
    if (container?.isRunning) this.engine.lifecycle.signal(container, 'KILL', 9);
  }

  remove(taskId: string): void {
    const container = this.containerOf(taskId);
    const run = this.runs.get(taskId);
    if (run) run.stopping = true;
    if (!container) return this.removed(taskId);
    container.exitWaiters.delete(this);
    this.engine.lifecycle.remove(container, true, true, new TaskRemoval(this, taskId));
  }

  removed(taskId: string): void {
    const run = this.runs.get(taskId);
    this.runs.delete(taskId);
    const networks = (run?.task.NetworksAttachments ?? []).map(({ Network }) => Network);
    this.engine.core.networks.sweepTaskNetworks(networks);
    this.emit({ kind: 'removed', taskId });
  }

  // --- after a restart of the daemon

  adopt(): { taskId: string; state: TaskState; exitCode: number }[] {
    const found: { taskId: string; state: TaskState; exitCode: number }[] = [];
    for (const container of this.engine.core.disk.containers.values()) {
      const taskId = container.config.Labels?.[TASK_LABEL];
      if (taskId === undefined) continue;
      const { exitCode, isRunning } = container;
      const ended = exitCode === 0 ? 'complete' : 'failed';
      const state = isRunning ? 'running' : container.startedAt === undefined ? 'ready' : ended;
      found.push({ taskId, state, exitCode });
    }
    return found;
  }

  private adoptRun(task: StoredTask): TaskRun {
    const files = { secrets: [], configs: [] };
    const containerId = this.containerOf(task.ID)?.id ?? '';
    const run = { task, files, containerId, stopping: false, started: true, cause: '' };
    this.runs.set(task.ID, run);
    return run;
  }

  // --- logs

  followLogs(taskId: string, subscription: string, options: LogOptions): void {
    this.logs.follow(taskId, subscription, options);
  }

  stopLogs(subscription: string): void {
    this.logs.stop(subscription);
  }

  // --- small things

  containerOf(taskId: string): Container | undefined {
    const { containers } = this.engine.core.disk;
    const known = containers.get(this.runs.get(taskId)?.containerId ?? '');
    if (known) return known;
    for (const container of containers.values())
      if (container.config.Labels?.[TASK_LABEL] === taskId) return container;
    return undefined;
  }

  private runOf(container: Container): TaskRun | undefined {
    return this.runs.get(container.config.Labels?.[TASK_LABEL] ?? '');
  }

  private fail(taskId: string, error: string, fatal: boolean): void {
    this.emit({ kind: 'failed', taskId, error, fatal });
  }

  emit(event: ExecutorEvent): void {
    this.runtime.setTimer(SOON_US, this, 'event', event);
  }
}

function graceSeconds(task: StoredTask): number {
  const nanoseconds = task.Spec.ContainerSpec?.StopGracePeriod ?? GRACE_NS;
  return Math.round(nanoseconds / 1e9);
}

class Nobody implements Completion {
  done(): void {}
}
const NOBODY: Completion = Object.freeze(new Nobody());

class TaskPull implements PullWatcher {
  constructor(
    private readonly executor: TaskExecutor,
    private readonly taskId: string,
  ) {}
  pullLine(): void {}
  pullDone(_result: Image | ApiError): void {
    this.executor.pulled(this.taskId);
  }
}

class TaskStart implements Completion {
  constructor(
    private readonly executor: TaskExecutor,
    private readonly taskId: string,
  ) {}
  done(error: ApiError | undefined): void {
    this.executor.startEnded(this.taskId, error);
  }
}

class TaskStop implements Completion {
  constructor(
    private readonly executor: TaskExecutor,
    private readonly taskId: string,
  ) {}
  done(): void {
    this.executor.stopped(this.taskId);
  }
}

class TaskRemoval implements Completion {
  constructor(
    private readonly executor: TaskExecutor,
    private readonly taskId: string,
  ) {}
  done(): void {
    this.executor.removed(this.taskId);
  }
}
