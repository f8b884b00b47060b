/**
 * Tar bytes as Go's `archive/tar` writes them with `Format: PAX` (writer.go, strconv.go), which is what
 * Docker asks for: ustar blocks, with an extended header only for what does not fit. The diff id of a
 * layer is the SHA-256 of these very bytes.
 */
import { concatBytes, encodeUtf8 } from '../../base';

export type TarType = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'dir' | 'fifo';

export interface TarEntry {
  /** A directory's ends with a slash. */
  readonly name: string;
  readonly type: TarType;
  /** With or without the bits of the file's type: as it stands in the header. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname?: string;
  readonly gname?: string;
  readonly mtimeSeconds: number;
  readonly linkname?: string;
  readonly data?: Uint8Array;
  readonly major?: number;
  readonly minor?: number;
  /** `SCHILY.xattr.` records; one byte a character. */
  readonly xattrs?: ReadonlyMap<string, string>;
}

export const BLOCK = 512;
export const TYPE_FLAGS: Readonly<Record<TarType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  char: '3',
  block: '4',
  dir: '5',
  fifo: '6',
};

/** The whole archive, closed by two empty blocks. */
export function writeTar(entries: Iterable<TarEntry>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const extended = extendedRecords(entry);
    if (extended.length > 0) parts.push(...extendedHeader(entry.name, extended));
    parts.push(header(entry));
    if (entry.data && entry.data.length > 0) parts.push(entry.data, padding(entry.data.length));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return concatBytes(parts);
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

function header(entry: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  putText(block, 0, 100, entry.name);
  putOctal(block, 100, 8, entry.mode);
  putOctal(block, 108, 8, entry.uid);
  putOctal(block, 116, 8, entry.gid);
  putOctal(block, 124, 12, entry.data?.length ?? 0);
  putOctal(block, 136, 12, entry.mtimeSeconds);
  block[156] = TYPE_FLAGS[entry.type].charCodeAt(0);
  putText(block, 157, 100, entry.linkname ?? '');
  putText(block, 265, 32, entry.uname ?? '');
  putText(block, 297, 32, entry.gname ?? '');
  putOctal(block, 329, 8, entry.major ?? 0);
  putOctal(block, 337, 8, entry.minor ?? 0);
  return sealed(block);
}

/** Magic, version and checksum. */
function sealed(block: Uint8Array): Uint8Array {
  putText(block, 257, 8, 'ustar\u000000');
  block.fill(32, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  putOctal(block, 148, 7, sum);
  return block;
}

/** ASCII only, as the extended header has the rest. */
function putText(block: Uint8Array, at: number, length: number, text: string): void {
  let i = 0;
  for (const ch of text) {
    const code = ch.codePointAt(0)!;
    if (code >= 128) continue;
    if (i >= length) break;
    block[at + i++] = code;
  }
}

function fits(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}

/** Zeros in front and a NUL behind; what does not fit is 0 and stands in the extended header. */
function putOctal(block: Uint8Array, at: number, length: number, value: number): void {
  const text = (fits(value, length) ? value : 0).toString(8).padStart(length - 1, '0');
  for (let i = 0; i < text.length; i++) block[at + i] = text.charCodeAt(i);
  block[at + text.length] = 0;
}

type Records = (readonly [string, Uint8Array])[];

/** What the plain header cannot hold, sorted by key. */
function extendedRecords(entry: TarEntry): Records {
  const records: Records = [];
  const text = (key: string, value: string | undefined, size: number) => {
    if (value === undefined) return;
    const bytes = encodeUtf8(value);
    if (bytes.length > size || bytes.some((byte) => byte >= 128)) records.push([key, bytes]);
  };
  const number = (key: string, value: number, size: number) => {
    if (!fits(value, size)) records.push([key, encodeUtf8(String(value))]);
  };
  text('path', entry.name, 100);
  text('linkpath', entry.linkname, 100);
  text('uname', entry.uname, 32);
  text('gname', entry.gname, 32);
  number('uid', entry.uid, 8);
  number('gid', entry.gid, 8);
  number('size', entry.data?.length ?? 0, 12);
  number('mtime', entry.mtimeSeconds, 12);
  for (const [name, value] of entry.xattrs ?? [])
    records.push([`SCHILY.xattr.${name}`, Uint8Array.from(value, (ch) => ch.charCodeAt(0))]);
  return records.sort(([a], [b]) => (a < b ? -1 : 1));
}

function extendedHeader(name: string, records: Records): Uint8Array[] {
  const data = concatBytes(records.map(([key, value]) => record(key, value)));
  const block = new Uint8Array(BLOCK);
  const clean = name.replace(/\/+$/, '');
  const slash = name.lastIndexOf('/') + 1;
  const [dir, file] = [name.slice(0, slash), name.slice(slash)];
  const path = file === '' ? `${clean}/PaxHeaders.0` : `${dir}PaxHeaders.0/${file}`;
  putText(block, 0, 100, asciiOf(path).slice(0, 100).replace(/\/+$/, ''));
  for (const [at, length] of [
    [100, 8],
    [108, 8],
    [116, 8],
    [136, 12],
  ] as const)
    putOctal(block, at, length, 0);
  putOctal(block, 124, 12, data.length);
  block[156] = 'x'.charCodeAt(0);
  return [sealed(block), data, padding(data.length)];
}

function asciiOf(text: string): string {
  return [...text].filter((ch) => ch.codePointAt(0)! < 128).join('');
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: Uint8Array): Uint8Array {
  const rest = encodeUtf8(` ${key}=`);
  const bare = rest.length + value.length + 1;
  let length = bare + String(bare).length;
  if (String(length).length !== String(bare).length) length = bare + String(length).length;
  return concatBytes([encodeUtf8(String(length)), rest, value, encodeUtf8('\n')]);
}
