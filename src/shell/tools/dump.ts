/** od, hexdump, xxd. Models coreutils `od.c`, util-linux `hexdump.c`, vim's `xxd.c` and BusyBox's. */
import { sys, SysError, type Sys } from '../../kernel';
import { concatBytes } from '../../base';
import { errnoText } from '../errno';
import { type Context, type Options, type Tool } from './tool';

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
const printable = (bytes: Uint8Array) =>
  Array.from(bytes, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');

/** Numbers as these tools take them: decimal, 0x hexadecimal, 0 octal, with a unit. */
function count(text: string): number {
  const match = /^(0[xX][0-9a-fA-F]+|\d+)([kKmMb]?)/.exec(text);
  if (!match) return 0;
  const base = /^0[0-7]+$/.test(match[1]!) ? parseInt(match[1]!, 8) : Number(match[1]);
  return base * ({ k: 1024, K: 1024, m: 1 << 20, M: 1 << 20, b: 512 }[match[2]!] ?? 1);
}

function* inputOf(tool: Context, operands: readonly string[]): Sys<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let any = operands.length === 0;
  for (const path of operands.length > 0 ? operands : ['-']) {
    const errno = tool.busybox ? yield* openFault(path) : undefined;
    if (errno !== undefined) {
      yield* tool.warn(`${path}: ${errno}`);
      continue;
    }
    const bytes = yield* tool.input(path);
    if (!bytes) continue;
    any = true;
    parts.push(bytes);
  }
  return any ? concatBytes(parts) : undefined;
}

/** BusyBox says `name: reason` in these. */
function* openFault(path: string): Sys<string | undefined> {
  if (path === '-') return undefined;
  try {
    yield* sys.close(yield* sys.open(path, { read: true }));
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return errnoText(error.errno);
  }
}

interface Format {
  readonly letter: string;
  readonly size: number;
  readonly text: boolean;
}

function parseFormats(text: string): Format[] | undefined {
  const out: Format[] = [];
  for (const match of text.matchAll(/([acdfoux])(\d+|[CSILFD])?(z?)|([\s\S])/g)) {
    if (match[4] !== undefined) return undefined;
    const letter = match[1]!;
    const sizes: Record<string, number> = { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 };
    const size = 'ac'.includes(letter)
      ? 1
      : (sizes[match[2] ?? ''] ?? Number(match[2] ?? (letter === 'f' ? 8 : 4)));
    if (![1, 2, 4, 8].includes(size)) return undefined;
    out.push({ letter, size, text: match[3] === 'z' });
  }
  return out;
}

const NAMES =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );
const ESCAPES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

/** Width of a cell, the space before it included. */
function cellWidth({ letter, size }: Format): number {
  if ('ac'.includes(letter)) return 4;
  if (letter === 'x') return 1 + 2 * size;
  if (letter === 'o') return 1 + { 1: 3, 2: 6, 4: 11, 8: 22 }[size]!;
  if (letter === 'u') return 1 + { 1: 3, 2: 5, 4: 10, 8: 20 }[size]!;
  if (letter === 'f') return size === 4 ? 16 : 25;
  return 1 + { 1: 4, 2: 6, 4: 11, 8: 20 }[size]!;
}

function cell(format: Format, bytes: Uint8Array): string {
  const { letter, size } = format;
  if (letter === 'c') {
    const b = bytes[0]!;
    return (
      ESCAPES[b] ?? (b >= 32 && b < 127 ? String.fromCharCode(b) : b.toString(8).padStart(3, '0'))
    );
  }
  if (letter === 'a')
    return (
      NAMES[bytes[0]! & 127] ??
      ((bytes[0]! & 127) === 127 ? 'del' : String.fromCharCode(bytes[0]! & 127))
    );
  const padded = new Uint8Array(8);
  padded.set(bytes.subarray(0, size));
  const view = new DataView(padded.buffer);
  if (letter === 'f')
    return size === 4
      ? String(Math.fround(view.getFloat32(0, true)))
      : String(view.getFloat64(0, true));
  const value = view.getBigUint64(0, true);
  if (letter === 'd') return BigInt.asIntN(size * 8, value).toString();
  const text = value.toString(letter === 'x' ? 16 : letter === 'o' ? 8 : 10);
  return letter === 'u' ? text : text.padStart(cellWidth(format) - 1, '0');
}

