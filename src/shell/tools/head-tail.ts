/** head and tail, with `tail -f`. Models coreutils `head.c`, `tail.c` and BusyBox. */
import { concatBytes } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { type Context, type Tool } from './tool';

interface Count {
  readonly unit: 'lines' | 'bytes';
  readonly number: number;
  /** `-n -3` of head: all but the last; `-n +3` of tail: from there on. */
  readonly sign: '' | '-' | '+';
}

const FACTORS: Readonly<Record<string, number>> = {
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  KB: 1000,
  m: 1 << 20,
  M: 1 << 20,
  MB: 1_000_000,
  G: 1 << 30,
};

function* parseCount(tool: Context, text: string, unit: Count['unit']): Sys<Count> {
  const match = /^([-+]?)(\d+)(b|kB|KB|k|K|MB|m|M|G)?$/.exec(text);
  if (!match) {
    if (tool.busybox) return yield* tool.fail(`invalid number '${text}'`);
    return yield* tool.fail(`invalid number of ${unit}: '${text}'`);
  }
  const number = Number(match[2]) * (FACTORS[match[3] ?? ''] ?? 1);
  return { unit, number, sign: match[1] as Count['sign'] };
}

/** The old forms `-5`, `-5c`, and of tail `+5`. */
function obsolete(args: readonly string[], tail: boolean): string[] {
  return args.flatMap((arg, i) => {
    const match = /^-(\d+)([cl]?)([qvf]*)$/.exec(arg);
    if (match && (i === 0 || !/^-[nc]$/.test(args[i - 1]!))) {
      return [match[2] === 'c' ? '-c' : '-n', match[1]!, ...[...match[3]!].map((l) => `-${l}`)];
    }
    const plus = tail && i === 0 ? /^\+(\d+)([cl]?)$/.exec(arg) : null;
    return plus ? [plus[2] === 'c' ? '-c' : '-n', `+${plus[1]!}`] : [arg];
  });
}

const LONG = { lines: '=n', bytes: '=c', quiet: 'q', silent: 'q', verbose: 'v' };

function* parse(tool: Context, tail: boolean) {
  const options = yield* tool.options(
    tail
      ? {
          short: 'c:n:qvfFs:z',
          long: { ...LONG, follow: '?f', retry: 'F', 'sleep-interval': '=s', pid: '=pid' },
        }
      : { short: 'c:n:qvz', long: LONG },
    obsolete(tool.args, tail),
  );
  let count: Count = { unit: 'lines', number: 10, sign: '' };
  for (const [name, value] of options.all) {
    if (name === 'n') count = yield* parseCount(tool, value!, 'lines');
    if (name === 'c') count = yield* parseCount(tool, value!, 'bytes');
  }
  return { options, count, files: options.operands.length > 0 ? options.operands : ['-'] };
}

function* openInput(tool: Context, path: string): Sys<number | undefined> {
  if (path === '-') return 0;
  try {
    return yield* sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (tool.busybox) {
      const failed = tool.name === 'head' ? path : `can't open '${path}'`;
      yield* tool.warn(`${failed}: ${errnoText(error.errno)}`);
    } else yield* tool.warn(`cannot open '${path}' for reading: ${errnoText(error.errno)}`);
    return undefined;
  }
}

