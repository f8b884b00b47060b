/**
 * Moves one task on its node towards its desired state (swarmkit `agent/task.go` and
 * `agent/exec/controller.go`, Do). Whatever is under way when an update arrives is broken off and done
 * again 1 s later (`ErrTaskRetry`): hence the second that passes before a running task is stopped. A
 * command that the executor has begun goes on meanwhile, and its result counts when the second is over.
 */
import { SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { PortConfig, TaskState, TaskStatus } from '../../api';
import { tasksEqualStable, deepEqual } from '../orchestrator/equality';
import { COMPLETE, SHUTDOWN, STARTING, stateRank } from '../orchestrator/task-state';
import type { AgentContext } from '../leader';
import type { ExecutorEvent, ExecutorFiles } from '../seams';
import type { StoredTask } from '../store';

const RETRY_US = SECOND_US;

type TaskEvent = Exclude<ExecutorEvent, { kind: 'log' | 'log-end' | 'removed' }>;

/** Who wants to hear of a task's states, and knows the secrets that it needs. */
export interface TaskOwner {
  taskStatusChanged(task: StoredTask): void;
  filesFor(task: StoredTask): ExecutorFiles;
  /** The container has ended for good after `close`. */
  taskClosed(taskId: string): void;
}

export class TaskManager implements Wakeable {
  /** Command that the executor has not answered. */
  private operation: '' | 'prepare' | 'start' | 'wait' | 'shutdown' = '';
  /** Broken off; done again when the timer fires. */
  private retryTimer: TimerHandle | undefined;
  /** What the executor answered while we waited for that. */
  private held: TaskEvent | undefined;
  private containerId = '';
  private pid = 0;
  private exitCode = 0;
  private ports: PortConfig[] = [];
  /** A container exists or is being made. */
  private hasContainer = false;
  private closing = false;

  constructor(
    private readonly context: AgentContext,
    private readonly owner: TaskOwner,
    /** Its status is ours, not the manager's. */
    public task: StoredTask,
  ) {
    const container = task.Status.ContainerStatus;
    this.containerId = container?.ContainerID ?? '';
    this.pid = container?.PID ?? 0;
    this.hasContainer = stateRank(task.Status.State) > stateRank('accepted');
    this.ports = task.Status.PortStatus?.Ports ?? [];
  }

  get started(): boolean {
    return this.containerId !== '' && stateRank(this.task.Status.State) >= STARTING;
  }

  /** Goes on from the status that the task has. */
  start(): void {
    this.pump();
  }

  /** After a restart of the daemon: what became of the container. */
  adopt(found: { readonly state: TaskState; readonly exitCode: number } | undefined): void {
    const rank = stateRank(this.task.Status.State);
    if (rank < STARTING || rank >= COMPLETE) return this.pump();
    if (found?.state === 'running') {
      if (this.task.Status.State !== 'running') this.transition('running', 'started');
      return this.pump();
    }
    if (stateRank(this.task.DesiredState) >= SHUTDOWN) return this.pump();
    this.exitCode = found?.exitCode ?? 0;
    if (!found) this.fatal(`No such container: ${containerName(this.task)}`);
    else this.ended(found.exitCode, '');
  }

  /** The manager's new version of the task. */
  update(task: StoredTask): void {
    if (this.closing || tasksEqualStable(task, this.task)) return;
    if (stateRank(task.DesiredState) < stateRank(this.task.DesiredState)) return;
    this.task = { ...task, Status: this.task.Status };
    if (this.operation !== '' && !this.retryTimer) this.breakOff();
    else this.pump();
  }

  /** The task is no longer assigned: its container ends and goes. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.cancelRetry();
    if (!this.hasContainer) this.owner.taskClosed(this.task.ID);
    else if (stateRank(this.task.Status.State) >= COMPLETE) this.remove();
    else if (this.operation !== 'shutdown') {
      this.operation = 'shutdown';
      this.context.executor.shutdown(this.task);
    }
  }

  wake(): void {
    this.retryTimer = undefined;
    const { held } = this;
    this.held = undefined;
    if (!this.closing) this.pump(held);
  }

  onExecutor(event: TaskEvent | Extract<ExecutorEvent, { kind: 'removed' }>): void {
    if (event.kind === 'removed') {
      if (this.closing) this.owner.taskClosed(this.task.ID);
      return;
    }
    this.note(event);
    if (this.closing) {
      if (event.kind === 'stopped' || event.kind === 'exited' || event.kind === 'failed')
        this.remove();
    } else if (this.retryTimer) this.held = event;
    else if (this.operation !== '') this.finish(event);
  }

  private remove(): void {
    this.context.executor.remove(this.task.ID);
  }

  private note(event: TaskEvent): void {
    if (event.kind === 'prepared') this.containerId = event.containerId;
    else if (event.kind === 'started') {
      this.containerId = event.containerId;
      this.pid = event.pid;
      // Docker lists a port once for each binding, the one of IPv4 and that of IPv6.
      this.ports = event.ports.flatMap(({ protocol, target, published }) => {
        const port: PortConfig = {
          Protocol: protocol,
          TargetPort: target,
          PublishedPort: published,
          PublishMode: 'host',
        };
        return [port, port];
      });
    } else if (event.kind === 'exited' || event.kind === 'stopped') {
      this.exitCode = event.exitCode;
      this.pid = 0;
      this.ports = [];
    }
  }

  private breakOff(): void {
    this.retryTimer = this.context.runtime.setTimer(RETRY_US, this, 'retry');
  }

  private cancelRetry(): void {
    this.context.runtime.cancelTimer(this.retryTimer);
    this.retryTimer = undefined;
  }

  /** Does all that can be done now; `result` belongs to a command that was broken off. */
  private pump(result?: TaskEvent): void {
    this.cancelRetry();
    const known = result ?? this.held;
    this.held = undefined;
    while (this.step(known));
  }

  /** One transition or one command; true if it may go on at once. */
  private step(result: TaskEvent | undefined): boolean {
    const desired = stateRank(this.task.DesiredState);
    const state = this.task.Status.State;
    const rank = stateRank(state);
    if (desired >= SHUTDOWN) {
      if (rank >= COMPLETE) return false;
      return this.shutdown(result);
    }
    if (rank > desired) return false;
    if (state === 'preparing' || state === 'starting' || state === 'running')
      return this.command(state, result);
    if (rank >= desired) return false;
    if (state === 'new' || state === 'pending' || state === 'assigned')
      return this.transition('accepted', 'accepted');
    if (state === 'accepted') return this.transition('preparing', 'preparing');
    return state === 'ready' && this.transition('starting', 'starting');
  }

  /** Gives the executor the command of a state, or takes the result that it has for it. */
  private command(
    state: 'preparing' | 'starting' | 'running',
    result: TaskEvent | undefined,
  ): boolean {
    const { executor } = this.context;
    const wanted = state === 'preparing' ? 'prepare' : state === 'starting' ? 'start' : 'wait';
    if (this.operation === wanted) {
      if (result) this.finish(result);
      return false;
    }
    this.operation = wanted;
    if (wanted === 'prepare') {
      this.hasContainer = true;
      executor.prepare(this.task, this.owner.filesFor(this.task));
    } else if (wanted === 'start') executor.start(this.task.ID);
    return false;
  }

  private shutdown(result: TaskEvent | undefined): boolean {
    if (!this.hasContainer) return this.transition('shutdown', 'shutdown');
    if (this.operation === 'shutdown') {
      if (result) this.finish(result);
      return false;
    }
    this.operation = 'shutdown';
    this.context.executor.shutdown(this.task);
    return false;
  }

  /** The executor's answer to the present command. */
  private finish(event: TaskEvent): void {
    const { operation } = this;
    if (event.kind === 'failed') {
      this.operation = '';
      this.fatal(event.error);
    } else if (operation === 'shutdown') {
      if (event.kind !== 'stopped') return;
      this.operation = '';
      this.transition('shutdown', 'shutdown');
    } else if (event.kind === 'exited' && operation !== 'prepare') {
      this.operation = '';
      this.ended(event.exitCode, event.error);
    } else if (event.kind === 'prepared' && operation === 'prepare') {
      this.operation = '';
      this.transition('ready', 'prepared');
    } else if (event.kind === 'started' && operation === 'start') {
      this.operation = '';
      this.transition('running', 'started');
    } else return;
    this.pump();
  }

  private ended(exitCode: number, cause: string): void {
    if (exitCode === 0) this.transition('complete', 'finished');
    else this.fatal(`task: non-zero exit (${exitCode})${cause === '' ? '' : `: ${cause}`}`);
  }

  /** Before Starting the node rejects the task, later the task has failed. */
  private fatal(error: string): void {
    const { Status } = this.task;
    const rejected = stateRank(Status.State) < STARTING;
    this.report({ ...Status, State: rejected ? 'rejected' : 'failed', Err: error });
  }

  private transition(State: TaskState, Message: string): boolean {
    const { Err: _cleared, ...status } = this.task.Status;
    this.report({ ...status, State, Message });
    return true;
  }

  private report(status: TaskStatus): void {
    let made = status;
    if (stateRank(status.State) >= STARTING) {
      const { containerId: ContainerID, pid: PID, exitCode: ExitCode } = this;
      made = {
        ...made,
        ContainerStatus: { ContainerID, PID, ExitCode },
        PortStatus: this.ports.length > 0 ? { Ports: this.ports } : {},
      };
    }
    if (deepEqual(made, this.task.Status)) return;
    const Status = { ...made, Timestamp: this.context.clock.timestamp() };
    this.task = { ...this.task, Status };
    this.owner.taskStatusChanged(this.task);
  }
}

/** Name of a task's container: service, slot (or node) and task id. */
export function containerName(task: StoredTask): string {
  const slot = task.Slot ? String(task.Slot) : (task.NodeID ?? '');
  return `${task.ServiceAnnotations.Name}.${slot}.${task.ID}`;
}