function odLine(format: Format, bytes: Uint8Array, cellsWide: number, perByte: number): string {
  const width = Math.max(cellWidth(format), perByte * format.size);
  let out = '';
  for (let i = 0; i < bytes.length; i += format.size)
    out += cell(format, bytes.subarray(i, i + format.size)).padStart(width);
  if (!format.text) return out;
  return `${out.padEnd((cellsWide / format.size) * width)}  >${printable(bytes)}<`;
}

/** The formats asked for, by -t or by the letters of old. */
function* odFormats(tool: Context, all: Options['all']): Sys<Format[]> {
  const old: Record<string, string> = {
    a: 'a',
    b: 'o1',
    c: 'c',
    d: 'u2',
    o: 'o2',
    s: 'd2',
    x: 'x2',
    h: 'x2',
    i: 'd4',
    l: 'd8',
  };
  const formats: Format[] = [];
  for (const [name, value] of all) {
    const text = name === 't' ? value! : old[name];
    if (text === undefined) continue;
    const parsed = tool.busybox && /z/.test(text) ? undefined : parseFormats(text);
    if (!parsed) {
      const detail = tool.busybox ? '; 4294967295-byte integral type is not supported' : '';
      return yield* tool.fail(`invalid type string '${text}'${detail}`);
    }
    formats.push(...parsed);
  }
  if (formats.length === 0) formats.push({ letter: 'o', size: 2, text: false });
  return formats;
}

function* runOd(tool: Context): Sys<number> {
  const { flags, values, all, operands } = yield* tool.options({
    short: 'A:t:N:j:vw::abcdefhiloxsS:',
    long: {
      'address-radix': '=A',
      format: '=t',
      'read-bytes': '=N',
      'skip-bytes': '=j',
      width: '?w',
      'output-duplicates': 'v',
    },
  });
  const formats = yield* odFormats(tool, all);
  const data = yield* inputOf(tool, operands);
  if (!data) return 1;
  const skip = count(values.get('j') ?? '0');
  const bytes = data.subarray(skip, values.has('N') ? skip + count(values.get('N')!) : undefined);
  const radix = values.get('A') ?? 'o';
  const address = (n: number) =>
    radix === 'n'
      ? ''
      : radix === 'x'
        ? hex(n, 6)
        : radix === 'd'
          ? String(n).padStart(7, '0')
          : n.toString(8).padStart(7, '0');
  const wide = flags.has('w') ? Number(values.get('w') ?? 32) : 16;
  // Columns of several formats are aligned: each byte takes the room that its widest format needs.
  const perByte = Math.max(...formats.map((f) => cellWidth(f) / f.size));
  const share = formats.length > 1 ? perByte : 0;
  let before = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += wide) {
    const part = bytes.subarray(at, at + wide);
    const key = part.length === wide ? part.join() : '';
    if (key !== '' && key === before && !flags.has('v')) {
      if (!starred) yield* tool.print('*\n');
      starred = true;
      continue;
    }
    before = key;
    starred = false;
    for (const [i, format] of formats.entries()) {
      const head = i === 0 ? address(skip + at) : ' '.repeat(address(0).length);
      yield* tool.print(`${head}${odLine(format, part, wide, share)}\n`);
    }
  }
  if (radix !== 'n') yield* tool.print(`${address(skip + bytes.length)}\n`);
  return tool.status;
}