function* title(tool: Context, path: string, first: boolean): Sys<void> {
  yield* tool.print(`${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
}

/** Prints the first part while it reads, so that a pipe's writer can be told to stop. */
function* headFrom(tool: Context, fd: number, count: Count): Sys<void> {
  if (count.sign === '-') {
    const all = yield* sys.readAll(fd);
    yield* tool.print(all.slice(0, cutFromEnd(all, count)));
    return;
  }
  let left = count.number;
  while (left > 0) {
    const bytes = yield* sys.read(fd, count.unit === 'bytes' ? Math.min(left, 65536) : 65536);
    if (bytes.length === 0) return;
    if (count.unit === 'bytes') {
      left -= bytes.length;
      yield* tool.print(bytes);
      continue;
    }
    let end = 0;
    while (end < bytes.length && left > 0) if (bytes[end++] === 10) left--;
    yield* tool.print(bytes.slice(0, end));
    yield* tool.flush();
    if (left === 0 && end < bytes.length) yield* giveBack(fd, bytes.length - end);
  }
}

/** What was read too far stays for the next reader, where the file can be sought. */
function* giveBack(fd: number, bytes: number): Sys<void> {
  try {
    yield* sys.lseek(fd, -bytes, 'cur');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

/** Where the last `count` lines or bytes begin. */
function cutFromEnd(all: Uint8Array, count: Count): number {
  if (count.unit === 'bytes') return Math.max(0, all.length - count.number);
  if (count.number === 0) return all.length;
  let left = count.number;
  let i = all.length;
  if (all[i - 1] === 10) i--;
  for (; i > 0; i--) {
    if (all[i - 1] === 10 && --left === 0) return i;
  }
  return 0;
}

function cutFromStart(all: Uint8Array, count: Count): number {
  const skip = Math.max(0, count.number - 1);
  if (count.unit === 'bytes') return Math.min(skip, all.length);
  let left = skip;
  let i = 0;
  while (i < all.length && left > 0) if (all[i++] === 10) left--;
  return i;
}

function* runHead(tool: Context): Sys<number> {
  const { options, count, files } = yield* parse(tool, false);
  const titled = options.flags.has('v') || (files.length > 1 && !options.flags.has('q'));
  let first = true;
  for (const path of files) {
    const fd = yield* openInput(tool, path);
    if (fd === undefined) continue;
    if (titled) yield* title(tool, path, first);
    first = false;
    try {
      yield* headFrom(tool, fd, count);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EISDIR') throw error;
      if (tool.busybox) yield* tool.warn('read error: Is a directory');
      else yield* tool.warn(`error reading '${path}': Is a directory`);
    }
    if (fd !== 0) yield* sys.close(fd);
  }
  return tool.status;
}

function* runTail(tool: Context): Sys<number> {
  const { options, count, files } = yield* parse(tool, true);
  const titled = options.flags.has('v') || (files.length > 1 && !options.flags.has('q'));
  const follow = options.flags.has('f') || options.flags.has('F');
  const resumed = tool.start.resume as Followed | undefined;
  if (resumed)
    yield* followFiles(tool, resumed.open, titled, Number(options.values.get('s') ?? '1'));
  let first = true;
  const open: { path: string; fd: number }[] = [];
  for (const path of files) {
    const fd = yield* openInput(tool, path);
    if (fd === undefined) continue;
    try {
      const all = yield* sys.readAll(fd);
      if (titled) yield* title(tool, path, first);
      first = false;
      yield* tool.print(
        all.slice(count.sign === '+' ? cutFromStart(all, count) : cutFromEnd(all, count)),
      );
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EISDIR') throw error;
      if (tool.busybox) yield* tool.warn('read error: Is a directory');
      else yield* tool.warn(`error reading '${path}': Is a directory`);
    }
    if (follow && path !== '-') open.push({ path, fd });
    else if (fd !== 0) yield* sys.close(fd);
  }
  if (!follow && options.operands.length > 0 && tool.status !== 0 && tool.busybox)
    yield* tool.flush();
  if (open.length > 0) {
    yield* tool.flush();
    yield* followFiles(tool, open, titled, Number(options.values.get('s') ?? '1'));
  }
  return tool.status;
}

/** What a checkpoint keeps. */
interface Followed {
  readonly open: readonly { readonly path: string; readonly fd: number }[];
  readonly last: string;
}

/** Looks for new text once a second, as tail does without inotify. */
function* followFiles(
  tool: Context,
  open: readonly { path: string; fd: number }[],
  titled: boolean,
  seconds: number,
): Sys<never> {
  let last = (tool.start.resume as Followed | undefined)?.last ?? open.at(-1)!.path;
  for (let turn = 1; ; turn++) {
    for (const { path, fd } of open) {
      const { size } = yield* sys.fstat(fd);
      const at = yield* sys.lseek(fd, 0, 'cur');
      if (size < at) {
        yield* sys.write(2, `tail: ${path}: file truncated\n`);
        yield* sys.lseek(fd, 0, 'set');
      }
      const parts: Uint8Array[] = [];
      for (let part = yield* sys.read(fd); part.length > 0; part = yield* sys.read(fd))
        parts.push(part);
      if (parts.length === 0) continue;
      if (titled && last !== path) yield* title(tool, path, false);
      last = path;
      yield* tool.print(concatBytes(parts));
      yield* tool.flush();
    }
    yield* sys.sleep(Math.max(seconds, 0.01) * 1e6);
    if (turn % 16 === 0) yield* sys.checkpoint({ open, last } satisfies Followed);
  }
}

export const head: Tool = {
  name: 'head',
  run: runHead,
  usage: `head [OPTIONS] [FILE]...

Print first 10 lines of FILEs (or stdin).
With more than one FILE, precede each with a filename header.

	-n N[bkm]	Print first N lines
	-n -N[bkm]	Print all except N last lines
	-c [-]N[bkm]	Print first N bytes
	-q		Never print headers
	-v		Always print headers`,
};
export const tail: Tool = { name: 'tail', run: runTail };
