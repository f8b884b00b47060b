/**
 * The C library of simulated programs: one generator function for each system call, with its result
 * type. Programs use them as `const text = yield* sys.readFile(path)`.
 */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../base';
import type { ApiRequest } from '../api';
import type * as T from './syscalls';

function* call<R>(request: T.Syscall): T.Sys<R> {
  return (yield request) as R;
}

// --- files
export const open = (path: string, flags: T.OpenFlags, mode = 0o666) =>
  call<number>({ call: 'open', path, flags, mode });
export const close = (fd: number) => call<void>({ call: 'close', fd });
/** Empty at the end of the file; blocks until there is something. */
export const read = (fd: number, max = 65536) => call<Uint8Array>({ call: 'read', fd, max });
/** Writes all of it, blocking while a pipe is full. */
export const write = (fd: number, data: string | Uint8Array) =>
  call<number>({ call: 'write', fd, data: typeof data === 'string' ? encodeUtf8(data) : data });
export const lseek = (fd: number, offset: number, whence: 'set' | 'cur' | 'end') =>
  call<number>({ call: 'lseek', fd, offset, whence });
export const ftruncate = (fd: number, size: number) => call<void>({ call: 'ftruncate', fd, size });
/** [read end, write end] */
export const pipe = () => call<readonly [number, number]>({ call: 'pipe' });
export const dup2 = (from: number, to: number) => call<number>({ call: 'dup2', from, to });
/** Lowest free descriptor not below `min`. */
export const dup = (from: number, min = 0) => call<number>({ call: 'dup', from, min });
export const stat = (path: string) => call<T.FileStat>({ call: 'stat', path, follow: true });
export const lstat = (path: string) => call<T.FileStat>({ call: 'stat', path, follow: false });
export const fstat = (fd: number) => call<T.FileStat>({ call: 'fstat', fd });
export const statfs = (path: string) =>
  call<{ type: string; source: string; mountPoint: string; totalBytes: number; freeBytes: number }>(
    {
      call: 'statfs',
      path,
    },
  );
export const readdir = (path: string) => call<readonly T.DirEntry[]>({ call: 'readdir', path });
export const mkdir = (path: string, mode = 0o777) => call<void>({ call: 'mkdir', path, mode });
export const rmdir = (path: string) => call<void>({ call: 'rmdir', path });
export const unlink = (path: string) => call<void>({ call: 'unlink', path });
export const rename = (from: string, to: string) => call<void>({ call: 'rename', from, to });
export const link = (from: string, to: string) => call<void>({ call: 'link', from, to });
export const symlink = (target: string, path: string) =>
  call<void>({ call: 'symlink', target, path });
export const readlink = (path: string) => call<string>({ call: 'readlink', path });
export const mkfifo = (path: string, mode = 0o666) =>
  call<void>({ call: 'mknod', path, type: 'fifo', mode });
export const chmod = (path: string, mode: number) => call<void>({ call: 'chmod', path, mode });
export const chown = (path: string, uid: number, gid: number, follow = true) =>
  call<void>({ call: 'chown', path, uid, gid, follow });
export const utimes = (path: string, atimeUs: number, mtimeUs: number) =>
  call<void>({ call: 'utimes', path, atimeUs, mtimeUs });
export const access = (
  path: string,
  want: { read?: boolean; write?: boolean; execute?: boolean },
) => call<void>({ call: 'access', path, ...want });
export const chdir = (path: string) => call<void>({ call: 'chdir', path });
export const getcwd = () => call<string>({ call: 'getcwd' });
/** Sets the mask and returns the one before. */
export const umask = (mask: number) => call<number>({ call: 'umask', mask });
/**
 * Memory that the program holds beyond its own size (brk and mmap in one). Where that is more
 * than its control group or the machine has, somebody is killed for it, maybe the caller.
 */
export const memory = (bytes: number) => call<void>({ call: 'memory', bytes });
export const mount = (source: string, target: string, type: string, options: string) =>
  call<void>({ call: 'mount', source, target, type, options });
export const umount = (target: string) => call<void>({ call: 'umount', target });
export const chroot = (path: string) => call<void>({ call: 'chroot', path });
/** The open descriptors of the process. */
export const fds = () => call<readonly number[]>({ call: 'fds' });

/** How often somebody who gathers input tells the kernel of it. */
const HELD_STEP_BYTES = 2 ** 20;

/** All that remains to be read. */
export function* readAll(fd: number): T.Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  let held = 0;
  let told = 0;
  for (;;) {
    const part = yield* read(fd);
    if (part.length === 0) return parts.length === 0 ? part : concatBytes(parts);
    parts.push(part);
    held += part.length;
    if (held < told + HELD_STEP_BYTES) continue;
    told = held;
    yield* memory(held);
  }
}
/** A whole file. */
export function* readFile(path: string): T.Sys<Uint8Array> {
  const fd = yield* open(path, { read: true });
  try {
    return yield* readAll(fd);
  } finally {
    yield* close(fd);
  }
}
export function* readText(path: string): T.Sys<string> {
  return decodeUtf8(yield* readFile(path));
}
/** Replaces or makes a file. */
export function* writeFile(path: string, data: string | Uint8Array, mode = 0o666): T.Sys<void> {
  const fd = yield* open(path, { write: true, create: true, truncate: true }, mode);
  yield* write(fd, data);
  yield* close(fd);
}

// --- terminal
export const isatty = (fd: number) => call<boolean>({ call: 'isatty', fd });
export const tcgetattr = (fd: number) => call<T.Termios>({ call: 'tcgetattr', fd });
export const tcsetattr = (fd: number, settings: T.Termios) =>
  call<void>({ call: 'tcsetattr', fd, settings });
