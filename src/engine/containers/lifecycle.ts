/**
 * What happens to containers: start, stop, kill, restart, pause, remove, and what follows the end of
 * their process (moby `daemon/start.go`, `stop.go`, `kill.go`, `monitor.go`, `delete.go`,
 * `restartmanager`). The time that dockerd, containerd and runc take stands in the constants.
 */
import { MILLISECOND_US, SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { ApiError } from '../../api';
import type { Signal } from '../../kernel';
import type { Completion, EngineCore } from '../core';
import { setHealthMonitor, stopHealthMonitor, type HealthMonitor } from './health';
import type { Container, ExitWaiter } from './container';
import { isLaunchFailure, launch } from './launch';
import { parseSignal } from './signal-names';
import type { Stdio, StdioOwner } from './stdio';

/** From the request to the running process: network, mounts, shim, runc. */
const START_US = 420 * MILLISECOND_US;
/** What a start that fails costs on top: all is put back. */
const FAILED_START_US = 600 * MILLISECOND_US;
/** From the process's end until the daemon has cleaned up. */
const CLEANUP_US = 40 * MILLISECOND_US;
const REMOVE_US = 45 * MILLISECOND_US;
/** `defaultTimeout`, `maxRestartTimeout`, and the run that forgets them (restartmanager). */
const RESTART_DELAY_US = 100 * MILLISECOND_US;
const RESTART_DELAY_MAX_US = 60 * SECOND_US;
const RESTART_FORGET_US = 10 * SECOND_US;
/** Grace period of stop where nobody says another (`defaultStopTimeout`). */
export const STOP_TIMEOUT_SECONDS = 10;

/** The standard streams of a container's first process. */
class MainStdio implements StdioOwner {
  exitCode = 0;
  constructor(
    private readonly lifecycle: Lifecycle,
    readonly container: Container,
  ) {}
  streamOutput(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.lifecycle.output(this.container, stream, data);
  }
  processEnded(exitCode: number): void {
    this.exitCode = exitCode;
  }
  streamsEnded(): void {
    this.lifecycle.ended(this.container, this.exitCode);
  }
}

export class Lifecycle implements Wakeable {
  readonly stdios = new Map<string, Stdio>();
  /** The daemon is going down: no restart policy acts. */
  shuttingDown = false;
  /** When the last of the starts under way will be done. */
  private startingUntil = 0;
  monitor!: HealthMonitor;

  constructor(readonly core: EngineCore) {}

  // --- start

  start(container: Container, completion: Completion | undefined): void {
    const refusal = refuseStart(container);
    if (refusal) return completion?.done(refusal);
    container.starting = true;
    container.hasBeenManuallyStopped = false;
    // One after the other: starts are bound by the processor.
    const { runtime } = this.core;
    this.startingUntil = Math.max(this.startingUntil, runtime.now) + START_US;
    const waitUs = this.startingUntil - runtime.now;
    runtime.setTimer(waitUs, this, 'start', { container, completion });
  }

  wake(tag: string, data: unknown): void {
    const { container, completion, error } = data as {
      container: Container;
      completion: Completion | undefined;
      error?: ApiError;
    };
    if (this.shuttingDown && (tag === 'start' || tag === 'restart')) {
      container.starting = false;
      container.wasRunning = true;
    } else if (tag === 'start')
      this.core.networks.letIn(container.id, new LettingIn(this, container, completion));
    else if (tag === 'start-failed') completion?.done(error);
    else if (tag === 'restart') this.restartByPolicy(container);
    else if (tag === 'cleanup') this.cleanUp(container);
    else this.removeNow(container, completion);
  }

  /** The swarm has given the addresses that the container needs, or refused. */
  letIn(container: Container, completion: Completion | undefined, refusal?: ApiError): void {
    const failure = this.startNow(container, refusal);
    if (!failure) return completion?.done(undefined);
    const failed = { container, completion, error: failure };
    this.core.runtime.setTimer(FAILED_START_US, this, 'start-failed', failed);
  }

  private startNow(container: Container, refusal?: ApiError): ApiError | undefined {
    container.starting = false;
    if (container.removing) return undefined;
    container.hostConfig.Runtime ??= 'runc';
    const owner = new MainStdio(this, container);
    const result = refusal
      ? { error: refusal, exitCode: 128 }
      : launch(this.core, container, owner);
    if (isLaunchFailure(result)) {
      container.error = result.error.message;
      container.exitCode = result.exitCode;
      container.restarting = false;
      this.core.networks.stopContainer(container.id);
      if (container.hostConfig.AutoRemove) this.removeNow(container, undefined);
      return result.error;
    }
    container.error = '';
    container.exitCode = 0;
    container.oomKilled = false;
    container.restarting = false;
    container.running = result.running;
    container.startedAt = this.core.unixUs;
    this.stdios.set(container.id, result.stdio);
    for (const bytes of container.heldInput.splice(0)) result.stdio.type(bytes);
    if (container.inputEnded) result.stdio.endInput();
    this.core.containerEvent(container, 'start');
    setHealthMonitor(this, container);
    return undefined;
  }

  output(container: Container, stream: 'stdout' | 'stderr', data: Uint8Array): void {
    container.log.append(stream, data, this.core.unixUs);
    for (const attachment of [...container.attachments]) attachment.output(stream, data);
  }

  // --- the end of the process

  ended(container: Container, exitCode: number): void {
    const { core } = this;
    const { running } = container;
    if (!running) return;
    container.exitCode = exitCode;
    container.finishedAt = core.unixUs;
    container.oomKilled = running.cgroup.oomKills > 0;
    core.runtime.setTimer(CLEANUP_US, this, 'cleanup', { container, completion: undefined });
  }

  private cleanUp(container: Container): void {
    const { core } = this;
    const { running } = container;
    if (!running) return;
    const ranUs = core.runtime.now - running.startedAt;
    container.running = undefined;
    container.paused = false;
    running.cgroup.remove();
    this.stdios.delete(container.id);
    stopHealthMonitor(this, container);
    for (const exec of container.execs.values()) exec.containerEnded();
    if (container.oomKilled) core.containerEvent(container, 'oom');
    core.containerEvent(container, 'die', { exitCode: String(container.exitCode) });
    core.networks.stopContainer(container.id);
    container.log.close(core.unixUs);
    for (const attachment of [...container.attachments]) attachment.end();
    container.attachments.clear();
    if (this.shouldRestart(container, ranUs)) this.planRestart(container, ranUs);
    for (const waiter of [...container.exitWaiters]) waiter.containerExited(container);
    if (container.hostConfig.AutoRemove && !container.restarting)
      this.removeNow(container, undefined);
  }

  private shouldRestart(container: Container, _ranUs: number): boolean {
    if (this.shuttingDown || container.removing) return false;
    if (container.hasBeenManuallyStopped) return false;
    return restartsBy(container);
  }

  private planRestart(container: Container, ranUs: number): void {
    const { restartDelayUs: last } = container;
    const doubled = last === 0 || ranUs > RESTART_FORGET_US ? RESTART_DELAY_US : last * 2;
    container.restartDelayUs = Math.min(doubled, RESTART_DELAY_MAX_US);
    container.restarting = true;
    const data = { container, completion: undefined };
    const { runtime } = this.core;
    container.restartTimer = runtime.setTimer(container.restartDelayUs, this, 'restart', data);
  }

  private restartByPolicy(container: Container): void {
    if (!container.restarting || container.removing) return;
    container.restartCount++;
    this.core.networks.letIn(container.id, new LettingIn(this, container, undefined));
  }

  private cancelRestart(container: Container): void {
    if (!container.restarting) return;
    container.restarting = false;
    this.core.runtime.cancelTimer(container.restartTimer);
  }

  // --- kill and stop

  /** `POST /containers/X/kill`; the completion of SIGKILL comes when it is dead. */
  kill(container: Container, text: string, shown: string, completion: Completion): void {
    const signal = text === '' ? parseSignal('KILL')! : parseSignal(text);
    if (!signal) return completion.done({ status: 400, message: `Invalid signal: ${text}` });
    const refuse = (status: number, reason: string) =>
      completion.done({ status, message: `Cannot kill container: ${shown}: ${reason}` });
    if (signal.name === undefined)
      return refuse(500, `The linux daemon does not support signal ${signal.number}`);
    if (!container.isRunning && !container.restarting)
      return refuse(409, `Container ${container.id} is not running`);
    this.signal(container, signal.name, signal.number);
    if (signal.name !== 'KILL' || !container.isRunning) return completion.done(undefined);
    container.exitWaiters.add(new KillWaiter(completion));
  }

  /** Sends a signal to the first process, as `docker kill` and `stop` do. */
  signal(container: Container, name: Signal, number: number): void {
    const { core } = this;
    const stop = container.config.StopSignal;
    const isStop = stop === undefined || name === 'KILL' || parseSignal(stop)?.name === name;
    const unpause = isStop && container.paused;
    if (!this.shuttingDown) container.hasBeenManuallyStopped = true;
    if (container.restarting) return this.cancelRestart(container);
    if (!container.running) return;
    core.kernel.signal(container.running.pid, name);
    if (unpause) this.thaw(container);
    core.containerEvent(container, 'kill', { signal: String(number) });
  }

  /** Stop signal, grace period, SIGKILL. Calls back when it is down. */
  stop(container: Container, seconds: number | undefined, completion: Completion): void {
    if (container.restarting) {
      container.hasBeenManuallyStopped = true;
      this.cancelRestart(container);
      this.core.containerEvent(container, 'stop');
      return completion.done(undefined);
    }
    if (!container.isRunning) return completion.done({ status: 304, message: '' });
    const grace = seconds ?? container.config.StopTimeout ?? STOP_TIMEOUT_SECONDS;
    const stopping = new Stopping(this, container, completion);
    container.exitWaiters.add(stopping);
    const signal = parseSignal(container.config.StopSignal ?? 'TERM') ?? parseSignal('TERM')!;
    this.signal(container, signal.name ?? 'TERM', signal.number);
    if (grace >= 0)
      stopping.timer = this.core.runtime.setTimer(grace * SECOND_US, stopping, 'grace');
  }

  restart(container: Container, seconds: number | undefined, completion: Completion): void {
    const next = new Restarting(this, container, completion);
    if (container.isRunning || container.restarting) this.stop(container, seconds, next);
    else next.done(undefined);
  }

  // --- pause

  pause(container: Container): ApiError | undefined {
    const { id } = container;
    const refuse = (state: string) => ({ status: 409, message: `Container ${id} is ${state}` });
    if (!container.running) return refuse('not running');
    if (container.paused) return refuse('already paused');
    if (container.restarting) return refuse('restarting, wait until the container is running');
    container.paused = true;
    this.core.kernel.freeze(container.running.cgroup);
    stopHealthMonitor(this, container);
    this.core.containerEvent(container, 'pause');
    return undefined;
  }

  unpause(container: Container): ApiError | undefined {
    if (!container.paused)
      return { status: 500, message: `Container ${container.id} is not paused` };
    this.thaw(container);
    return undefined;
  }

  private thaw(container: Container): void {
    container.paused = false;
    if (container.running) this.core.kernel.thaw(container.running.cgroup);
    this.core.containerEvent(container, 'unpause');
    setHealthMonitor(this, container);
  }

  // --- remove

  remove(container: Container, force: boolean, volumes: boolean, completion: Completion): void {
    if (container.removing) {
      const message = `removal of container ${container.id} is already in progress`;
      return completion.done({ status: 409, message });
    }
    if ((container.isRunning || container.restarting) && !force) {
      const state = container.stateText;
      const advice = 'top the container before attempting removal or force remove';
      const procedure = state === 'paused' ? `Unpause and then s${advice}` : `S${advice}`;
      const message = `You cannot remove a ${state} container ${container.id}. ${procedure}`;
      return completion.done({ status: 409, message });
    }
    container.removeVolumes = volumes;
    if (container.isRunning) {
      const removal = new Removal(this, container, completion);
      container.exitWaiters.add(removal);
      this.signal(container, 'KILL', 9);
      return;
    }
    this.cancelRestart(container);
    this.removeSoon(container, completion);
  }

  removeSoon(container: Container, completion: Completion | undefined): void {
    container.removing = true;
    this.core.runtime.setTimer(REMOVE_US, this, 'remove', { container, completion });
  }

  removeNow(container: Container, completion: Completion | undefined): void {
    const { core } = this;
    if (!core.disk.containers.has(container.id)) return completion?.done(undefined);
    container.removing = true;
    core.networks.removeContainer(container.id);
    container.fs.release();
    core.disk.containers.delete(container.id);
    core.containerEvent(container, 'destroy');
    if (container.removeVolumes || container.hostConfig.AutoRemove)
      for (const mount of container.mounts)
        if (mount.anonymous && volumeUsers(core, mount.source).length === 0)
          core.volumes.remove(mount.source, [], true);
    for (const waiter of [...container.exitWaiters]) waiter.containerRemoved(container);
    container.exitWaiters.clear();
    completion?.done(undefined);
  }

  // --- the daemon's own life

  /** Restart policies, when the daemon has come up. */
  boot(): void {
    this.shuttingDown = false;
    for (const container of this.core.disk.containers.values()) {
      const wanted = container.wasRunning || container.restarting || container.isRunning;
      container.wasRunning = false;
      container.restarting = false;
      const policy = container.hostConfig.RestartPolicy.Name;
      const always = policy === 'always' && container.startedAt !== undefined;
      if ((wanted && restartsBy(container)) || always) this.start(container, undefined);
    }
  }
}

function refuseStart(container: Container): ApiError | undefined {
  if (container.paused)
    return { status: 409, message: 'cannot start a paused container, try unpause instead' };
  if (container.isRunning || container.starting) return { status: 304, message: '' };
  if (container.removing)
    return { status: 409, message: 'container is marked for removal and cannot be started' };
  return undefined;
}

/** `RestartManager.ShouldRestart` without the manual stop. */
function restartsBy(container: Container): boolean {
  const { Name: name, MaximumRetryCount: max } = container.hostConfig.RestartPolicy;
  if (name === 'always') return true;
  if (name === 'unless-stopped') return !container.hasBeenManuallyStopped;
  if (name !== 'on-failure' || container.exitCode === 0) return false;
  return max === 0 || container.restartCount < max;
}

/** Ids of containers that have a volume mounted. */
export function volumeUsers(core: EngineCore, name: string): string[] {
  return [...core.disk.containers.values()]
    .filter((c) => c.mounts.some((mount) => mount.kind === 'volume' && mount.source === name))
    .map((c) => c.id);
}

/** Waits for addresses on networks of the swarm. */
class LettingIn implements Completion {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly container: Container,
    private readonly completion: Completion | undefined,
  ) {}
  done(refusal: ApiError | undefined): void {
    this.lifecycle.letIn(this.container, this.completion, refusal);
  }
}

