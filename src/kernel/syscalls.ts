/**
 * System calls: all that a simulated program can do. A program is a generator that yields one of
 * these and is resumed with its result, or with a thrown `SysError`. The names and errors are
 * those of Linux; where a call stands for several (fork and exec as `spawn`), its comment says so.
 *
 * Rules for programs: they hold no references into the machine, only what calls returned (plain
 * data, never changed in place). So a clone of a process is its program started again and fed the
 * journal of results. A long-running program calls `checkpoint(state)` in its main loop, which
 * empties the journal; after a clone it is started with `start.resume = state`. A loop somewhere
 * below calls `turn(key, state)` instead, which forgets what was noted since the loop began.
 */
import type { ApiRequest } from '../api';

/** What a program is started with. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the last `checkpoint` kept, in a clone; undefined at a first start. */
  readonly resume: unknown;
  /** Plain data from the parent instead of a file to execute (a subshell's state). */
  readonly image: unknown;
}

/** A part of a program: yields calls, returns T. */
export type Sys<T> = Generator<Syscall, T, SyscallResult>;
/** A whole program; it returns its exit code. Lives at module level: it is shared by all clones. */
export type Program = (start: ProcessStart) => Sys<number>;
/** Programs by name. The name is what an executable file names in its `#!drydock NAME` line. */
export type ProgramTable = ReadonlyMap<string, Program>;

export type Errno =
  | 'E2BIG'
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EAGAIN'
  | 'EBADF'
  | 'EBUSY'
  | 'ECHILD'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EEXIST'
  | 'EFBIG'
  | 'EHOSTUNREACH'
  | 'EINTR'
  | 'EINVAL'
  | 'EIO'
  | 'EISDIR'
  | 'ELOOP'
  | 'EMFILE'
  | 'EMLINK'
  | 'ENAMETOOLONG'
  | 'ENETUNREACH'
  | 'ENODATA'
  | 'ENOENT'
  | 'ENOEXEC'
  | 'ENOMEM'
  | 'ENOSPC'
  | 'ENOSYS'
  | 'ENOTCONN'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'ENOTSUP'
  | 'ENOTTY'
  | 'ENXIO'
  | 'EPERM'
  | 'EPIPE'
  | 'ERANGE'
  | 'EROFS'
  | 'ESPIPE'
  | 'ESRCH'
  | 'ETIMEDOUT'
  | 'ETXTBSY'
  | 'EXDEV'
  | 'ENOTFOUND';

/** A failed system call, thrown into the program. ENOTFOUND is a name that DNS does not know. */
export class SysError extends Error {
  override readonly name = 'SysError';
  constructor(
    readonly errno: Errno,
    /** For EINTR: the signal that interrupted. */
    readonly signal?: Signal,
  ) {
    super(errno);
  }
}

export type Signal =
  | 'HUP'
  | 'INT'
  | 'QUIT'
  | 'ILL'
  | 'TRAP'
  | 'ABRT'
  | 'BUS'
  | 'FPE'
  | 'KILL'
  | 'USR1'
  | 'SEGV'
  | 'USR2'
  | 'PIPE'
  | 'ALRM'
  | 'TERM'
  | 'STKFLT'
  | 'CHLD'
  | 'CONT'
  | 'STOP'
  | 'TSTP'
  | 'TTIN'
  | 'TTOU'
  | 'URG'
  | 'XCPU'
  | 'XFSZ'
  | 'VTALRM'
  | 'PROF'
  | 'WINCH'
  | 'IO'
  | 'PWR'
  | 'SYS';

