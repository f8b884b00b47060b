/**
 * What a tar archive holds, for comparing two of them: one line an entry, with type, mode, owner,
 * time, link and the digest of the bytes. A reader of its own, so that the simulator's is not
 * compared with itself.
 */
import { createHash } from 'node:crypto';

const BLOCK = 512;
const TYPES: Readonly<Record<string, string>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
};

function text(block: Buffer, from: number, length: number): string {
  const piece = block.subarray(from, from + length);
  const end = piece.indexOf(0);
  return piece.subarray(0, end < 0 ? length : end).toString();
}

function octal(block: Buffer, from: number, length: number): number {
  return Number.parseInt(text(block, from, length).trim() || '0', 8);
}

/** `length key=value\n` records of a pax header. */
function paxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const blank = data.indexOf(32, at);
    if (blank < 0) break;
    const length = Number(data.subarray(at, blank).toString());
    if (!(length > 0)) break;
    const record = data.subarray(blank + 1, at + length - 1).toString();
    const mark = record.indexOf('=');
    records.set(record.slice(0, mark), record.slice(mark + 1));
    at += length;
  }
  return records;
}

/** Lines by name. `withTimes`: whole seconds of the last change too. */
export function listArchive(archive: Buffer, withTimes: boolean): Map<string, string> {
  const lines = new Map<string, string>();
  let pax = new Map<string, string>();
  for (let at = 0; at + BLOCK <= archive.length;) {
    const head = archive.subarray(at, at + BLOCK);
    if (head[0] === 0) break;
    const letter = text(head, 156, 1) || '0';
    const size = pax.has('size') ? Number(pax.get('size')) : octal(head, 124, 12);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (letter === 'x' || letter === 'g') {
      if (letter === 'x') pax = paxRecords(data);
      continue;
    }
    const prefix = text(head, 345, 155);
    const plain = (prefix === '' ? '' : `${prefix}/`) + text(head, 0, 100);
    const name = (pax.get('path') ?? plain).replace(/^\.?\//, '').replace(/\/$/, '');
    const type = TYPES[letter] ?? letter;
    const link = pax.get('linkpath') ?? text(head, 157, 100);
    const mode = (octal(head, 100, 8) & 0o7777).toString(8);
    const owner = `${octal(head, 108, 8)}:${octal(head, 116, 8)}`;
    const time = withTimes
      ? ` @${Math.floor(Number(pax.get('mtime') ?? octal(head, 136, 12)))}`
      : '';
    const digest =
      type === 'file' ? ` ${createHash('sha256').update(data).digest('hex').slice(0, 16)}` : '';
    pax = new Map();
    lines.set(name, `${type} ${mode} ${owner} ${size}${link ? ` -> ${link}` : ''}${digest}${time}`);
  }
  return lines;
}

/** The first differences of two listings, as sentences. */
export function differences(ours: Map<string, string>, real: Map<string, string>): string[] {
  const found: string[] = [];
  for (const name of [...new Set([...ours.keys(), ...real.keys()])].sort())
    if (ours.get(name) !== real.get(name))
      found.push(
        `/${name}: Drydock ${ours.get(name) ?? 'none'}, dockerd ${real.get(name) ?? 'none'}`,
      );
  return found;
}
