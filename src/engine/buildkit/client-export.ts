/** A build's files for the client, as files or as an archive, over its session (`-o`). */
import {
  ProtoWriter,
  SEND_FILES,
  goPermissions,
  readPacket,
  writePacket,
  type GrpcStatus,
  type SyncStat,
  GO_TYPE_BITS,
} from '../../api';
import { MILLISECOND_US, NO_BYTES, type Wakeable } from '../../base';
import type { FileSystem, Inode } from '../../kernel';
import { BuildFailure } from '../build/failure';
import { readAll, walkIn, type Found } from '../build/source';
import type { LayerNode } from '../content/layer';
import { treeTar } from '../content/seal';
import type { UnionFs } from '../files/union-fs';
import type { BuildJob, Pseudo } from './job';
import type { SessionCaller } from './session';
import type { StepResult } from './vertex';

const PIECE = 32 * 1024;
const BYTES_PER_US = 150;

abstract class ClientExport implements SessionCaller, Wakeable {
  protected pseudo: Pseudo | undefined;
  protected bytes = 0;
  protected stream = 0;
  private beganAt = 0;

  constructor(
    protected readonly job: BuildJob,
    protected readonly result: StepResult,
    private readonly shown: string,
  ) {}

  begin(pseudo: Pseudo): void {
    const { job } = this;
    this.pseudo = pseudo;
    this.beganAt = job.core.unixUs;
    const { session } = job;
    if (!session?.offers(SEND_FILES)) {
      const message = `method ${SEND_FILES} not supported by the client`;
      job.endPseudo(pseudo, message);
      return job.fail(new BuildFailure(message));
    }
    this.stream = session.call(SEND_FILES, [], this);
    this.send();
  }

  protected abstract send(): void;
  abstract answered(stream: number, data: Uint8Array): void;

  ended(_stream: number, status: GrpcStatus): void {
    const { job } = this;
    if (job.isOver) return;
    if (status.code !== 0) {
      job.endPseudo(this.pseudo!, status.message);
      return job.fail(new BuildFailure(status.message));
    }
    job.core.runtime.setTimer(MILLISECOND_US + this.bytes / BYTES_PER_US, this, 'end');
  }

  wake(): void {
    const { job, pseudo } = this;
    if (job.isOver) return;
    job.status(pseudo!.digest, this.shown, this.shownBytes, 0, this.beganAt, true);
    job.endPseudo(pseudo!);
    job.finish('');
  }

  protected get shownBytes(): number {
    return this.bytes;
  }
}

export class FilesSender extends ClientExport {
  private fs: UnionFs | undefined;
  private readonly files: Found[] = [];

  constructor(job: BuildJob, result: StepResult) {
    super(job, result, 'copying files');
  }

  protected send(): void {
    const { session, solver } = this.job;
    this.fs = solver.open(this.result);
    for (const found of walkIn(this.fs, { inode: this.fs.root, path: '' })) {
      this.files.push(found);
      const packet = writePacket({ kind: 'stat', stat: statOf(this.fs, found) });
      this.bytes += packet.length;
      session!.send(this.stream, packet);
    }
    session!.send(this.stream, writePacket({ kind: 'stat', stat: undefined }));
  }

  answered(stream: number, data: Uint8Array): void {
    const packet = readPacket(data);
    const session = this.job.session!;
    if (packet?.kind === 'fin') {
      session.send(stream, writePacket({ kind: 'fin' }));
      session.halfClose(stream);
    }
    if (packet?.kind !== 'request') return;
    const found = this.files[packet.id];
    if (!found) return;
    const content = readAll(this.fs!, found.inode);
    for (let at = 0; at < content.length; at += PIECE) {
      const piece = content.subarray(at, at + PIECE);
      const message = writePacket({ kind: 'data', id: packet.id, data: piece });
      this.bytes += message.length;
      session.send(stream, message);
    }
    session.send(stream, writePacket({ kind: 'data', id: packet.id, data: NO_BYTES }));
  }
}

function statOf(fs: FileSystem, { inode, path }: Found): SyncStat {
  const { type, mode, uid, gid, size, mtimeUs, rdev } = fs.stat(inode);
  const device = type === 'char' || type === 'block';
  return {
    path,
    mode: goPermissions(mode) + GO_TYPE_BITS[type],
    uid,
    gid,
    size: type === 'dir' ? 0 : size,
    mtimeUs,
    linkname: type === 'symlink' ? fs.readlink(inode) : '',
    devmajor: device ? Math.floor(rdev / 256) : 0,
    devminor: device ? rdev % 256 : 0,
  };
}

export class TarSender extends ClientExport {
  constructor(job: BuildJob, result: StepResult) {
    super(job, result, 'sending tarball');
  }

  protected override get shownBytes(): number {
    return 0;
  }

  protected send(): void {
    const { session, solver } = this.job;
    const fs = solver.open(this.result);
    const tar = treeTar(mergedTree(fs, fs.root, new Map()));
    this.bytes = tar.length;
    for (let at = 0; at < tar.length; at += PIECE) {
      const message = new ProtoWriter().bytes(1, tar.subarray(at, at + PIECE));
      session!.send(this.stream, message.finish());
    }
    session!.halfClose(this.stream);
  }

  answered(): void {}
}

/** All layers as one tree; names of one file stay that. */
function mergedTree(fs: UnionFs, inode: Inode, known: Map<number, LayerNode>): LayerNode {
  const { type, mode, uid, gid, mtimeUs, rdev, ino, nlink } = fs.stat(inode);
  const seen = known.get(ino);
  if (seen) return seen;
  const own = { type, mode, uid, gid, mtimeUs };
  const children = new Map<string, LayerNode>();
  if (type === 'dir')
    for (const { name } of [...fs.entries(inode)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = fs.lookup(inode, name);
      if (child) children.set(name, mergedTree(fs, child, known));
    }
  const node: LayerNode = Object.freeze({
    ...own,
    ...(type === 'file' ? { data: readAll(fs, inode) } : {}),
    ...(type === 'symlink' ? { target: fs.readlink(inode) } : {}),
    ...(rdev === 0 ? {} : { rdev }),
    ...(type !== 'dir' && nlink > 1 ? { nlink } : {}),
    ...(type === 'dir' ? { children: Object.freeze(children) } : {}),
  });
  if (type !== 'dir' && nlink > 1) known.set(ino, node);
  return node;
}
