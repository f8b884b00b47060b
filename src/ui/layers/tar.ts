/**
 * Reads a tar without copying: ustar, the long names of GNU, pax paths. The page looks only into archives
 * that an engine has made, so what does not fit is left out rather than complained about.
 */
import { decodeUtf8 } from '../../base';

export interface TarFile {
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'link' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Unix seconds. */
  readonly mtime: number;
  readonly target: string;
  readonly data: Uint8Array;
}

const BLOCK = 512;
const TYPES: Readonly<Record<string, TarFile['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'dir',
};

export function readTar(bytes: Uint8Array): TarFile[] {
  const files: TarFile[] = [];
  let longName = '';
  let longTarget = '';
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = number(bytes, at + 124, 12);
    const kind = String.fromCharCode(bytes[at + 156]!);
    const data = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (kind === 'L') longName = text(data, 0, size);
    else if (kind === 'K') longTarget = text(data, 0, size);
    else if (kind === 'x') {
      const pax = paxFields(data);
      longName = pax.get('path') ?? longName;
      longTarget = pax.get('linkpath') ?? longTarget;
    } else if (kind !== 'g') {
      files.push({
        name: longName || nameAt(bytes, at),
        type: TYPES[kind] ?? 'other',
        size,
        mode: number(bytes, at + 100, 8) & 0o7777,
        uid: number(bytes, at + 108, 8),
        gid: number(bytes, at + 116, 8),
        mtime: number(bytes, at + 136, 12),
        target: longTarget || (kind === '1' || kind === '2' ? text(bytes, at + 157, 100) : ''),
        data,
      });
      longName = '';
      longTarget = '';
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function nameAt(bytes: Uint8Array, at: number): string {
  const name = text(bytes, at, 100);
  const isUstar = bytes[at + 257] === 0x75 && bytes[at + 263] === 0x30;
  const prefix = isUstar && bytes[at + 345] !== 0 ? text(bytes, at + 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or a big number in base 256 where the first bit is set. */
function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  if (bytes[at]! & 0x80) {
    for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i]!;
    return value;
  }
  for (let i = 0; i < length; i++) {
    const digit = bytes[at + i]! - 0x30;
    if (digit >= 0 && digit < 8) value = value * 8 + digit;
    else if (value > 0) break;
  }
  return value;
}

/** Up to the first zero; most names are plain ASCII, which needs no decoder. */
function text(bytes: Uint8Array, at: number, length: number): string {
  let out = '';
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i]!;
    if (byte === 0) break;
    if (byte >= 0x80) {
      const end = bytes.indexOf(0, at);
      return decodeUtf8(bytes.subarray(at, end < 0 || end > at + length ? at + length : end));
    }
    out += String.fromCharCode(byte);
  }
  return out;
}

function paxFields(data: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of decodeUtf8(data).split('\n')) {
    const match = /^\d+ ([^=]+)=(.*)$/.exec(line);
    if (match) fields.set(match[1]!, match[2]!);
  }
  return fields;
}
