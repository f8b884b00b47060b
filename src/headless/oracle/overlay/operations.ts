/** One operation of a trace as system calls of a simulated process whose root is the union. */
import { encodeUtf8 } from '../../../base';
import type { UnionFs } from '../../../engine';
import {
  SysError,
  find,
  sys,
  type FileStat,
  type Inode,
  type Sys,
  type Walker,
} from '../../../kernel';
import { octal, shownBytes } from './notation';
import { bytesOf, type TraceOp, type TraceResult } from './trace';

export class Operations {
  private readonly handles = new Map<number | string, number>();
  constructor(
    private readonly fs: UnionFs,
    private readonly walker: Walker,
  ) {}

  *run(op: TraceOp): Sys<TraceResult> {
    try {
      const more = yield* this.attempt(op);
      return { ok: true, ...more };
    } catch (error) {
      if (error instanceof SysError) return { errno: error.errno };
      throw error;
    }
  }

  private *attempt(op: TraceOp): Sys<Readonly<Record<string, unknown>> | undefined> {
    const { path } = op;
    const mode = Number.parseInt(op.mode ?? '0', 8);
    switch (op.op) {
      case 'create':
        return yield* this.put(op, { write: true, create: true, exclusive: true }, mode);
      case 'write':
        return yield* this.put(op, { write: true, create: true, truncate: true }, mode);
      case 'append':
        return yield* this.put(op, { write: true, append: true }, 0);
      case 'pwrite':
        return yield* this.put(op, { write: true }, 0);
      case 'openw':
        return yield* this.put({ ...op, data: '' }, { write: true }, 0);
      case 'truncate':
        return yield* this.truncate(op);
      case 'mkdir':
        return void (yield* sys.mkdir(path, mode));
      case 'rmdir':
        return void (yield* sys.rmdir(path));
      case 'unlink':
        return void (yield* sys.unlink(path));
      case 'rename':
        return void (yield* sys.rename(op.from, op.to));
      case 'link':
        return void (yield* sys.link(op.from, op.to));
      case 'symlink':
        return void (yield* sys.symlink(op.target ?? '', path));
      case 'chmod':
        return void (yield* sys.chmod(path, mode));
      case 'lchown':
        return void (yield* sys.chown(path, op.uid!, op.gid!, false));
      case 'utimes':
        return void (yield* sys.utimes(path, op.mtime! * 1e6, op.mtime! * 1e6));
      case 'mknod':
        return void (yield* makeNode(op, mode));
      default:
        return yield* this.look(op);
    }
  }

  private *look(op: TraceOp): Sys<Readonly<Record<string, unknown>> | undefined> {
    const { path } = op;
    switch (op.op) {
      case 'read':
        return yield* readWhole(path);
      case 'readdir': {
        const names = (yield* sys.readdir(path)).map((entry) => entry.name).sort();
        return { names };
      }
      case 'readlink':
        return { target: yield* sys.readlink(path) };
      case 'lstat':
        return { stat: shownStat(yield* sys.lstat(path)) };
      case 'stat':
        return { stat: shownStat(yield* sys.stat(path)) };
      case 'setxattr':
      case 'getxattr':
      case 'removexattr':
        return this.xattr(op);
      default:
        return yield* this.handle(op);
    }
  }

  private *handle(op: TraceOp): Sys<Readonly<Record<string, unknown>> | undefined> {
    if (op.op === 'open') {
      const flags = HANDLE_FLAGS[op.flags ?? 'r']!;
      if ('write' in flags) yield* refuseFifo(op.path);
      this.handles.set(op.h!, yield* sys.open(op.path, flags, 0o644));
      return undefined;
    }
    const fd = this.handles.get(op.h!)!;
    switch (op.op) {
      case 'close':
        return void (yield* sys.close(fd));
      case 'hread':
        yield* sys.lseek(fd, 0, 'set');
        return shownBytes(yield* sys.readAll(fd));
      case 'hwrite':
        yield* sys.lseek(fd, op.offset ?? 0, 'set');
        return void (yield* sys.write(fd, bytesOf(op)));
      case 'htruncate':
        return void (yield* sys.ftruncate(fd, op.size!));
      case 'hstat':
        return { stat: shownStat(yield* sys.fstat(fd)) };
      default:
        throw new Error(`operation ${op.op}`);
    }
  }