export const winsize = (fd: number) =>
  call<{ cols: number; rows: number }>({ call: 'winsize', fd });
export const tcgetpgrp = (fd: number) => call<number>({ call: 'tcgetpgrp', fd });
export const tcsetpgrp = (fd: number, pgid: number) => call<void>({ call: 'tcsetpgrp', fd, pgid });

// --- processes
export const getpid = () => call<number>({ call: 'getpid' });
export const getppid = () => call<number>({ call: 'getppid' });
export const getuid = () => call<{ uid: number; gid: number }>({ call: 'getuid' });
export const getpgid = (pid = 0) => call<number>({ call: 'getpgid', pid });
export const setpgid = (pid: number, pgid: number) => call<void>({ call: 'setpgid', pid, pgid });
export const setsid = () => call<number>({ call: 'setsid' });
/** Fork and exec in one; answers the child's pid, or throws what exec would have failed with. */
export const spawn = (options: T.SpawnOptions) => call<number>({ call: 'spawn', options });
export const exec = (
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
) => call<never>({ call: 'exec', path, argv, env });
export const waitpid = (pid: number, untraced = false) =>
  call<T.WaitStatus>({ call: 'waitpid', pid, nohang: false, untraced });
export const waitpidNow = (pid: number, untraced = false) =>
  call<T.WaitStatus | undefined>({ call: 'waitpid', pid, nohang: true, untraced });
export const kill = (pid: number, signal: T.Signal | 0) =>
  call<void>({ call: 'kill', pid, signal });
export const sigaction = (signal: T.Signal, action: 'default' | 'ignore' | 'catch') =>
  call<'default' | 'ignore' | 'catch'>({ call: 'sigaction', signal, action });
/** Takes the caught signals that have arrived, oldest first. */
export const sigpending = () => call<readonly T.Signal[]>({ call: 'sigpending' });
export const exit = (code: number) => call<never>({ call: 'exit', code });
export const setns = (pid: number, kinds: readonly T.NamespaceKind[]) =>
  call<void>({ call: 'setns', pid, kinds });
export const unshare = (kinds: readonly T.NamespaceKind[]) =>
  call<void>({ call: 'unshare', kinds });
export const sethostname = (name: string) => call<void>({ call: 'sethostname', name });
export const uname = () =>
  call<{ sysname: string; nodename: string; release: string; version: string; machine: string }>({
    call: 'uname',
  });

// --- time and chance
/** Unix time and time since boot, both in microseconds. */
export const clock = () =>
  call<{ unixUs: number; monotonicUs: number; cpuUs: number }>({ call: 'clock' });
export const sleep = (us: number) => call<void>({ call: 'sleep', us });
/**
 * Processor time of an interpreter that ran so long, and the memory that it holds by now. True when
 * caught signals have arrived. Beyond the limit of its control group it is killed.
 */
export const work = (us: number, memoryBytes: number) =>
  call<boolean>({ call: 'work', us, memoryBytes });
export const random = (bytes: number) => call<Uint8Array>({ call: 'random', bytes });
/** Descriptors that are ready; empty when the time is over. */
export const poll = (entries: readonly T.PollEntry[], timeoutUs?: number) =>
  call<readonly T.PollEntry[]>({ call: 'poll', entries, timeoutUs });

// --- network
/** A connected socket's descriptor. Throws ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH. */
export const connect = (address: string, port: number, timeoutUs?: number) =>
  call<number>({
    call: 'connect',
    address,
    port,
    protocol: 'tcp',
    ...(timeoutUs === undefined ? {} : { timeoutUs }),
  });
export const listen = (address: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') =>
  call<number>({ call: 'listen', address, port, protocol });
export const accept = (fd: number) => call<T.Accepted>({ call: 'accept', fd });
/** Closes the sending side. */
export const shutdown = (fd: number) => call<void>({ call: 'shutdown', fd });
/** Addresses of a name through /etc/hosts and the resolver of the namespace. Throws ENOTFOUND. */
export const resolve = (name: string, type: 'A' | 'AAAA' | 'PTR' = 'A') =>
  call<{ addresses: readonly string[]; server: string }>({ call: 'resolve', name, type });
/** Round trip of one echo request in microseconds. Throws ETIMEDOUT, EHOSTUNREACH. */
export const ping = (address: string, bytes: number, ttl: number, timeoutUs: number) =>
  call<{ roundTripUs: number; ttl: number; from: string }>({
    call: 'ping',
    address,
    bytes,
    ttl,
    timeoutUs,
  });
/** Interfaces, routes, listeners, neighbours and NAT rules of the network namespace. */
export const netinfo = () => call<T.NetInfo>({ call: 'netinfo' });

// --- what stands outside Linux
/**
 * Opens an Engine API exchange over /var/run/docker.sock and waits for the head. With `stream` the
 * sending side stays open after the request's body. Throws ECONNREFUSED when no daemon runs.
 */
export const api = (request: ApiRequest, stream = false) =>
  call<T.ApiOpened>({ call: 'api', request, stream });
export const chaos = (line: string) =>
  call<{ text: string; exitCode: number }>({ call: 'chaos', line });
export const compute = (job: unknown) => call<unknown>({ call: 'compute', job });
/** Forgets the journal: a clone starts the program with `start.resume = state`. Plain data. */
export const checkpoint = (state: unknown) => call<void>({ call: 'checkpoint', state });
/**
 * One more turn of a long loop: forgets the journal since its first turn and answers the state to
 * go on with. `state` holds all that changes in the loop; `key` names the loop, differently each
 * time that a program comes to it.
 */
export const turn = <T>(key: string, state: T) => call<T>({ call: 'turn', key, state });
