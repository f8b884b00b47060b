/**
 * System calls on descriptors: open, read, write, close and their like (`fs/open.c`,
 * `read_write.c`).
 */
import { NO_BYTES } from '../base';
import { Description } from './descriptors';
import { openDevice } from './files/devices';
import { DevPts } from './files/devpts';
import type { Place } from './files/mounts';
import { Pipe } from './files/pipe';
import { RegularFile } from './files/regular-file';
import { READ, WRITE, type Walked, requireAccess, walk } from './files/walk';
import type { Kernel } from './kernel';
import { walkerOf } from './lifecycle';
import type { OpenFile } from './open-file';
import type { Process } from './process';
import { SysError, type OpenFlags, type Syscall } from './syscalls';
import type { TerminalRegistry } from './terminal/terminal';
import { BLOCKED, waitOn } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

/** Largest single read (MAX_RW_COUNT would be 2 GiB; programs here read pieces). */
const READ_BYTES_MAX = 1 << 20;

export function open(kernel: Kernel, process: Process, call: Call<'open'>): unknown {
  const flags = access(call.flags);
  const follow = !(flags.create === true && flags.exclusive === true);
  const walked = walk(walkerOf(process), call.path, follow);
  if (walked.description) return reopen(process, walked.description, flags);
  if (!walked.place) return addTo(process, createFile(process, walked, flags, call.mode), flags);
  if (flags.create === true && flags.exclusive === true) throw new SysError('EEXIST');
  const file = openPlace(kernel, process, walked.place, flags, walked);
  return file === BLOCKED ? BLOCKED : addTo(process, file, flags);
}

/** Neither read nor write asked for: reading, as O_RDONLY is 0. */
function access(flags: OpenFlags): OpenFlags {
  if (flags.read === true || flags.write === true || flags.append === true) return flags;
  return { ...flags, read: true };
}

function writes(flags: OpenFlags): boolean {
  return flags.write === true || flags.append === true;
}

