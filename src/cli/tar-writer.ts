/** Archives as the client sends them (Go's archive/tar with PAX headers). */
import { concatBytes, encodeUtf8 } from '../base';

export interface ContextEntry {
  /** A directory's ends with a slash. */
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'fifo' | 'link';
  readonly mode: number;
  readonly mtimeSeconds: number;
  readonly link: string;
  readonly data: Uint8Array;
  /** Root's, if not given. */
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;
const FLAGS = { file: '0', link: '1', symlink: '2', dir: '5', fifo: '6' } as const;
const NAME_BYTES = 100;

/** Closed by two empty blocks. */
export function contextArchive(entries: readonly ContextEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const long = longRecords(entry);
    if (long.length > 0) parts.push(...paxHeader(long));
    parts.push(header(entry.name, FLAGS[entry.type], entry), entry.data, padding(entry.data));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return concatBytes(parts);
}

function isPlain(text: string): boolean {
  return text.length <= NAME_BYTES && /^[\u0000-\u007f]*$/.test(text);
}

function longRecords({ name, link }: ContextEntry): Uint8Array {
  const records: Uint8Array[] = [];
  if (!isPlain(link)) records.push(paxRecord('linkpath', link));
  if (!isPlain(name)) records.push(paxRecord('path', name));
  return concatBytes(records);
}

/** The length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const body = encodeUtf8(` ${key}=${value}\n`);
  let length = body.length;
  while (String(length).length + body.length !== length)
    length = String(length).length + body.length;
  return concatBytes([encodeUtf8(String(length)), body]);
}

function paxHeader(records: Uint8Array): Uint8Array[] {
  const entry = { mode: 0, mtimeSeconds: 0, link: '', data: records };
  return [header('PaxHeaders.0/entry', 'x', entry), records, padding(records)];
}

function padding(data: Uint8Array): Uint8Array {
  return new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK);
}

function header(
  name: string,
  flag: string,
  entry: Pick<ContextEntry, 'mode' | 'mtimeSeconds' | 'link' | 'data' | 'uid' | 'gid'>,
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const text = (at: number, max: number, value: string) =>
    block.set(encodeUtf8(value).subarray(0, max), at);
  const octal = (at: number, width: number, value: number) =>
    text(
      at,
      width,
      Math.max(0, value)
        .toString(8)
        .padStart(width - 1, '0'),
    );
  text(0, NAME_BYTES, name);
  octal(100, 8, entry.mode);
  octal(108, 8, entry.uid ?? 0);
  octal(116, 8, entry.gid ?? 0);
  octal(124, 12, entry.data.length);
  octal(136, 12, entry.mtimeSeconds);
  block.fill(32, 148, 156);
  text(156, 1, flag);
  text(157, NAME_BYTES, entry.link);
  text(257, 8, 'ustar\x0000');
  octal(329, 8, 0);
  octal(337, 8, 0);
  const sum = block.reduce((total, byte) => total + byte, 0);
  text(148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** True if it begins like an archive or a compressed one (`build.IsArchive`). */
export function isArchive(bytes: Uint8Array): boolean {
  const starts = (...head: readonly number[]) => head.every((byte, i) => bytes[i] === byte);
  if (starts(0x1f, 0x8b, 0x08) || starts(0x42, 0x5a, 0x68)) return true;
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return true;
  if (bytes.length < BLOCK) return false;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : bytes[i]!;
  const field = String.fromCharCode(...bytes.subarray(148, 156)).replace(/[\0 ]+$/, '');
  return parseInt(field.trim(), 8) === sum;
}
