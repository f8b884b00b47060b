/**
 * The engine of one machine, as node/ holds it: answers its part of the Engine API, shows itself to the
 * page, boots and goes down. Models dockerd's `daemon.Daemon`, without its swarm part.
 */
import { MILLISECOND_US, type Runtime, type Wakeable } from '../base';
import {
  dispatch,
  isApiError,
  type ApiCall,
  type ContainerSummary,
  type ImageSummary,
  type MachineFault,
  type NetworkResource,
  type SystemInfo,
} from '../api';
import type { Kernel } from '../kernel';
import { BUILD_ROUTES } from './build';
import { BuildKit, SESSION_ROUTES } from './buildkit';
import { ARCHIVE_ROUTES } from './containers/archive-routes';
import { Execs } from './containers/exec';
import { HealthMonitor } from './containers/health';
import { Lifecycle, STOP_TIMEOUT_SECONDS } from './containers/lifecycle';
import { CONTAINER_ROUTES } from './containers/routes';
import { STREAM_ROUTES } from './containers/stream-routes';
import { summarise } from './containers/view';
import { EngineCore, type Completion, type EngineDisk, type EngineOptions } from './core';
import { CopyUpReporter } from './files/copy-up-report';
import { IMAGE_ARCHIVE_ROUTES } from './images/archive-routes';
import { IMAGE_ROUTES } from './images/routes';
import { imageSummary } from './images/view';
import { systemInfo } from './system/info';
import { SYSTEM_ROUTES } from './system/routes';
import { VOLUME_ROUTES } from './volumes/routes';

/** From the request to the answer of a create: layer, records. */
const CREATE_US = 35 * MILLISECOND_US;
/** Exit code of what ran when the machine lost power. */
const LOST_EXIT_CODE = 255;

export interface EngineScreen {
  readonly info: SystemInfo;
  readonly containers: ContainerSummary[];
  readonly images: ImageSummary[];
  readonly networks: NetworkResource[];
}

interface Later {
  readonly call: ApiCall;
  readonly status: number;
  readonly value: unknown;
}

export class Engine implements Wakeable {
  readonly core: EngineCore;
  readonly lifecycle: Lifecycle;
  readonly execs: Execs;
  readonly buildKit: BuildKit;

  constructor(runtime: Runtime, kernel: Kernel, options: EngineOptions, disk: EngineDisk) {
    this.core = new EngineCore(runtime, kernel, options, disk);
    this.lifecycle = new Lifecycle(this.core);
    this.execs = new Execs(this.core);
    this.buildKit = new BuildKit(this.core);
    this.lifecycle.monitor = new HealthMonitor(this.lifecycle, this.execs);
  }

  /** Answers the call, now or later, if it is one of the engine's; false leaves it untouched. */
  handle(call: ApiCall): boolean {
    return (
      dispatch(ARCHIVE_ROUTES, this.core, call) ||
      dispatch(CONTAINER_ROUTES, this, call) ||
      dispatch(STREAM_ROUTES, this, call) ||
      dispatch(IMAGE_ARCHIVE_ROUTES, this.core, call) ||
      dispatch(IMAGE_ROUTES, this.core, call) ||
      dispatch(BUILD_ROUTES, this, call) ||
      dispatch(SESSION_ROUTES, this, call) ||
      dispatch(VOLUME_ROUTES, this.core, call) ||
      dispatch(SYSTEM_ROUTES, this.core, call) ||
      this.core.networks.handle(call)
    );
  }

  /** Takes the time that the daemon's own work takes. */
  answerLater(call: ApiCall, status: number, value: unknown): void {
    this.core.runtime.setTimer(CREATE_US, this, 'answer', { call, status, value } satisfies Later);
  }

  wake(_tag: string, data: unknown): void {
    const { call, status, value } = data as Later;
    call.json(status, value);
  }

  /** Reads only. */
  observe(): EngineScreen {
    const { core } = this;
    return {
      info: systemInfo(core),
      containers: [...core.disk.containers.values()].map((c) => summarise(core, c, false)),
      images: [...core.disk.images.images.values()].map((i) => imageSummary(core.disk.images, i)),
      networks: core.networks.list(),
    };
  }

  /** The daemon has come up on what is on its disk. */
  boot(): void {
    this.forgetProcesses();
    this.core.networks.boot();
    this.lifecycle.boot();
  }

  /** Records of before: whatever ran is gone, and so is who waited. */
  private forgetProcesses(): void {
    for (const container of this.core.disk.containers.values()) {
      if (container.isRunning) {
        container.wasRunning = true;
        container.running = undefined;
        container.exitCode = LOST_EXIT_CODE;
        container.finishedAt = this.core.unixUs;
      }
      container.paused = false;
      container.starting = false;
      container.removing = false;
      container.attachments.clear();
      container.exitWaiters.clear();
      container.execs.clear();
      const { kernel, runtime } = this.core;
      const watcher = new CopyUpReporter(runtime, container.id);
      container.fs.rebind(kernel.wallClock, kernel.disk, watcher);
    }
  }

  /** Faults that hit the engine; false for those of others. */
  fault(fault: MachineFault): boolean {
    if (fault.kind === 'registry-down') {
      this.core.registry.down = fault.on;
      return true;
    }
    if (fault.kind !== 'kill-container') return false;
    const container = this.core.container(fault.container);
    if (isApiError(container) || !container.running) return true;
    const { kernel } = this.core;
    if (fault.oom) kernel.killForMemory(container.running.cgroup);
    else kernel.signal(container.running.pid, 'KILL');
    return true;
  }

  /** Orderly end of the daemon: stops all containers, then calls back. */
  shutdown(completion: Completion): void {
    this.lifecycle.shuttingDown = true;
    const running = [...this.core.disk.containers.values()].filter((c) => c.isRunning);
    const gathering = new Gathering(running.length, completion);
    for (const container of running) {
      container.wasRunning = !container.hasBeenManuallyStopped;
      this.lifecycle.stop(container, STOP_TIMEOUT_SECONDS, gathering);
    }
    this.core.events.shutdown();
    gathering.check();
  }
}

/** Calls back when so many others have. */
class Gathering implements Completion {
  private told = false;
  constructor(
    private left: number,
    private readonly completion: Completion,
  ) {}
  done(): void {
    this.left--;
    this.check();
  }
  check(): void {
    if (this.left > 0 || this.told) return;
    this.told = true;
    this.completion.done(undefined);
  }
}
