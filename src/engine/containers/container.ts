/**
 * A container's record: what dockerd keeps of it (moby `container/container.go`, `state.go`). Data and
 * small questions; what happens to it is in lifecycle.ts. Its record, logs and upper layer are on the
 * machine's disk and survive a loss of power; what runs does not.
 */
import type { TimerHandle } from '../../base';
import type { ContainerState, HealthConfig, MountPoint } from '../../api';
import type { Cgroup, InputPipe, Namespaces, Terminal } from '../../kernel';
import type { ContainerConfig } from '../content/image';
import type { UnionFs } from '../files/union-fs';
import type { StreamReader } from './attach';
import type { Exec } from './exec';
import type { HostConfig } from './host-config';
import type { ContainerLog } from './log';

/** A mount that the container has: the API's record and what it stands for. */
export interface ContainerMount {
  readonly point: MountPoint;
  /** tmpfs options or the bind's path on the machine. */
  readonly kind: 'volume' | 'bind' | 'tmpfs';
  readonly source: string;
  readonly readOnly: boolean;
  /** Copy what the image has at this place into the volume, if that is empty. */
  readonly copyUp: boolean;
  /** Made for this container alone, goes with `docker rm -v`. */
  readonly anonymous: boolean;
}

export interface HealthLogEntry {
  readonly Start: string;
  readonly End: string;
  readonly ExitCode: number;
  readonly Output: string;
}
export interface Health {
  Status: 'starting' | 'healthy' | 'unhealthy';
  FailingStreak: number;
  Log: HealthLogEntry[];
}

/** A secret or config of a task, as a file of the container. */
export interface ContainerFile {
  readonly target: string;
  readonly data: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A host-mode port with the number that the node chose. */
export interface HostPort {
  readonly target: number;
  readonly published: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** What exists only while it runs. */
export interface RunningPart {
  readonly pid: number;
  readonly namespaces: Namespaces;
  readonly cgroup: Cgroup;
  readonly terminal: Terminal | undefined;
  readonly input: InputPipe | undefined;
  /** Virtual time. */
  readonly startedAt: number;
}

/** Somebody who waits for the container. */
export interface ExitWaiter {
  /** It ended (or will never start: see moby's `StateStatus` with an error). */
  containerExited(container: Container): void;
  containerRemoved(container: Container): void;
}

export class Container {
  name: string;
  paused = false;
  /** Waits for its restart policy's delay. */
  restarting = false;
  exitCode = 0;
  error = '';
  oomKilled = false;
  /** Unix microseconds. */
  startedAt: number | undefined;
  finishedAt: number | undefined;
  restartCount = 0;
  /** By stop or kill: no restart policy brings it back now. */
  hasBeenManuallyStopped = false;
  /** It was running when the daemon or the machine went down. */
  wasRunning = false;
  /** It was started once: its files in /var/lib/docker/containers are there. */
  hasBeenStarted = false;
  /** Its command was looked for once: the log file is there. */
  hasRunLog = false;
  /** Being removed; a second remove is refused. */
  removing = false;
  running: RunningPart | undefined;
  /** A start is under way. */
  starting = false;
  health: Health | undefined;
  healthTimer: TimerHandle | undefined;
  /** Unix microseconds. */
  probeStartedAt = 0;
  /** Delay before the next restart by policy. */
  restartDelayUs = 0;
  restartTimer: TimerHandle | undefined;
  /** Secrets and configs. */
  files: readonly ContainerFile[] = [];
  /** Ports of the present or the last start. */
  hostPorts: readonly HostPort[] = [];
  /** Its anonymous volumes go with it. */
  removeVolumes = false;
  /** What attached clients typed before it ran. */
  readonly heldInput: Uint8Array[] = [];
  inputEnded = false;
  readonly attachments = new Set<StreamReader>();
  readonly execs = new Map<string, Exec>();
  readonly exitWaiters = new Set<ExitWaiter>();
  /** Text of /etc/hosts and /etc/resolv.conf as last made; undefined before the first start. */
  hostsText = '';
  resolvConfText = '';

  constructor(
    readonly id: string,
    name: string,
    /** Unix microseconds. */
    readonly createdAt: number,
    readonly path: string,
    readonly args: readonly string[],
    readonly config: ContainerConfig,
    public hostConfig: HostConfig,
    /** `sha256:...`, '' without an image. */
    readonly imageId: string,
    readonly mounts: readonly ContainerMount[],
    readonly fs: UnionFs,
    readonly log: ContainerLog,
    /** Folder name in overlay2. */
    readonly layerId: string,
    /** Folder of the image's top layer there. */
    readonly lowerFolders: readonly string[],
  ) {
    this.name = name;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** `StateString`: as the API's `State` says it. */
  get stateText(): ContainerState {
    if (this.restarting) return 'restarting';
    if (this.isRunning) return this.paused ? 'paused' : 'running';
    if (this.removing) return 'removing';
    return this.startedAt === undefined ? 'created' : 'exited';
  }

  get healthCheck(): HealthConfig | undefined {
    const check = this.config.Healthcheck;
    const kind = check?.Test?.[0];
    return kind === undefined || kind === 'NONE' ? undefined : check;
  }

  get networkMode(): string {
    return this.hostConfig.NetworkMode;
  }

  /** Attributes of its events. */
  attributes(): Record<string, string> {
    return { ...this.config.Labels, image: this.config.Image, name: this.name };
  }
}