class KillWaiter implements ExitWaiter {
  constructor(private readonly completion: Completion) {}
  containerExited(container: Container): void {
    container.exitWaiters.delete(this);
    this.completion.done(undefined);
  }
  containerRemoved(): void {
    this.completion.done(undefined);
  }
}

class Stopping implements ExitWaiter, Wakeable {
  timer: TimerHandle | undefined;
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly container: Container,
    private readonly completion: Completion,
  ) {}
  wake(): void {
    if (this.container.isRunning) this.lifecycle.signal(this.container, 'KILL', 9);
  }
  containerExited(container: Container): void {
    const { core } = this.lifecycle;
    container.exitWaiters.delete(this);
    core.runtime.cancelTimer(this.timer);
    core.containerEvent(container, 'stop');
    this.completion.done(undefined);
  }
  containerRemoved(): void {
    this.lifecycle.core.runtime.cancelTimer(this.timer);
    this.completion.done(undefined);
  }
}

/** Stopped, now start again. */
class Restarting implements Completion {
  private started = false;
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly container: Container,
    private readonly completion: Completion,
  ) {}
  done(error: ApiError | undefined): void {
    if (this.started || (error && error.status !== 304)) {
      if (!error) this.lifecycle.core.containerEvent(this.container, 'restart');
      return this.completion.done(error);
    }
    this.started = true;
    this.lifecycle.start(this.container, this);
  }
}

/** Killed, now remove. */
class Removal implements ExitWaiter {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly container: Container,
    private readonly completion: Completion,
  ) {}
  containerExited(container: Container): void {
    container.exitWaiters.delete(this);
    this.lifecycle.removeSoon(this.container, this.completion);
  }
  containerRemoved(): void {
    this.completion.done(undefined);
  }
}