export type FileType = 'file' | 'dir' | 'symlink' | 'fifo' | 'socket' | 'char' | 'block';
export interface FileStat {
  readonly type: FileType;
  readonly dev: number;
  readonly ino: number;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Unix time in microseconds. */
  readonly mtimeUs: number;
  readonly atimeUs: number;
  readonly ctimeUs: number;
  readonly rdev: number;
}
export interface DirEntry {
  readonly name: string;
  readonly type: FileType;
}
export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly directory?: boolean;
}
/** Terminal settings that matter here (termios). */
export interface Termios {
  /** Line by line with erase and kill. */
  readonly icanon: boolean;
  readonly echo: boolean;
  /** ^C, ^Z, ^\ make signals. */
  readonly isig: boolean;
  /** CR from the keyboard becomes LF. */
  readonly icrnl: boolean;
  /** LF of programs becomes CR LF on the screen. */
  readonly opost: boolean;
}
/** How a child gets its descriptors: [child fd, parent fd] pairs; all others are closed. */
export type FdMap = readonly (readonly [number, number])[];
export interface SpawnOptions {
  /** Executable file (already looked up in PATH), or a program name with plain data for `image`. */
  readonly path?: string;
  readonly program?: string;
  readonly image?: unknown;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly fds: FdMap;
  /** Process group: 0 makes a new one led by the child, a number joins that; omitted inherits. */
  readonly pgid?: number;
  /** New session and, with it, no controlling terminal. */
  readonly setsid?: boolean;
  /**
   * Signals that the child ignores (nohup, background jobs without job control), besides those that
   * the parent was itself started ignoring. What the parent set by `sigaction` is not passed on: a
   * shell undoes that between fork and exec.
   */
  readonly ignore?: readonly Signal[];
  /** Namespaces that the child gets anew (`unshare`). */
  readonly unshare?: readonly NamespaceKind[];
}
export type NamespaceKind = 'pid' | 'mnt' | 'net' | 'uts' | 'ipc' | 'user' | 'cgroup';
export interface WaitStatus {
  readonly pid: number;
  /** Exactly one of these is set, or `continued`. */
  readonly exitCode?: number;
  readonly termSignal?: Signal;
  readonly stopSignal?: Signal;
  readonly continued?: boolean;
}
export interface PollEntry {
  readonly fd: number;
  readonly read?: boolean;
  readonly write?: boolean;
}
/** Answer head of an Engine API call; read(fd) gives the body, write(fd) feeds a hijacked one. */
export interface ApiOpened {
  readonly fd: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly hijacked: boolean;
}
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}
export interface Accepted {
  readonly fd: number;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
}

