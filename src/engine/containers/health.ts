/** Health checks (moby `daemon/health.go`): a probe every interval, its results, and the events. */
import { concatBytes, decodeUtf8, type Wakeable } from '../../base';
import type { ApiError, HealthConfig } from '../../api';
import { formatTime } from '../time';
import { isApiError } from '../../api';
import type { Container } from './container';
import { Execs, type Exec, type ExecListener } from './exec';
import type { Lifecycle } from './lifecycle';

/** `defaultProbeInterval`, `defaultProbeTimeout`, `defaultProbeRetries`, in nanoseconds. */
const INTERVAL_NS = 30e9;
const TIMEOUT_NS = 30e9;
const RETRIES = 3;
/** `maxLogEntries`, `maxOutputLen` */
const LOG_MAX = 5;
const OUTPUT_MAX = 4096;

/** Told of what the swarm's executor waits for. */
export interface HealthListener {
  healthChanged(container: Container): void;
}

export class HealthMonitor implements Wakeable, ExecListener {
  listener: HealthListener | undefined;

  constructor(
    readonly lifecycle: Lifecycle,
    private readonly execs: Execs,
  ) {}

  /** A probe is due, or one takes too long. */
  wake(tag: string, data: unknown): void {
    if (tag === 'probe') this.probe(data as Container);
    else this.timeOut(data as Exec);
  }

  plan(container: Container): void {
    const { runtime } = this.lifecycle.core;
    const intervalUs = (container.healthCheck?.Interval || INTERVAL_NS) / 1000;
    container.healthTimer = runtime.setTimer(intervalUs, this, 'probe', container);
  }

  private probe(container: Container): void {
    const check = container.healthCheck;
    if (!check || !container.isRunning || container.paused) return;
    const exec = this.execs.create(container, {
      user: '',
      privileged: false,
      tty: false,
      stdin: false,
      stdout: true,
      stderr: true,
      detachKeys: '',
      env: [],
      workingDir: '',
      command: probeCommand(check),
    });
    if (isApiError(exec)) return;
    exec.captured = [];
    exec.listener = this;
    this.execs.start(exec);
    const { core } = this.lifecycle;
    const timeoutUs = (check.Timeout || TIMEOUT_NS) / 1000;
    core.runtime.setTimer(timeoutUs, this, 'timeout', exec);
    exec.container.probeStartedAt = core.unixUs;
  }

  execStarted(exec: Exec, error: ApiError | undefined): void {
    if (error) this.result(exec, -1, error.message);
  }

  execEnded(exec: Exec): void {
    const text = decodeUtf8(concatBytes(exec.captured ?? [])).slice(0, OUTPUT_MAX);
    this.result(exec, exec.exitCode ?? 0, text);
  }

  private timeOut(exec: Exec): void {
    if (!exec.running) return;
    const { core } = this.lifecycle;
    exec.listener = undefined;
    core.kernel.signal(exec.pid, 'KILL');
    const us = (exec.container.healthCheck?.Timeout || TIMEOUT_NS) / 1000;
    this.result(exec, -1, `Health check exceeded timeout (${us / 1_000_000}s)`);
  }

  private result(exec: Exec, exitCode: number, output: string): void {
    const { container } = exec;
    const { core } = this.lifecycle;
    container.execs.delete(exec.id);
    const { health } = container;
    const check = container.healthCheck;
    if (!health || !check || !container.isRunning) return;
    health.Log.push({
      Start: formatTime(container.probeStartedAt),
      End: formatTime(core.unixUs),
      ExitCode: exitCode,
      Output: output,
    });
    if (health.Log.length > LOG_MAX) health.Log.shift();
    const before = health.Status;
    if (exitCode === 0) {
      health.FailingStreak = 0;
      health.Status = 'healthy';
    } else {
      const graceUs = (check.StartPeriod ?? 0) / 1000;
      const sinceStart = core.runtime.now - container.running!.startedAt;
      if (!(before === 'starting' && sinceStart < graceUs)) {
        health.FailingStreak++;
        if (health.FailingStreak >= (check.Retries || RETRIES)) health.Status = 'unhealthy';
      }
    }
    if (health.Status !== before) {
      core.containerEvent(container, `health_status: ${health.Status}`);
      this.listener?.healthChanged(container);
    }
    this.plan(container);
  }
}

function probeCommand(check: HealthConfig): string[] {
  const [kind, ...rest] = check.Test ?? [];
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest[0] ?? ''];
  return rest;
}

/** The container started (or goes on after a pause). */
export function setHealthMonitor(lifecycle: Lifecycle, container: Container): void {
  if (!container.healthCheck) return;
  container.health ??= { Status: 'starting', FailingStreak: 0, Log: [] };
  if (!container.paused && container.running?.startedAt === lifecycle.core.runtime.now)
    container.health = { Status: 'starting', FailingStreak: 0, Log: [] };
  lifecycle.monitor.plan(container);
}

export function stopHealthMonitor(lifecycle: Lifecycle, container: Container): void {
  lifecycle.core.runtime.cancelTimer(container.healthTimer);
  container.healthTimer = undefined;
}
