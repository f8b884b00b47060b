/**
 * Messages of the file synchronisation between client and daemon (tonistiigi/fsutil `types/wire.proto` and
 * `stat.proto`): the sender names its files, the receiver asks for those it has not, and both say that
 * they are through.
 */
import { NO_BYTES, encodeUtf8 } from '../../base';
import { ProtoWriter, readProto, textOf } from '../grpc';

/** A file's attributes; `mode` in the bits of Go's `os.FileMode`. */
export interface SyncStat {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Unix time in microseconds. */
  readonly mtimeUs: number;
  /** Of a symbolic link, or the first name of a hard link. */
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
}

export const GO_MODE_DIR = 0x8000_0000;
export const GO_MODE_SYMLINK = 0x0800_0000;
export const GO_MODE_DEVICE = 0x0400_0000;
export const GO_MODE_FIFO = 0x0200_0000;
export const GO_MODE_CHAR = 0x0020_0000;
/** Bits of each type of file (`os.FileMode`). */
export const GO_TYPE_BITS = {
  file: 0,
  dir: GO_MODE_DIR,
  symlink: GO_MODE_SYMLINK,
  fifo: GO_MODE_FIFO,
  char: GO_MODE_DEVICE + GO_MODE_CHAR,
  block: GO_MODE_DEVICE,
  socket: 0x0100_0000,
} as const;
const GO_SETUID = 0x0080_0000;
const GO_SETGID = 0x0040_0000;
const GO_STICKY = 0x0010_0000;

/** Permission bits of a Unix mode as Go has them. */
export function goPermissions(mode: number): number {
  return (
    (mode & 0o777) +
    ((mode & 0o4000) === 0 ? 0 : GO_SETUID) +
    ((mode & 0o2000) === 0 ? 0 : GO_SETGID) +
    ((mode & 0o1000) === 0 ? 0 : GO_STICKY)
  );
}

/** The other way. */
export function unixPermissions(mode: number): number {
  return (
    (mode & 0o777) |
    (hasBit(mode, GO_SETUID) ? 0o4000 : 0) |
    (hasBit(mode, GO_SETGID) ? 0o2000 : 0) |
    (hasBit(mode, GO_STICKY) ? 0o1000 : 0)
  );
}

export function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}

export type Packet =
  /** Without a stat: there are no more. */
  | { readonly kind: 'stat'; readonly stat: SyncStat | undefined }
  | { readonly kind: 'request'; readonly id: number }
  /** Empty: the file is over. */
  | { readonly kind: 'data'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'fin' }
  | { readonly kind: 'error'; readonly message: string };

const TYPES = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;

export function writePacket(packet: Packet): Uint8Array {
  const writer = new ProtoWriter().number(1, TYPES[packet.kind]);
  switch (packet.kind) {
    case 'stat':
      if (packet.stat) writer.message(2, writeStat(packet.stat));
      break;
    case 'request':
      writer.number(3, packet.id);
      break;
    case 'data':
      writer.number(3, packet.id).bytes(4, packet.data);
      break;
    case 'error':
      writer.bytes(4, encodeUtf8(packet.message));
  }
  return writer.finish();
}

function writeStat(stat: SyncStat): Uint8Array {
  return new ProtoWriter()
    .text(1, stat.path)
    .number(2, stat.mode)
    .number(3, stat.uid)
    .number(4, stat.gid)
    .number(5, stat.size)
    .nanoseconds(6, stat.mtimeUs)
    .text(7, stat.linkname)
    .number(8, stat.devmajor)
    .number(9, stat.devminor)
    .finish();
}

/** Undefined for what is no packet. */
export function readPacket(bytes: Uint8Array): Packet | undefined {
  const fields = readProto(bytes);
  if (!fields) return undefined;
  let type = 0;
  let id = 0;
  let data: Uint8Array = NO_BYTES;
  let stat: SyncStat | undefined;
  for (const field of fields) {
    if (field.field === 1) type = field.number;
    else if (field.field === 2) stat = readStat(field.bytes);
    else if (field.field === 3) id = field.number;
    else if (field.field === 4) data = field.bytes;
  }
  switch (type) {
    case TYPES.stat:
      return { kind: 'stat', stat };
    case TYPES.request:
      return { kind: 'request', id };
    case TYPES.data:
      return { kind: 'data', id, data };
    case TYPES.fin:
      return { kind: 'fin' };
    case TYPES.error:
      return { kind: 'error', message: textOf({ field: 4, number: 0, big: 0n, bytes: data }) };
    default:
      return undefined;
  }
}

function readStat(bytes: Uint8Array): SyncStat {
  const stat = {
    ...{ path: '', mode: 0, uid: 0, gid: 0, size: 0, mtimeUs: 0 },
    ...{ linkname: '', devmajor: 0, devminor: 0 },
  };
  for (const field of readProto(bytes) ?? []) {
    if (field.field === 1) stat.path = textOf(field);
    else if (field.field === 2) stat.mode = field.number;
    else if (field.field === 3) stat.uid = field.number;
    else if (field.field === 4) stat.gid = field.number;
    else if (field.field === 5) stat.size = field.number;
    else if (field.field === 6) stat.mtimeUs = Number(BigInt.asIntN(64, field.big) / 1000n);
    else if (field.field === 7) stat.linkname = textOf(field);
    else if (field.field === 8) stat.devmajor = field.number;
    else if (field.field === 9) stat.devminor = field.number;
  }
  return stat;
}
