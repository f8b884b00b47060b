/**
 * Archives as the daemon sends them (Go's archive/tar): ustar with PAX records for paths and sizes.
 * GNU's long names and sparse files never come from there and are not read.
 */
import { NO_BYTES, decodeUtf8 } from '../base';
import { CliError } from './errors';

export interface TarEntry {
  readonly name: string;
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly link: string;
  readonly data: Uint8Array;
}

const BLOCK = 512;

export function readArchive(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let records = new Map<string, string>();
  for (let at = 0; at < archive.length;) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.length < BLOCK) throw new CliError('unexpected EOF');
    if (block.every((byte) => byte === 0)) break;
    at += BLOCK;
    const flag = String.fromCharCode(block[156]!);
    const size = Number(records.get('size') ?? octal(block, 124, 12));
    if (at + size > archive.length) throw new CliError('unexpected EOF');
    const data = archive.subarray(at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'x') {
      records = readRecords(data);
      continue;
    }
    if (flag !== 'g') entries.push(entryOf(block, flag, data, records));
    records = new Map();
  }
  return entries;
}

function entryOf(
  block: Uint8Array,
  flag: string,
  data: Uint8Array,
  records: ReadonlyMap<string, string>,
): TarEntry {
  const prefix = text(block, 345, 155);
  const short = text(block, 0, 100);
  const number = (key: string, at: number, length: number) =>
    Math.floor(Number(records.get(key) ?? octal(block, at, length)));
  return {
    name: records.get('path') ?? (prefix === '' ? short : `${prefix}/${short}`),
    flag: flag === '\0' ? '0' : flag,
    mode: octal(block, 100, 8) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    mtimeSeconds: number('mtime', 136, 12),
    link: records.get('linkpath') ?? text(block, 157, 100),
    data: flag === '0' || flag === '\0' ? data : NO_BYTES,
  };
}

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return decodeUtf8(end < 0 ? field : field.subarray(0, end));
}

function octal(block: Uint8Array, at: number, length: number): number {
  const digits = text(block, at, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new CliError('archive/tar: invalid tar header');
  return digits === '' ? 0 : parseInt(digits, 8);
}

function readRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(32, at);
    const length = parseInt(decodeUtf8(data.subarray(at, Math.max(at, space))), 10);
    const equals = data.indexOf(61, space);
    const end = at + length;
    if (!(length > 0) || end > data.length || equals < space || equals >= end)
      throw new CliError('archive/tar: invalid tar header');
    const key = decodeUtf8(data.subarray(space + 1, equals));
    records.set(key, decodeUtf8(data.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}