export type Syscall =
  // files
  | { call: 'open'; path: string; flags: OpenFlags; mode: number }
  | { call: 'close'; fd: number }
  | { call: 'read'; fd: number; max: number }
  | { call: 'write'; fd: number; data: Uint8Array }
  | { call: 'lseek'; fd: number; offset: number; whence: 'set' | 'cur' | 'end' }
  | { call: 'ftruncate'; fd: number; size: number }
  | { call: 'pipe' }
  | { call: 'dup2'; from: number; to: number }
  | { call: 'dup'; from: number; min: number }
  | { call: 'stat'; path: string; follow: boolean }
  | { call: 'fstat'; fd: number }
  | { call: 'statfs'; path: string }
  | { call: 'readdir'; path: string }
  | { call: 'mkdir'; path: string; mode: number }
  | { call: 'rmdir'; path: string }
  | { call: 'unlink'; path: string }
  | { call: 'rename'; from: string; to: string }
  | { call: 'link'; from: string; to: string }
  | { call: 'symlink'; target: string; path: string }
  | { call: 'readlink'; path: string }
  | { call: 'mknod'; path: string; type: 'fifo' | 'char'; mode: number; rdev?: number }
  | { call: 'chmod'; path: string; mode: number }
  | { call: 'chown'; path: string; uid: number; gid: number; follow: boolean }
  | { call: 'utimes'; path: string; atimeUs: number; mtimeUs: number }
  | { call: 'access'; path: string; read?: boolean; write?: boolean; execute?: boolean }
  | { call: 'chdir'; path: string }
  | { call: 'getcwd' }
  | { call: 'umask'; mask: number }
  | { call: 'memory'; bytes: number }
  | { call: 'mount'; source: string; target: string; type: string; options: string }
  | { call: 'umount'; target: string }
  | { call: 'chroot'; path: string }
  | { call: 'fds' }
  // terminal
  | { call: 'isatty'; fd: number }
  | { call: 'tcgetattr'; fd: number }
  | { call: 'tcsetattr'; fd: number; settings: Termios }
  | { call: 'winsize'; fd: number }
  | { call: 'tcgetpgrp'; fd: number }
  | { call: 'tcsetpgrp'; fd: number; pgid: number }
  // processes
  | { call: 'getpid' }
  | { call: 'getppid' }
  | { call: 'getuid' }
  | { call: 'getpgid'; pid: number }
  | { call: 'setpgid'; pid: number; pgid: number }
  | { call: 'setsid' }
  | { call: 'spawn'; options: SpawnOptions }
  | { call: 'exec'; path: string; argv: readonly string[]; env: Readonly<Record<string, string>> }
  /** pid -1: any child; blocks unless `nohang`, which answers undefined when none has changed. */
  | { call: 'waitpid'; pid: number; nohang: boolean; untraced: boolean }
  | { call: 'kill'; pid: number; signal: Signal | 0 }
  /** 'catch': the signal interrupts blocking calls (EINTR) and is taken with `sigpending`. */
  | { call: 'sigaction'; signal: Signal; action: 'default' | 'ignore' | 'catch' }
  | { call: 'sigpending' }
  | { call: 'exit'; code: number }
  | { call: 'setns'; pid: number; kinds: readonly NamespaceKind[] }
  | { call: 'unshare'; kinds: readonly NamespaceKind[] }
  | { call: 'sethostname'; name: string }
  | { call: 'uname' }
  // time and chance
  | { call: 'clock' }
  | { call: 'sleep'; us: number }
  | { call: 'work'; us: number; memoryBytes: number }
  | { call: 'random'; bytes: number }
  | { call: 'poll'; entries: readonly PollEntry[]; timeoutUs: number | undefined }
  // network
  | { call: 'connect'; address: string; port: number; protocol: 'tcp' | 'udp'; timeoutUs?: number }
  | { call: 'listen'; address: string; port: number; protocol: 'tcp' | 'udp' }
  | { call: 'accept'; fd: number }
  | { call: 'shutdown'; fd: number }
  | { call: 'resolve'; name: string; type: 'A' | 'AAAA' | 'PTR' }
  | { call: 'ping'; address: string; bytes: number; ttl: number; timeoutUs: number }
  | { call: 'netinfo' }
  // what stands outside Linux
  | { call: 'api'; request: ApiRequest; stream: boolean }
  | { call: 'chaos'; line: string }
  | { call: 'compute'; job: unknown }
  | { call: 'checkpoint'; state: unknown }
  | { call: 'turn'; key: string; state: unknown };

/** What a call may resume with; the helpers in sys.ts know which. */
export type SyscallResult = unknown;

/** What `ip`, `ss`, `iptables` and the like show of a network namespace. */
export interface NetInfo {
  readonly interfaces: readonly {
    readonly index: number;
    readonly name: string;
    readonly kind: 'loopback' | 'ethernet' | 'bridge' | 'veth' | 'vxlan';
    readonly mac: string;
    readonly mtu: number;
    readonly up: boolean;
    /** Bridge that it is a port of. */
    readonly master?: string;
    /** Index of the other end of a veth pair, and the namespace id that it is in. */
    readonly peerIndex?: number;
    readonly peerNamespace?: number;
    /** CIDR notation. */
    readonly addresses: readonly string[];
  }[];
  readonly routes: readonly {
    readonly destination: string;
    readonly gateway?: string;
    readonly device: string;
    readonly source?: string;
  }[];
  readonly sockets: readonly {
    readonly protocol: 'tcp' | 'udp';
    readonly state: 'LISTEN' | 'ESTAB';
    readonly local: SocketAddress;
    readonly peer?: SocketAddress;
    readonly pid?: number;
    readonly program?: string;
  }[];
  readonly neighbours: readonly {
    readonly address: string;
    readonly mac: string;
    readonly device: string;
  }[];
  /** Rules of the nat table as `iptables -t nat -S` prints them. */
  readonly natRules: readonly string[];
  /** IPVS services with their destinations as `ipvsadm -ln` would show them. */
  readonly ipvs: readonly {
    readonly mark: number;
    readonly scheduler: 'rr';
    readonly destinations: readonly { readonly address: string; readonly weight: number }[];
  }[];
}