function addTo(process: Process, file: OpenFile, flags: OpenFlags): number {
  const description = new Description(file, flags.read === true, writes(flags));
  try {
    return process.descriptors.add(description);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Through /proc/PID/fd: a new file of the same thing or, of pipes to the daemon, a dup. */
function reopen(process: Process, held: Description, flags: OpenFlags): number {
  const { file } = held;
  if (file.reopen) return addTo(process, file.reopen(), flags);
  if (file.stat().type === 'socket') throw new SysError('ENXIO');
  return process.descriptors.add(held);
}

function createFile(process: Process, walked: Walked, flags: OpenFlags, mode: number): OpenFile {
  if (flags.create !== true) throw new SysError('ENOENT');
  if (walked.trailingSlash) throw new SysError('EISDIR');
  const { parent, name } = walked;
  requireWritable(parent);
  requireAccess(parent, process.credentials, WRITE);
  const { uid, gid } = process.credentials;
  const { fs } = parent.inode;
  const bits = mode & 0o7777 & ~process.umask;
  const inode = fs.create(parent.inode, name, { type: 'file', mode: bits, uid, gid });
  const place = { mount: parent.mount, inode };
  return regularFile(process, place, flags, walked);
}

/** EROFS on read-only mounts. */
export function requireWritable(place: Place): void {
  if (place.mount.readOnly) throw new SysError('EROFS');
}

function openPlace(
  kernel: Kernel,
  process: Process,
  place: Place,
  flags: OpenFlags,
  walked: Walked,
): OpenFile | typeof BLOCKED {
  const { inode } = place;
  const { type } = inode;
  if (type === 'symlink') throw new SysError('ELOOP');
  if (flags.directory === true && type !== 'dir') throw new SysError('ENOTDIR');
  if (type === 'dir' && (writes(flags) || flags.create === true)) throw new SysError('EISDIR');
  const want = (flags.read === true ? READ : 0) | (writes(flags) ? WRITE : 0);
  requireAccess(place, process.credentials, want);
  if (writes(flags) && type !== 'char' && type !== 'fifo') requireWritable(place);
  switch (type) {
    case 'fifo':
      return openFifo(kernel, process, place, flags, walked);
    case 'socket':
      throw new SysError('ENXIO');
    case 'char':
    case 'block': {
      const stat = inode.fs.stat(inode);
      const registry = registryFor(kernel, process, inode.fs);
      const path = kernel.pathIn(process, walked.parent, walked.name);
      return openDevice(kernel, stat.rdev, registry, process, stat, path);
    }
    default:
      return (
        inode.fs.openSpecial?.(inode, flags, process) ?? regularFile(process, place, flags, walked)
      );
  }
}

/** The terminals that a /dev/pts/N node stands for. */
function registryFor(kernel: Kernel, process: Process, fs: unknown): TerminalRegistry {
  if (fs instanceof DevPts) return fs.registry;
  return process.session.terminal?.registry ?? kernel.terminals;
}

function regularFile(
  process: Process,
  place: Place,
  flags: OpenFlags,
  walked: Walked,
): RegularFile {
  const { inode } = place;
  const truncate = flags.truncate === true && inode.type === 'file' && writes(flags);
  const data = inode.type === 'dir' ? inode : inode.fs.openInode(inode, writes(flags), truncate);
  if (truncate) data.fs.truncate(data, 0);
  const openedAt = {
    namespace: process.namespaces.mnt,
    root: process.root,
    parent: walked.parent,
    name: walked.name,
  };
  return new RegularFile(place, data, flags.append === true, openedAt);
}

/** A FIFO opens when both sides are there; opening for both never waits. */
function openFifo(
  kernel: Kernel,
  process: Process,
  place: Place,
  flags: OpenFlags,
  walked: Walked,
): OpenFile | typeof BLOCKED {
  const reads = flags.read === true;
  const held = process.progress.pending;
  if (held instanceof FifoOpening) return held.otherSideCame() ? held.take() : waitFor(held);
  let pipe = kernel.fifos.get(place.inode);
  if (!pipe || (pipe.readers === 0 && pipe.writers === 0)) {
    const { inode } = place;
    const path = kernel.pathIn(process, walked.parent, walked.name);
    pipe = new Pipe(kernel.nextInode(), inode.fs.stat(inode), path, kernel.wallClock.now());
    kernel.fifos.set(inode, pipe);
  }
  const opening = new FifoOpening(pipe, pipe.openEnd(reads, writes(flags)), reads);
  if (reads && writes(flags)) return opening.take();
  if (reads ? pipe.writers > 0 : pipe.readers > 0) return opening.take();
  process.progress.pending = opening;
  return waitFor(opening);

  function waitFor(waiting: FifoOpening): typeof BLOCKED {
    return waitOn(process, waiting.pipe.waitQueue);
  }
}

/** An end of a FIFO that waits for the other one. */
class FifoOpening {
  private readonly seen: number;
  private taken = false;

  constructor(
    readonly pipe: Pipe,
    private readonly end: OpenFile,
    private readonly reads: boolean,
  ) {
    this.seen = this.otherSide;
  }

  private get otherSide(): number {
    return this.reads ? this.pipe.writersEver : this.pipe.readersEver;
  }

  otherSideCame(): boolean {
    return this.otherSide !== this.seen;
  }

  take(): OpenFile {
    this.taken = true;
    return this.end;
  }

  cancel(): void {
    if (!this.taken) this.end.close();
  }
}

export function close(_kernel: Kernel, process: Process, call: Call<'close'>): void {
  process.descriptors.close(call.fd);
}

export function read(_kernel: Kernel, process: Process, call: Call<'read'>): unknown {
  const description = process.descriptors.get(call.fd);
  if (!description.readable) throw new SysError('EBADF');
  const max = Math.min(call.max, READ_BYTES_MAX);
  if (max <= 0) return NO_BYTES;
  return description.file.read(max, process) ?? waitOn(process, description.file.waitQueue);
}

/** Writes all, waiting as often as needed. */
export function write(kernel: Kernel, process: Process, call: Call<'write'>): unknown {
  const { file, writable } = process.descriptors.get(call.fd);
  if (!writable) throw new SysError('EBADF');
  const { data } = call;
  let done = process.progress.written ?? 0;
  try {
    do {
      const rest = done === 0 ? data : data.subarray(done);
      const taken = file.write(rest, process);
      done += taken;
      if (taken === 0 && done < data.length) {
        process.progress.written = done;
        return waitOn(process, file.waitQueue);
      }
    } while (done < data.length);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EPIPE')
      kernel.signalling.send(process, 'PIPE');
    throw error;
  }
  return done;
}

export function lseek(_kernel: Kernel, process: Process, call: Call<'lseek'>): number {
  const { file } = process.descriptors.get(call.fd);
  if (!file.seek) throw new SysError('ESPIPE');
  return file.seek(call.offset, call.whence);
}

export function ftruncate(_kernel: Kernel, process: Process, call: Call<'ftruncate'>): void {
  const { file, writable } = process.descriptors.get(call.fd);
  if (!writable || !file.truncate || call.size < 0) throw new SysError('EINVAL');
  file.truncate(call.size);
}

export function pipe(kernel: Kernel, process: Process): readonly [number, number] {
  const made = kernel.newPipe();
  const reader = process.descriptors.add(new Description(made.openEnd(true, false), true, false));
  const writer = process.descriptors.add(new Description(made.openEnd(false, true), false, true));
  return [reader, writer];
}

export function dup2(_kernel: Kernel, process: Process, call: Call<'dup2'>): number {
  const description = process.descriptors.get(call.from);
  if (call.from !== call.to) process.descriptors.set(call.to, description);
  return call.to;
}

export function dup(_kernel: Kernel, process: Process, call: Call<'dup'>): number {
  return process.descriptors.add(process.descriptors.get(call.from), call.min);
}

export function fstat(_kernel: Kernel, process: Process, call: Call<'fstat'>): unknown {
  return process.descriptors.get(call.fd).file.stat();
}

export function fds(_kernel: Kernel, process: Process): readonly number[] {
  return process.descriptors.numbers();
}
