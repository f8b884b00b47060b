/**
 * Random archives: good ones, and good ones that were damaged the way an attacker or a bad disk would.
 * Paths that climb, absolute links, device nodes, sizes that lie, missing ends, wrong digests.
 */
import { gzipSync } from 'fflate';
import type { RandomStream } from '../../../base';
import type { LayerNode } from '../../../engine';

const PLAIN_NAMES = ['a', 'b', 'dir', 'x'.repeat(120), 'ü', ' ', '-'];
const NAMES = [...PLAIN_NAMES, '.wh.a', '.wh..wh..opq'];
const PATHS = [
  '../../etc/passwd',
  '/etc/passwd',
  'a/../../b',
  './a',
  '',
  '.',
  'a/b/c',
  '.wh.',
  'a//b',
];
const FLAGS = '01234567xgLKSVD\u0000';

const pick = <T>(random: RandomStream, list: readonly T[]): T => list[random.below(list.length)]!;

/** Names that mean a whiteout in an archive cannot stand in a layer; `plain` leaves them out. */
export function randomTree(random: RandomStream, plain = false, depth = 0): LayerNode {
  const own = {
    mode: random.below(0o10000),
    uid: random.below(3),
    gid: random.below(3),
    mtimeUs: 0,
  };
  const children = new Map<string, LayerNode>();
  const count = random.below(4);
  for (let i = 0; i < count; i++) {
    const name = pick(random, plain ? PLAIN_NAMES : NAMES);
    children.set(name, randomNode(random, plain, depth));
  }
  const sorted = new Map([...children].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...own, type: 'dir', mode: 0o755, children: sorted };
}

function randomNode(random: RandomStream, plain: boolean, depth: number): LayerNode {
  const own = {
    mode: random.below(0o10000),
    uid: random.below(3),
    gid: random.below(3),
    mtimeUs: 0,
  };
  switch (depth < 2 ? random.below(5) : random.below(4)) {
    case 0:
      return { ...own, type: 'symlink', mode: 0o777, target: pick(random, PATHS) || '/' };
    case 1:
      return { ...own, type: 'fifo' };
    case 4:
      return randomTree(random, plain, depth + 1);
    default:
      return { ...own, type: 'file', data: bytesOf(random, random.below(700)) };
  }
}

export function bytesOf(random: RandomStream, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A tar of entries that a decent program would not write. */
export function hostileTar(random: RandomStream): Uint8Array {
  const parts: Uint8Array[] = [];
  const entries = random.below(6);
  for (let i = 0; i < entries; i++) {
    const data = bytesOf(random, random.below(600));
    const lies = random.below(6) === 0;
    const size = lies ? pick(random, [2 ** 30, 8 ** 11 - 1, data.length + 1, 0]) : data.length;
    parts.push(header(random, size), data, new Uint8Array((512 - (data.length % 512)) % 512));
  }
  if (random.below(4) > 0) parts.push(new Uint8Array(1024));
  return join(parts);
}

function header(random: RandomStream, size: number): Uint8Array {
  const block = new Uint8Array(512);
  const text = (at: number, value: string) => block.set(Buffer.from(value).subarray(0, 100), at);
  text(0, random.below(2) === 0 ? pick(random, PATHS) : pick(random, NAMES));
  text(100, random.below(0o10000).toString(8).padStart(7, '0'));
  text(108, '0000000');
  text(116, random.below(9) === 0 ? 'zzz' : '0000000');
  text(124, size.toString(8).padStart(11, '0'));
  text(136, '00000000000');
  text(156, FLAGS[random.below(FLAGS.length)]!);
  text(157, pick(random, PATHS));
  text(257, random.below(5) === 0 ? '' : 'ustar\u000000');
  text(329, '0000001');
  text(337, '0000003');
  block.fill(32, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, random.below(20) === 0 ? 1 : 0);
  text(148, `${sum.toString(8).padStart(6, '0')}\u0000 `);
  return block;
}

/** Cut, changed, repeated or packed. */
export function damaged(random: RandomStream, bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  switch (random.below(7)) {
    case 0:
      return out.subarray(0, random.below(out.length + 1));
    case 1:
    case 2:
      for (let i = 0; i <= random.below(8); i++)
        if (out.length > 0) out[random.below(out.length)] = random.below(256);
      return out;
    case 3: {
      const at = random.below(out.length + 1);
      return join([out.subarray(0, at), bytesOf(random, random.below(1500)), out.subarray(at)]);
    }
    case 4:
      return gzipSync(out, { level: 1 });
    case 5:
      return gzipSync(out, { level: 1 }).subarray(0, random.below(out.length + 1));
    default:
      return out;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
