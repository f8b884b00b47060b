/** What a kernel is made with, what it asks of the world outside, and how processes are started. */
import type { ApiCall, ApiRequest, ApiSink } from '../api';
import type { Cgroup } from './cgroup';
import type { FileSystem } from './files/filesystem';
import type { Namespaces } from './namespaces';
import type { NetworkCalls, NetworkNamespace } from './network-calls';
import type { OpenFile } from './open-file';
import type { ProcessListener } from './process';
import type { ProgramTable } from './syscalls';

/** What stands outside Linux: the daemon, the conductor's faults, the host's computations. */
export interface KernelOutside {
  /** Undefined: no daemon listens (ECONNREFUSED). The sink may be used before this returns. */
  openApi(request: ApiRequest, sink: ApiSink): ApiCall | undefined;
  /** A `chaos` command line; `Kernel.answer(token, { text, exitCode })` follows. */
  chaos(line: string, token: number): void;
  /** A bounded computation of the host; `Kernel.answer(token, result)` follows. */
  compute(job: unknown, token: number): void;
}

export interface KernelOptions {
  readonly hostname: string;
  /** Unix time in microseconds of virtual time 0. */
  readonly epochUs: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Size of the disk; 40 GiB if not given. */
  readonly diskBytes?: number;
  readonly programs: ProgramTable;
  readonly outside: KernelOutside;
  /** The network stack and the machine's first network namespace. */
  readonly network?: NetworkCalls;
  readonly networkNamespace?: NetworkNamespace;
  /** Kept over a loss of power: the root filesystem of before. Made empty if not given. */
  readonly rootFs?: FileSystem;
}

/** A process that is started from outside: a terminal's shell, an exec, a container. */
export interface StartOptions {
  /** Executable file in the new process's own mount namespace ... */
  readonly path?: string;
  /** ... or a program of the table, with plain data for it. */
  readonly program?: string;
  readonly image?: unknown;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** '/' if not given. ENOENT and ENOTDIR are thrown. */
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The machine's own if not given. Give a container's for `docker exec`. */
  readonly namespaces?: Namespaces;
  /**
   * Descriptors 0, 1 and 2. They belong to the process from now on and are closed with it; the same
   * object may stand more than once. A terminal at 0 becomes the controlling one.
   */
  readonly stdio: readonly [OpenFile, OpenFile, OpenFile];
  readonly cgroup?: Cgroup;
  readonly listener?: ProcessListener;
  /** Shown as its parent (containerd-shim, dockerd); with a listener it need not wait for it. */
  readonly parentPid?: number;
}

/** A line of `docker top` and the process views. Numbers of the machine's first pid namespace. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly uid: number;
  readonly gid: number;
  readonly comm: string;
  readonly program: string;
  readonly argv: readonly string[];
  /** R, S, D, T, Z. */
  readonly state: string;
  readonly cpuUs: number;
  /** Virtual time. */
  readonly startedAt: number;
  readonly memoryBytes: number;
  /** "pts/0", or "?" without one. */
  readonly tty: string;
  readonly cgroup: string;
  /** Number in its own pid namespace. */
  readonly innerPid: number;
  readonly namespaces: Readonly<Record<keyof Namespaces, number>>;
}