function hexdumpLine(kind: string, part: Uint8Array): string {
  const words = [];
  for (let i = 0; i < part.length; i += 2) words.push(part[i]! | ((part[i + 1] ?? 0) << 8));
  switch (kind) {
    case 'C': {
      const cells = Array.from(part, (b, i) => `${i === 8 ? ' ' : ''} ${hex(b, 2)}`).join('');
      return ` ${cells.padEnd(49)}  |${printable(part)}|`;
    }
    case 'b':
      return Array.from(part, (b) => ` ${b.toString(8).padStart(3, '0')}`)
        .join('')
        .padEnd(64);
    case 'c':
      return Array.from(part, (b) =>
        cell({ letter: 'c', size: 1, text: false }, Uint8Array.of(b)).padStart(4),
      )
        .join('')
        .padEnd(64);
    case 'd':
      return words
        .map((w) => `   ${String(w).padStart(5, '0')}`)
        .join('')
        .padEnd(64);
    case 'o':
      return words
        .map((w) => `  ${w.toString(8).padStart(6, '0')}`)
        .join('')
        .padEnd(64);
    case 'x':
      return words
        .map((w) => `    ${hex(w, 4)}`)
        .join('')
        .padEnd(64);
    default:
      return words
        .map((w) => ` ${hex(w, 4)}`)
        .join('')
        .padEnd(40);
  }
}

function* runHexdump(tool: Context): Sys<number> {
  const { flags, values, all, operands } = yield* tool.options({
    short: 'bcdoxCn:s:ve:f:',
    long: { canonical: 'C', length: '=n', skip: '=s', 'no-squeezing': 'v' },
  });
  if (values.has('e') || values.has('f')) yield* tool.notSimulated('format strings');
  const canonical = flags.has('C') || tool.name === 'hd';
  const kind = canonical ? 'C' : (all.map(([n]) => n).find((n) => 'bcdox'.includes(n)) ?? '');
  const data = yield* inputOf(tool, operands);
  if (!data) {
    if (!tool.busybox) yield* tool.warn('all input file arguments failed');
    return 1;
  }
  const skip = count(values.get('s') ?? '0');
  const bytes = data.subarray(skip, values.has('n') ? skip + count(values.get('n')!) : undefined);
  const digits = canonical ? 8 : 7;
  let before = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.subarray(at, at + 16);
    const key = part.length === 16 ? part.join() : '';
    if (key !== '' && key === before && !flags.has('v')) {
      if (!starred) yield* tool.print('*\n');
      starred = true;
      continue;
    }
    before = key;
    starred = false;
    yield* tool.print(`${hex(skip + at, digits)}${hexdumpLine(kind, part)}\n`);
  }
  if (bytes.length > 0) yield* tool.print(`${hex(skip + bytes.length, digits)}\n`);
  return tool.status;
}

function* runXxd(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({ short: 'pl:s:c:g:rui' });
  const data = yield* inputOf(tool, operands.slice(0, 1));
  if (!data) return 2;
  if (flags.has('r')) {
    const text = Array.from(data, (b) => String.fromCharCode(b)).join('');
    const digits = text
      .split('\n')
      .map((l) => (flags.has('p') ? l : l.replace(/^[0-9a-fA-F]+:/, '').split('  ')[0]!))
      .join('')
      .replace(/[^0-9a-fA-F]/g, '');
    yield* tool.print(Uint8Array.from(digits.match(/../g) ?? [], (d) => parseInt(d, 16)));
    return 0;
  }
  const skip = count(values.get('s') ?? '0');
  const bytes = data.subarray(skip, values.has('l') ? skip + count(values.get('l')!) : undefined);
  const wide = Number(values.get('c') ?? (flags.has('p') ? 30 : 16));
  const group = Number(values.get('g') ?? 2);
  for (let at = 0; at < bytes.length; at += wide) {
    const part = bytes.subarray(at, at + wide);
    const cells = Array.from(part, (b) => (flags.has('u') ? hex(b, 2).toUpperCase() : hex(b, 2)));
    if (flags.has('p')) {
      yield* tool.print(`${cells.join('')}\n`);
      continue;
    }
    const text = cells
      .map((c, i) => c + (group > 0 && i % group === group - 1 ? ' ' : ''))
      .join('');
    const width = wide * 2 + (group > 0 ? Math.ceil(wide / group) : 0) + 1;
    yield* tool.print(`${hex(skip + at, 8)}: ${text.padEnd(width)}${printable(part)}\n`);
  }
  return tool.status;
}

export const DUMP_TOOLS: readonly Tool[] = [
  { name: 'od', run: runOd },
  { name: 'hexdump', run: runHexdump },
  { name: 'hd', run: runHexdump },
  { name: 'xxd', run: runXxd },
];
