/**
 * What system calls and program starts cost in processor time, in microseconds. Orders of magnitude
 * of Linux on a small virtual machine; no call is free, so an endless loop of calls makes time
 * pass.
 */
import type { Syscall } from './syscalls';

/** The least that any call costs. */
export const CALL_US = 1;
/** fork(2) of a small process, to the parent. */
export const FORK_US = 150;
/** Until a forked child that executes nothing gets its first turn. */
export const SUBSHELL_US = 150;
/** execve(2) and the dynamic loader, to the child. */
export const EXEC_US = 850;
/** Programs that take longer to get going: the docker client is 60 MB of Go. */
export const PROGRAM_START_US: Readonly<Record<string, number>> = Object.freeze({
  docker: 40_000,
  python: 18_000,
  python3: 18_000,
  node: 40_000,
});
/** Bytes that one microsecond copies to or from memory (about 4 GB/s). */
const COPIED_PER_US = 4096;
/** Bytes that one microsecond brings to a terminal (2 MB/s, as over ssh). */
const TERMINAL_PER_US = 2;
/** Bytes that one microsecond brings to a file: page cache and disk together (400 MB/s). */
const FILE_PER_US = 400;
/** Bytes that one microsecond brings through a pipe to who reads it (200 MB/s). */
const PIPE_PER_US = 200;
/** What the daemon takes to log one line of a container (dockerd's json-file driver: 200,000 lines/s). */
const LOGGED_LINE_US = 5;

/** Memory of a program in bytes, where it is far from the small ones' (resident set sizes). */
export const PROGRAM_MEMORY_BYTES: Readonly<Record<string, number>> = Object.freeze({
  docker: 24 << 20,
  python: 9 << 20,
  python3: 9 << 20,
  node: 38 << 20,
  nginx: 2560 << 10,
  'redis-server': 7 << 20,
  httpd: 5 << 20,
});
export const SMALL_MEMORY_BYTES = 900 << 10;

const FILE_US: Partial<Record<Syscall['call'], number>> = {
  open: 3,
  stat: 2,
  readdir: 8,
  mkdir: 6,
  rmdir: 6,
  unlink: 6,
  rename: 8,
  link: 6,
  symlink: 6,
  mknod: 6,
  pipe: 2,
  mount: 30,
  umount: 30,
  unshare: 60,
  setns: 5,
  connect: 15,
  listen: 10,
  accept: 5,
  netinfo: 20,
  api: 2_000,
  spawn: FORK_US,
};

/** Who takes what is written, where it is slower than memory. */
export type SlowReader = 'terminal' | 'daemon' | 'disk' | 'pipe';

/** Cost of a call before it is done. */
export function callCost(request: Syscall, reader: SlowReader | undefined): number {
  if (request.call === 'write') return CALL_US + writeCost(request.data, reader);
  if (request.call === 'work') return Math.max(CALL_US, request.us);
  return FILE_US[request.call] ?? CALL_US;
}

/** The reader's time counts as the writer's: a full pipe or terminal would hold it up. */
function writeCost(data: Uint8Array, reader: SlowReader | undefined): number {
  if (reader === 'terminal') return Math.floor(data.length / TERMINAL_PER_US);
  if (reader === 'pipe') return Math.floor(data.length / PIPE_PER_US);
  if (reader === 'disk') return Math.floor(data.length / FILE_PER_US);
  const copied = Math.floor(data.length / COPIED_PER_US);
  if (reader === undefined) return copied;
  let lines = 0;
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) lines++;
  return copied + lines * LOGGED_LINE_US;
}

/** Time from exec to a program's first call. */
export function startCost(program: string, executes: boolean): number {
  return executes ? (PROGRAM_START_US[program] ?? EXEC_US) : SUBSHELL_US;
}
