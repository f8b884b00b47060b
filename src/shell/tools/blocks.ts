/** dd and truncate: files by blocks and sizes. Models coreutils `dd.c`, `truncate.c` and BusyBox. */
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { statOrNone } from './files';
import { type Context, type Tool } from './tool';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  c: 1,
  w: 2,
  b: 512,
  k: 1024,
  K: 1024,
  KiB: 1024,
  kB: 1000,
  KB: 1000,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  MB: 1000 ** 2,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  GB: 1000 ** 3,
};

/** `4k`, `1M`, `2x512`; undefined when it is no number. */
function sizeOf(text: string): number | undefined {
  let total = 1;
  for (const part of text.split('x')) {
    const match = /^(\d+)([A-Za-z]*)$/.exec(part);
    const unit = match && UNITS[match[2]!];
    if (!match || unit === undefined || unit === null) return undefined;
    total *= Number(match[1]) * unit;
  }
  return total;
}

function scaled(bytes: number, base: number, names: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  for (; value >= base && unit < names.length - 1; unit++) value /= base;
  return `${value < 10 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${names[unit]!}`;
}

const SI = ['B', 'kB', 'MB', 'GB', 'TB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

interface Counts {
  fullIn: number;
  partIn: number;
  fullOut: number;
  partOut: number;
  bytes: number;
}

function summary(tool: Context, counts: Counts, us: number): string {
  const records =
    `${counts.fullIn}+${counts.partIn} records in\n` +
    `${counts.fullOut}+${counts.partOut} records out\n`;
  const { bytes } = counts;
  const seconds = Math.max(us, 1) / 1e6;
  if (tool.busybox) {
    const rate = scaled(bytes / seconds, 1024, ['B', 'KB', 'MB', 'GB']).replace(' ', '');
    const short = scaled(bytes, 1024, ['B', 'KB', 'MB', 'GB']).replace(' ', '');
    return `${records}${bytes} bytes (${short}) copied, ${seconds.toFixed(6)} seconds, ${rate}/s\n`;
  }
  const sizes = bytes < 1000 ? '' : bytes < 1024 ? [scaled(bytes, 1000, SI)] : undefined;
  const shown =
    sizes === ''
      ? ''
      : ` (${(sizes ?? [scaled(bytes, 1000, SI), scaled(bytes, 1024, BINARY)]).join(', ')})`;
  const time = Number(seconds.toPrecision(6));
  const rate = scaled(bytes / seconds, 1000, SI);
  return `${records}${bytes} byte${bytes === 1 ? '' : 's'}${shown} copied, ${time} s, ${rate}/s\n`;
}

interface Operands {
  readonly text: ReadonlyMap<string, string>;
  readonly block: number;
  readonly count: number;
  readonly skip: number;
  readonly seek: number;
}

function* readOperands(tool: Context): Sys<Operands> {
  const text = new Map<string, string>();
  for (const arg of tool.args) {
    const cut = arg.indexOf('=');
    const name = cut < 0 ? '' : arg.slice(0, cut);
    if (
      ![
        'if',
        'of',
        'bs',
        'ibs',
        'obs',
        'count',
        'skip',
        'seek',
        'conv',
        'status',
        'iflag',
        'oflag',
      ].includes(name)
    ) {
      if (tool.busybox) yield* tool.usage();
      yield* tool.usage(`unrecognized operand '${arg}'`);
    }
    text.set(name, arg.slice(cut + 1));
  }
  const number = function* (name: string, otherwise: number): Sys<number> {
    const given = text.get(name);
    if (given === undefined) return otherwise;
    const value = sizeOf(given);
    if (value !== undefined) return value;
    return yield* tool.fail(`invalid number${tool.busybox ? '' : ':'} '${given}'`);
  };
  return {
    text,
    block: yield* number('bs', yield* number('ibs', 512)),
    count: yield* number('count', Infinity),
    skip: yield* number('skip', 0),
    seek: yield* number('seek', 0),
  };
}

function* openFile(tool: Context, path: string, output: boolean, keep: boolean): Sys<number> {
  try {
    if (!output) return yield* sys.open(path, { read: true });
    return yield* sys.open(path, { write: true, create: true, truncate: !keep });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    return yield* tool.fail(
      tool.busybox ? `can't open '${path}': ${reason}` : `failed to open '${path}': ${reason}`,
    );
  }
}

/** Fills a block, unless the input ends or is a pipe that gave less. */
function* readBlock(fd: number, size: number): Sys<Uint8Array> {
  return yield* sys.read(fd, size);
}

function* runDd(tool: Context): Sys<number> {
  const { text, block, count, skip, seek } = yield* readOperands(tool);
  const keep = (text.get('conv') ?? '').split(',').includes('notrunc');
  const input = text.has('if') ? yield* openFile(tool, text.get('if')!, false, false) : 0;
  const output = text.has('of')
    ? yield* openFile(tool, text.get('of')!, true, keep || seek > 0)
    : 1;
  const begin = (yield* sys.clock()).monotonicUs;
  for (let i = 0; i < skip; i++) if ((yield* readBlock(input, block)).length === 0) break;
  if (seek > 0) {
    yield* sys.lseek(output, seek * block, 'set');
    if (!keep) yield* sys.ftruncate(output, seek * block);
  }
  let counts: Counts = { fullIn: 0, partIn: 0, fullOut: 0, partOut: 0, bytes: 0 };
  for (let i = 0; i < count; i++) {
    ({ i, counts } = yield* sys.turn('dd', { i, counts }));
    const bytes = yield* readBlock(input, block);
    if (bytes.length === 0) break;
    const full = bytes.length === block ? 1 : 0;
    counts = {
      fullIn: counts.fullIn + full,
      partIn: counts.partIn + 1 - full,
      fullOut: counts.fullOut + full,
      partOut: counts.partOut + 1 - full,
      bytes: counts.bytes + bytes.length,
    };
    yield* sys.write(output, bytes);
  }
  const us = (yield* sys.clock()).monotonicUs - begin;
  const status = text.get('status');
  if (status === 'none') return 0;
  const said = summary(tool, counts, us);
  yield* tool.say(status === 'noxfer' ? said.split('\n').slice(0, 2).join('\n') + '\n' : said);
  return 0;
}

function* runTruncate(tool: Context): Sys<number> {
  const { values, flags, operands } = yield* tool.options({
    short: 'cs:r:o',
    long: { size: '=s', reference: '=r', 'no-create': 'c' },
  });
  const size = /^([-+<>/%]?)(.*)$/.exec(values.get('s') ?? '')!;
  const number = sizeOf(size[2]!);
  if (!values.has('s'))
    yield* tool.usage(
      tool.busybox ? undefined : "you must specify either '--size' or '--reference'",
    );
  if (number === undefined) return yield* tool.fail(`Invalid number: '${values.get('s')!}'`);
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing file operand');
  for (const path of operands) {
    const there = yield* statOrNone(path);
    if (!there && flags.has('c')) continue;
    const before = there?.size ?? 0;
    const next =
      size[1] === '+' ? before + number : size[1] === '-' ? Math.max(0, before - number) : number;
    try {
      const fd = yield* sys.open(path, { write: true, create: true });
      yield* sys.ftruncate(fd, next);
      yield* sys.close(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      yield* tool.warn(
        tool.busybox ? `${path}: open: ${reason}` : `cannot open '${path}' for writing: ${reason}`,
      );
    }
  }
  return tool.status;
}

/** CRC of POSIX cksum: polynomial 04C11DB7, the length behind the bytes. */
function crc(bytes: Uint8Array): number {
  let value = 0;
  const take = (byte: number) => {
    value ^= byte << 24;
    for (let i = 0; i < 8; i++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  };
  for (const byte of bytes) take(byte);
  for (let n = bytes.length; n > 0; n = Math.floor(n / 256)) take(n % 256);
  return ~value >>> 0;
}

function* runCksum(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: '' });
  for (const path of operands.length > 0 ? operands : ['-']) {
    const bytes = yield* tool.input(path);
    if (!bytes) continue;
    const name = operands.length > 0 ? ` ${path}` : '';
    yield* tool.print(`${crc(bytes)} ${bytes.length}${name}\n`);
  }
  return tool.status;
}

export const BLOCK_TOOLS: readonly Tool[] = [
  { name: 'dd', run: runDd },
  { name: 'truncate', run: runTruncate },
  { name: 'cksum', run: runCksum },
];
