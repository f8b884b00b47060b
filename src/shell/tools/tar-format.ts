/** The ustar format, with GNU's long names. Models GNU tar's `create.c` and `list.c`. */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../base';

export interface Member {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  /** ustar's letter: 0 file, 1 hard link, 2 symbolic link, 5 directory. */
  readonly type: string;
  readonly target: string;
  readonly user: string;
  readonly group: string;
  readonly data: Uint8Array;
}

const BLOCK = 512;

function field(header: Uint8Array, at: number, length: number, text: string): void {
  header.set(encodeUtf8(text).subarray(0, length), at);
}

function blockOf(member: Member, name: string): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  field(header, 0, 100, name);
  field(header, 100, 8, `${octal(member.mode & 0o7777, 7)}\0`);
  field(header, 108, 8, `${octal(member.uid, 7)}\0`);
  field(header, 116, 8, `${octal(member.gid, 7)}\0`);
  field(header, 124, 12, `${octal(member.data.length, 11)}\0`);
  field(header, 136, 12, `${octal(Math.max(0, member.mtimeSeconds), 11)}\0`);
  field(header, 148, 8, '        ');
  field(header, 156, 1, member.type);
  field(header, 157, 100, member.target);
  field(header, 257, 8, 'ustar  \0');
  field(header, 265, 32, member.user);
  field(header, 297, 32, member.group);
  const sum = header.reduce((total, byte) => total + byte, 0);
  field(header, 148, 8, `${octal(sum, 6)}\0 `);
  return header;
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  out.set(data);
  return out;
}

export function writeMember(member: Member): Uint8Array {
  const parts: Uint8Array[] = [];
  const name = encodeUtf8(member.name);
  if (name.length > 100) {
    const data = encodeUtf8(`${member.name}\0`);
    parts.push(blockOf({ ...member, type: 'L', data, target: '' }, '././@LongLink'), padded(data));
  }
  parts.push(blockOf(member, member.name), padded(member.data));
  return concatBytes(parts);
}

/** Two empty blocks, filled up to a whole record of twenty. */
export function finishArchive(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((n, p) => n + p.length, 0) + 2 * BLOCK;
  const whole = new Uint8Array(Math.ceil(length / (20 * BLOCK)) * 20 * BLOCK);
  whole.set(concatBytes(parts));
  return whole;
}

/** Undefined if it is no archive. */
export function readArchive(bytes: Uint8Array): Member[] | undefined {
  const members: Member[] = [];
  const text = (at: number, length: number) => {
    const part = bytes.subarray(at, at + length);
    const end = part.indexOf(0);
    return decodeUtf8(end < 0 ? part : part.subarray(0, end));
  };
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    if (bytes[at] === 0) return members;
    if (text(at + 257, 5) !== 'ustar') return undefined;
    const number = (from: number, length: number) =>
      parseInt(text(at + from, length).trim() || '0', 8);
    const size = number(124, 12);
    const data = bytes.slice(at + BLOCK, at + BLOCK + size);
    const type = text(at + 156, 1) || '0';
    const prefix = text(at + 257, 8).startsWith('ustar ') ? '' : text(at + 345, 155);
    const plain = text(at, 100);
    if (type === 'L') longName = decodeUtf8(data).replace(/\0+$/, '');
    else if (type !== 'x' && type !== 'g') {
      members.push({
        name: longName ?? (prefix === '' ? plain : `${prefix}/${plain}`),
        mode: number(100, 8),
        uid: number(108, 8),
        gid: number(116, 8),
        mtimeSeconds: number(136, 12),
        type,
        target: text(at + 157, 100),
        user: text(at + 265, 32),
        group: text(at + 297, 32),
        data,
      });
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return bytes.length < BLOCK ? undefined : members;
}
