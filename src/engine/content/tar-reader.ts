/**
 * Reads tar archives as Go's `archive/tar` does (reader.go): V7, ustar, PAX and GNU long names, numbers
 * in base 256, sizes checked against what is there. What it refuses it says in Go's words. Sparse files
 * are not simulated.
 */
import { NO_BYTES, decodeUtf8 } from '../../base';
import { BLOCK, TYPE_FLAGS, type TarEntry, type TarType } from './tar-writer';

/** What is wrong with an archive, as the engine would say it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export interface ReadEntry extends TarEntry {
  readonly data: Uint8Array;
  readonly linkname: string;
}

const INVALID = 'archive/tar: invalid tar header';
const EOF = 'unexpected EOF';
/** Entries and header records beyond this are somebody's bad joke. */
const ENTRIES_MAX = 500_000;
const RECORDS_BYTES_MAX = 1 << 20;

const TYPES = new Map(
  Object.entries(TYPE_FLAGS).map(([type, flag]) => [flag, type as TarType] as const),
);

interface Pending {
  /** Of the next entry. */
  records: Map<string, string>;
  longName: string | undefined;
  longLink: string | undefined;
}

/** All entries; throws ArchiveError. */
export function readTar(archive: Uint8Array): ReadEntry[] {
  const entries: ReadEntry[] = [];
  let pending = nothingPending();
  let at = 0;
  while (at < archive.length) {
    if (at + BLOCK > archive.length) throw new ArchiveError(EOF);
    const block = archive.subarray(at, at + BLOCK);
    at += BLOCK;
    if (isEmpty(block)) {
      if (at >= archive.length || isEmpty(archive.subarray(at, at + BLOCK))) break;
      throw new ArchiveError(INVALID);
    }
    checkSum(block);
    const flag = String.fromCharCode(block[156]!);
    const size = sizeOf(block, pending, flag);
    if (at + size > archive.length) throw new ArchiveError(EOF);
    const data = archive.subarray(at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (readExtension(flag, data, pending)) continue;
    if (entries.length >= ENTRIES_MAX) throw new ArchiveError('archive has too many entries');
    entries.push(entryOf(block, flag, data, pending));
    pending = nothingPending();
  }
  return entries;
}

function nothingPending(): Pending {
  return { records: new Map(), longName: undefined, longLink: undefined };
}

/** True for a header that only tells of the next one. */
function readExtension(flag: string, data: Uint8Array, pending: Pending): boolean {
  if (flag === 'g') return true;
  if (!'xLK'.includes(flag)) return false;
  if (data.length > RECORDS_BYTES_MAX) throw new ArchiveError('archive/tar: header field too long');
  if (flag === 'x') pending.records = readRecords(data);
  else if (flag === 'L') pending.longName = textOf(data, 0, data.length);
  else pending.longLink = textOf(data, 0, data.length);
  return true;
}

function isEmpty(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function checkSum(block: Uint8Array): void {
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : block[i]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const wanted = numberOf(block, 148, 8);
  if (wanted !== unsigned && wanted !== signed) throw new ArchiveError(INVALID);
}

function textOf(block: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return decodeUtf8(block.subarray(at, end));
}

/** Octal text or, with the top bit set, base 256. */
function numberOf(block: Uint8Array, at: number, length: number): number {
  const first = block[at]!;
  if ((first & 0x80) === 0) {
    const text = textOf(block, at, length).trim();
    if (text === '') return 0;
    if (!/^[0-7]+$/.test(text)) throw new ArchiveError(INVALID);
    return Number.parseInt(text, 8);
  }
  const negative = (first & 0x40) !== 0;
  let value = negative ? (first & 0x3f) - 0x40 : first & 0x3f;
  for (let i = 1; i < length; i++) value = value * 256 + block[at + i]!;
  if (!Number.isSafeInteger(value)) throw new ArchiveError(INVALID);
  return value;
}

function sizeOf(block: Uint8Array, pending: Pending, flag: string): number {
  const text = 'xgLK'.includes(flag) ? undefined : pending.records.get('size');
  const size = text === undefined ? numberOf(block, 124, 12) : decimal(text);
  if (size < 0 || !Number.isSafeInteger(size)) throw new ArchiveError(INVALID);
  // Only these have data, whatever their header says.
  return '123456'.includes(flag) ? 0 : size;
}

function decimal(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new ArchiveError(INVALID);
  return Math.floor(Number(text));
}

function readRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(32, at);
    const digits = space < 0 ? '' : decodeUtf8(data.subarray(at, space));
    const length = /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length === 0 || end > data.length || end <= space || data[end - 1] !== 10)
      throw new ArchiveError(INVALID);
    const equals = data.indexOf(61, space);
    if (equals < 0 || equals >= end) throw new ArchiveError(INVALID);
    const key = decodeUtf8(data.subarray(space + 1, equals));
    const value = data.subarray(equals + 1, end - 1);
    const isBytes = key.startsWith('SCHILY.xattr.');
    records.set(key, isBytes ? latin1(value) : decodeUtf8(value));
    at = end;
  }
  return records;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function entryOf(block: Uint8Array, flag: string, data: Uint8Array, pending: Pending): ReadEntry {
  const { records } = pending;
  const isUstar = textOf(block, 257, 5) === 'ustar' && block[263] === 48;
  // GNU's old format has them too, behind its own mark.
  const hasNames = textOf(block, 257, 5) === 'ustar';
  const prefix = isUstar ? textOf(block, 345, 155) : '';
  const short = textOf(block, 0, 100);
  const name =
    records.get('path') ?? pending.longName ?? (prefix === '' ? short : `${prefix}/${short}`);
  const type = typeOf(flag, name);
  const xattrs = new Map<string, string>();
  for (const [key, value] of records)
    if (key.startsWith('SCHILY.xattr.')) xattrs.set(key.slice(13), value);
  const number = (key: string, at: number, length: number) => {
    const text = records.get(key);
    return text === undefined ? numberOf(block, at, length) : decimal(text);
  };
  return {
    name,
    type,
    mode: numberOf(block, 100, 8),
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    ...(hasNames ? { uname: textOf(block, 265, 32), gname: textOf(block, 297, 32) } : {}),
    mtimeSeconds: number('mtime', 136, 12),
    linkname: records.get('linkpath') ?? pending.longLink ?? textOf(block, 157, 100),
    data: type === 'file' ? data : NO_BYTES,
    major: type === 'char' || type === 'block' ? numberOf(block, 329, 8) : 0,
    minor: type === 'char' || type === 'block' ? numberOf(block, 337, 8) : 0,
    ...(xattrs.size > 0 ? { xattrs } : {}),
  };
}

function typeOf(flag: string, name: string): TarType {
  // An old archive marks a directory by the slash at its end.
  if ((flag === '\0' || flag === '0') && name.endsWith('/')) return 'dir';
  if (flag === '\0' || flag === '7') return 'file';
  const type = TYPES.get(flag);
  if (type === undefined) throw new ArchiveError(`unhandled tar header type ${flag.charCodeAt(0)}`);
  return type;
}