  private *put(op: TraceOp, flags: Parameters<typeof sys.open>[1], mode: number): Sys<undefined> {
    if (op.op !== 'create') yield* refuseFifo(op.path);
    const fd = yield* sys.open(op.path, flags, mode);
    try {
      if (op.offset !== undefined) yield* sys.lseek(fd, op.offset, 'set');
      const bytes = bytesOf(op);
      if (bytes.length > 0) yield* sys.write(fd, bytes);
    } finally {
      yield* sys.close(fd);
    }
    return undefined;
  }

  /** truncate(2). */
  private *truncate(op: TraceOp): Sys<undefined> {
    const { type } = yield* sys.stat(op.path);
    if (type === 'dir') throw new SysError('EISDIR');
    if (type !== 'file') throw new SysError('EINVAL');
    const fd = yield* sys.open(op.path, { write: true });
    yield* sys.ftruncate(fd, op.size!);
    yield* sys.close(fd);
    return undefined;
  }

  /** The kernel has no such calls; what counts here is the filesystem. */
  private xattr(op: TraceOp): Readonly<Record<string, unknown>> | undefined {
    const inode: Inode = find(this.walker, op.path).inode;
    const name = op.name!;
    const plain = inode.type === 'file' || inode.type === 'dir';
    if (op.op === 'getxattr') {
      const value = this.fs.xattrs(inode).get(name);
      if (!plain || value === undefined) throw new SysError('ENODATA');
      return { value };
    }
    if (!plain) throw new SysError('EPERM');
    this.fs.setXattr(inode, name, op.op === 'setxattr' ? op.value! : undefined);
    return undefined;
  }
}

const HANDLE_FLAGS: Readonly<Record<string, Parameters<typeof sys.open>[1]>> = {
  r: { read: true },
  w: { write: true },
  rw: { read: true, write: true },
  a: { write: true, append: true },
  wc: { write: true, create: true },
  rwt: { read: true, write: true, truncate: true },
};

/** The recorder opens with O_NONBLOCK: a fifo with no reader answers at once. */
function* refuseFifo(path: string): Sys<void> {
  let stat: FileStat;
  try {
    stat = yield* sys.stat(path);
  } catch {
    return;
  }
  if (stat.type === 'fifo') throw new SysError('ENXIO');
}

function* makeNode(op: TraceOp, mode: number): Sys<void> {
  const type = op.kind === 'fifo' ? ('fifo' as const) : ('char' as const);
  const rdev = op.rdev ? (op.rdev[0] << 8) | op.rdev[1] : 0;
  yield { call: 'mknod', path: op.path, type, mode, rdev };
}

function* readWhole(path: string): Sys<Readonly<Record<string, unknown>>> {
  const { type } = yield* sys.stat(path);
  if (type === 'fifo') return shownBytes(encodeUtf8(''));
  return shownBytes(yield* sys.readFile(path));
}

function shownStat(stat: FileStat): Readonly<Record<string, unknown>> {
  const { type, uid, gid } = stat;
  const mode = type === 'symlink' ? {} : { mode: octal(stat.mode) };
  return {
    ...{ type, ...mode, uid, gid, mtime: Math.floor(stat.mtimeUs / 1e6) },
    ...(type === 'file' || type === 'symlink' ? { size: stat.size } : {}),
    ...(type === 'dir' ? {} : { nlink: stat.nlink }),
    ...(type === 'char' ? { rdev: [stat.rdev >> 8, stat.rdev & 255] } : {}),
  };
}
