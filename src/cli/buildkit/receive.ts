/** Files of a build that the daemon sends into a folder (`-o FOLDER`, tonistiigi/fsutil `receive.go`). */
import {
  GO_MODE_DIR,
  GO_MODE_SYMLINK,
  hasBit,
  unixPermissions,
  type Packet,
  type SyncStat,
} from '../../api';
import { concatBytes } from '../../base';
import { SysError, sys, type Sys } from '../../kernel';

const SPECIAL = [0x0400_0000, 0x0200_0000, 0x0100_0000];

export class FileReceiver {
  private readonly stats: SyncStat[] = [];
  private readonly data = new Map<number, Uint8Array[]>();
  private readonly open = new Set<number>();
  private listed = false;
  private said = false;

  constructor(private readonly folder: string) {}

  /** What to answer. */
  *take(packet: Packet): Sys<Packet[]> {
    const answers: Packet[] = [];
    if (packet.kind === 'stat') {
      if (packet.stat) answers.push(...(yield* this.takeStat(packet.stat)));
      else this.listed = true;
    } else if (packet.kind === 'data') yield* this.takeData(packet.id, packet.data);
    if (this.listed && this.open.size === 0 && !this.said) {
      this.said = true;
      answers.push({ kind: 'fin' });
    }
    return answers;
  }

  private *takeStat(stat: SyncStat): Sys<Packet[]> {
    const id = this.stats.length;
    this.stats.push(stat);
    const path = `${this.folder}/${stat.path}`;
    if (id === 0) yield* make(this.folder, 0o755);
    if (hasBit(stat.mode, GO_MODE_DIR)) {
      yield* make(path, unixPermissions(stat.mode));
      return [];
    }
    yield* removeFile(path);
    if (hasBit(stat.mode, GO_MODE_SYMLINK)) yield* sys.symlink(stat.linkname, path);
    else if (!SPECIAL.some((bit) => hasBit(stat.mode, bit))) {
      this.open.add(id);
      return [{ kind: 'request', id }];
    }
    return [];
  }

  private *takeData(id: number, data: Uint8Array): Sys<void> {
    if (data.length > 0) {
      this.data.set(id, [...(this.data.get(id) ?? []), data]);
      return;
    }
    const stat = this.stats[id];
    this.open.delete(id);
    if (!stat) return;
    const path = `${this.folder}/${stat.path}`;
    const mode = unixPermissions(stat.mode);
    yield* sys.writeFile(path, concatBytes(this.data.get(id) ?? []), mode);
    yield* sys.chmod(path, mode);
    yield* sys.utimes(path, stat.mtimeUs, stat.mtimeUs);
    this.data.delete(id);
  }
}

function* make(path: string, mode: number): Sys<void> {
  try {
    yield* sys.mkdir(path, mode);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EEXIST') throw error;
  }
}

function* removeFile(path: string): Sys<void> {
  try {
    yield* sys.unlink(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
