/**
 * The build context's archive, unpacked into a tree (docker `pkg/archive.Untar` as the builder uses
 * it): ustar, GNU long names, pax paths, gzip through the engine's own reader.
 */
import { SECOND_US, decodeUtf8 } from '../../base';
import type { LayerNode } from '../content/layer';
import { BuildFailure } from './failure';
import { cleanPath } from './go-text';

const BLOCK = 512;

interface OpenDir {
  node: Omit<LayerNode, 'children'>;
  readonly children: Map<string, OpenDir | LayerNode>;
}

interface Entry {
  name: string;
  link: string;
  size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeUs: number;
  readonly type: string;
  readonly rdev: number;
  /** `USER:GROUP` by name. */
  readonly owner: string;
}

/** True if the bytes begin with the header of an archive (`archive.isArchivePath`). */
export function looksLikeTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && checksumHolds(bytes, 0);
}

/** The tree of an archive; its root is a directory of mode 0755. `owners` is told names of users. */
export function readTar(bytes: Uint8Array, owners?: Map<string, string>): LayerNode {
  const root = openDir({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 });
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax: ReadonlyMap<string, string> | undefined;
  let at = 0;
  while (at < bytes.length) {
    if (at + BLOCK > bytes.length) throw new BuildFailure('unexpected EOF');
    if (isZero(bytes, at)) {
      at += BLOCK;
      continue;
    }
    if (!checksumHolds(bytes, at)) throw new BuildFailure('archive/tar: invalid tar header');
    const entry = readHeader(bytes, at);
    const size = Number(pax?.get('size') ?? entry.size);
    at += BLOCK;
    const end = at + size;
    if (end > bytes.length) throw new BuildFailure('unexpected EOF');
    const data = bytes.subarray(at, end);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (entry.type === 'x') pax = paxRecords(data);
    else if (entry.type === 'L') longName = untilZero(data);
    else if (entry.type === 'K') longLink = untilZero(data);
    else if (entry.type !== 'g') {
      entry.name = pax?.get('path') ?? longName ?? entry.name;
      entry.link = pax?.get('linkpath') ?? longLink ?? entry.link;
      place(root, entry, data);
      if (entry.owner !== ':') owners?.set(cleanPath(`/${entry.name}`).slice(1), entry.owner);
      longName = undefined;
      longLink = undefined;
      pax = undefined;
    }
  }
  return freeze(root);
}

function openDir(node: OpenDir['node']): OpenDir {
  return { node, children: new Map() };
}

function isOpen(node: OpenDir | LayerNode): node is OpenDir {
  return 'node' in node;
}

function freeze(dir: OpenDir): LayerNode {
  const children = new Map<string, LayerNode>();
  for (const name of [...dir.children.keys()].sort()) {
    const child = dir.children.get(name)!;
    children.set(name, isOpen(child) ? freeze(child) : child);
  }
  return Object.freeze({ ...dir.node, children: Object.freeze(children) });
}

function place(root: OpenDir, entry: Entry, data: Uint8Array): void {
  const parts = cleanPath(`/${entry.name}`)
    .split('/')
    .filter((part) => part !== '');
  const attributes = ownAttributes(entry);
  const name = parts.pop();
  if (name === undefined) {
    if (entry.type === '5') root.node = { ...attributes, type: 'dir' };
    return;
  }
  if (cleanPath(entry.name).startsWith('..'))
    throw new BuildFailure(`"${entry.name}" is outside of "/"`);
  const dir = parts.reduce(childDir, root);
  if (entry.type === '5') {
    const known = dir.children.get(name);
    if (known && isOpen(known)) known.node = { ...attributes, type: 'dir' };
    else dir.children.set(name, openDir({ ...attributes, type: 'dir' }));
    return;
  }
  dir.children.set(name, Object.freeze(fileNode(root, entry, attributes, data)));
}

function fileNode(
  root: OpenDir,
  entry: Entry,
  attributes: ReturnType<typeof ownAttributes>,
  data: Uint8Array,
): LayerNode {
  switch (entry.type) {
    case '0':
    case '7':
      return { ...attributes, type: 'file', data: data.slice() };
    case '1':
      return linkTarget(root, entry.link);
    case '2':
      return { ...attributes, type: 'symlink', mode: 0o777, target: entry.link };
    case '3':
      return { ...attributes, type: 'char', rdev: entry.rdev };
    case '4':
      return { ...attributes, type: 'block', rdev: entry.rdev };
    case '6':
      return { ...attributes, type: 'fifo' };
    default:
      throw new BuildFailure(`unhandled tar header type ${entry.type.charCodeAt(0)}`);
  }
}

function linkTarget(root: OpenDir, link: string): LayerNode {
  const parts = cleanPath(`/${link}`)
    .split('/')
    .filter((part) => part !== '');
  let at: OpenDir | LayerNode | undefined = root;
  for (const part of parts) at = at && isOpen(at) ? at.children.get(part) : undefined;
  if (!at || isOpen(at)) throw new BuildFailure(`link ${link}: no such file or directory`);
  return at;
}

function childDir(dir: OpenDir, name: string): OpenDir {
  const known = dir.children.get(name);
  if (known && isOpen(known)) return known;
  const made = openDir({ type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 });
  dir.children.set(name, made);
  return made;
}

function ownAttributes({ mode, uid, gid, mtimeUs }: Entry) {
  return { mode, uid, gid, mtimeUs };
}

// --- bytes

function readHeader(bytes: Uint8Array, at: number): Entry {
  const text = (from: number, length: number) =>
    untilZero(bytes.subarray(at + from, at + from + length));
  const number = (from: number, length: number) =>
    readNumber(bytes.subarray(at + from, at + from + length));
  const type = bytes[at + 156] === 0 ? '0' : String.fromCharCode(bytes[at + 156]!);
  const isUstar = text(257, 6).startsWith('ustar');
  const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
  const name = text(0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    link: text(157, 100),
    size: '123456'.includes(type) ? 0 : number(124, 12),
    mode: number(100, 8) & 0o7777,
    uid: number(108, 8),
    gid: number(116, 8),
    mtimeUs: number(136, 12) * SECOND_US,
    type: type === '0' && name.endsWith('/') ? '5' : type,
    rdev: (number(329, 8) << 8) | number(337, 8),
    owner: isUstar ? `${text(265, 32)}:${text(297, 32)}` : ':',
  };
}

function untilZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal text, or base 256 where the first bit is set. */
function readNumber(bytes: Uint8Array): number {
  if ((bytes[0]! & 0x80) === 0) {
    const text = untilZero(bytes).trim();
    return /^[0-7]+$/.test(text) ? parseInt(text, 8) : 0;
  }
  let value = bytes[0]! & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER;
}

function checksumHolds(bytes: Uint8Array, at: number): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : bytes[at + i]!;
  return sum === readNumber(bytes.subarray(at + 148, at + 156));
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < BLOCK; i++) if (bytes[at + i] !== 0) return false;
  return true;
}

/** `LENGTH KEY=VALUE\n`, as often as it stands there. */
function paxRecords(data: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(32, at);
    const length = space < 0 ? 0 : Number(decodeUtf8(data.subarray(at, space)));
    if (!(length > space - at)) break;
    const record = decodeUtf8(data.subarray(space + 1, at + length - 1));
    const mark = record.indexOf('=');
    records.set(record.slice(0, mark), record.slice(mark + 1));
    at += length;
  }
  return records;
}
