/** df, du, mount, umount. Models coreutils `df.c`, `du.c`, util-linux `mount.c` and BusyBox's. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { joinPath, statOrNone } from './files';
import { humanSize } from './sizes';
import { type Context, type Options, type Tool } from './tool';

/** Space on disk: whole blocks of 4 KiB. A directory takes one, a short symbolic link none. */
function diskBytes(stat: FileStat): number {
  if (stat.type === 'dir') return Math.max(4096, Math.ceil(stat.size / 4096) * 4096);
  return stat.type === 'file' ? Math.ceil(stat.size / 4096) * 4096 : 0;
}

interface Walk {
  readonly tool: Context;
  readonly options: Options;
  readonly maxDepth: number;
  readonly seen: Set<string>;
}

function duSize(walk: Walk, bytes: number): string {
  const { flags } = walk.options;
  if (flags.has('h')) {
    if (!walk.tool.busybox) return humanSize(bytes, 'ls');
    return busyboxHuman(bytes);
  }
  if (flags.has('b')) return String(bytes);
  return String(Math.ceil(bytes / (flags.has('m') ? 1_048_576 : 1024)));
}

function busyboxHuman(bytes: number): string {
  if (bytes === 0) return '0';
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)}${'KMGTP'[unit]!}`;
}

function* duTree(walk: Walk, path: string, depth: number): Sys<number> {
  const { tool, options } = walk;
  const stat = yield* statOrNone(path, options.flags.has('L'));
  if (!stat) {
    const reason = 'No such file or directory';
    yield* tool.warn(tool.busybox ? `${path}: ${reason}` : `cannot access '${path}': ${reason}`);
    return 0;
  }
  const key = `${stat.dev}:${stat.ino}`;
  if (stat.type !== 'dir' && stat.nlink > 1) {
    if (walk.seen.has(key)) return 0;
    walk.seen.add(key);
  }
  const apparent = options.flags.has('b') || options.flags.has('apparent');
  let total = apparent ? stat.size : diskBytes(stat);
  if (stat.type === 'dir') {
    try {
      for (const entry of yield* sys.readdir(path))
        total += yield* duTree(walk, joinPath(path, entry.name), depth + 1);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(`cannot read directory '${path}': ${errnoText(error.errno)}`);
    }
  }
  const shown = depth === 0 || stat.type === 'dir' || options.flags.has('a');
  if (shown && depth <= walk.maxDepth) yield* tool.print(`${duSize(walk, total)}\t${path}\n`);
  return total;
}

function* runDu(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: 'aHLd:clsxhmkb',
    long: tool.busybox
      ? {}
      : {
          all: 'a',
          summarize: 's',
          'max-depth': '=d',
          total: 'c',
          'human-readable': 'h',
          bytes: 'b',
          'apparent-size': 'apparent',
          'one-file-system': 'x',
        },
  });
  const { flags, values, operands } = options;
  const maxDepth = flags.has('s') ? 0 : Number(values.get('d') ?? Infinity);
  const walk: Walk = { tool, options, maxDepth, seen: new Set() };
  let total = 0;
  for (const path of operands.length > 0 ? operands : ['.']) total += yield* duTree(walk, path, 0);
  if (flags.has('c')) yield* tool.print(`${duSize(walk, total)}\ttotal\n`);
  return tool.status;
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

function* mounts(): Sys<Mount[]> {
  let text = '';
  try {
    text = yield* sys.readText('/proc/mounts');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return text
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => l.split(' '))
    .map(([source, target, type, options]) => ({
      source: source!,
      target: target!.replaceAll('\\040', ' '),
      type: type!,
      options: options ?? 'rw',
    }));
}

type Row = readonly string[];

function* dfRow(
  tool: Context,
  options: Options,
  path: string,
  mount?: Mount,
): Sys<Row | undefined> {
  let info;
  try {
    info = yield* sys.statfs(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (tool.busybox && error.errno === 'ENOENT')
      yield* tool.warn(`${path}: can't find mount point`);
    else yield* tool.warn(`${path}: ${errnoText(error.errno)}`);
    return undefined;
  }
  const { flags, values } = options;
  const used = info.totalBytes - info.freeBytes;
  const block = flags.has('m') ? 1_048_576 : blockSize(values.get('B'));
  const size = (bytes: number) =>
    flags.has('h')
      ? bytes === 0
        ? '0'
        : tool.busybox
          ? busyboxHuman(bytes)
          : humanSize(bytes, 'ls')
      : String(Math.ceil(bytes / block));
  const percent =
    info.totalBytes === 0
      ? tool.busybox
        ? '0%'
        : '-'
      : `${Math.ceil((used / info.totalBytes) * 100)}%`;
  return [
    mount?.source ?? info.source,
    ...(flags.has('T') ? [mount?.type ?? info.type] : []),
    size(info.totalBytes),
    size(used),
    size(info.freeBytes),
    percent,
    mount?.target ?? info.mountPoint,
  ];
}

function blockSize(text: string | undefined): number {
  const match = /^(\d*)([KMGT]?)/.exec(text ?? '1K')!;
  const unit = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }[match[2]!]!;
  return Number(match[1] || 1) * unit;
}

function dfTitle(tool: Context, options: Options): string[] {
  const { flags, values } = options;
  const given = values.get('B');
  const posix = flags.has('P');
  const size = flags.has('h')
    ? 'Size'
    : flags.has('m')
      ? '1M-blocks'
      : given !== undefined
        ? given === '1'
          ? tool.busybox
            ? '1-blocks'
            : '1B-blocks'
          : `${given}-blocks`
        : posix
          ? '1024-blocks'
          : '1K-blocks';
  return [
    'Filesystem',
    ...(flags.has('T') ? ['Type'] : []),
    size,
    'Used',
    !tool.busybox && flags.has('h') ? 'Avail' : 'Available',
    posix ? 'Capacity' : 'Use%',
    'Mounted on',
  ];
}

function* runDf(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox ? 'PkmhTait:B:' : 'PkmhHTailt:x:B:',
    long: {
      'human-readable': 'h',
      'print-type': 'T',
      portability: 'P',
      all: 'a',
      local: 'l',
      type: '=t',
      'exclude-type': '=x',
      'block-size': '=B',
    },
  });
  const { flags, values, operands } = options;
  if (flags.has('i')) yield* tool.notSimulated('-i');
  const rows: Row[] = [];
  if (operands.length > 0) {
    for (const path of operands) {
      const row = yield* dfRow(tool, options, path);
      if (row) rows.push(row);
    }
  } else {
    for (const mount of yield* mounts()) {
      if (values.has('t') && mount.type !== values.get('t')) continue;
      if (values.get('x') === mount.type) continue;
      const row = yield* dfRow(tool, options, mount.target, mount);
      // Filesystems without a size are left out, as are those mounted over.
      const empty = /^0?$/.test(row?.at(flags.has('T') ? 2 : 1) ?? '');
      if (row && (flags.has('a') || !empty)) rows.push(row);
    }
  }
  if (rows.length === 0 && !tool.busybox) return tool.status || 1;
  yield* tool.print(dfTable(tool, options, rows));
  return tool.status;
}

function dfTable(tool: Context, options: Options, rows: readonly Row[]): string {
  const typed = options.flags.has('T');
  const title = dfTitle(tool, options);
  if (tool.busybox) return busyboxTable(options, title, rows);
  const table = [title, ...rows];
  const least = [14, ...(typed ? [4] : []), options.flags.has('h') ? 5 : 4, 5, 5, 4, 0];
  const width = least.map((w, i) => Math.max(w, ...table.map((r) => r[i]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, i) => {
          if (i === row.length - 1) return cell;
          return i === 0 || (typed && i === 1) ? cell.padEnd(width[i]!) : cell.padStart(width[i]!);
        })
        .join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function busyboxTable(options: Options, title: Row, rows: readonly Row[]): string {
  const typed = options.flags.has('T');
  const human = options.flags.has('h');
  const line = (row: Row, head: boolean) => {
    const cells = [...row];
    const source = cells.shift()!;
    const type = typed ? `${cells.shift()!.padEnd(10)} ` : '';
    const [size, used, free, percent, target] = cells;
    if (head) {
      const label = (human ? '     Size' : size!).padEnd(15);
      const share = options.flags.has('P') ? 'Capacity' : 'Use%';
      return `Filesystem           ${type}${label}Used Available ${share} Mounted on\n`;
    }
    const first =
      source.length > 20 && !options.flags.has('P')
        ? `${source}\n${' '.repeat(20)}`
        : source.padEnd(20);
    const numbers = `${(size ?? '').padStart(10)} ${used!.padStart(9)} ${free!.padStart(9)} ${percent!.padStart(3)}`;
    return `${first} ${type}${numbers.replace(/^ /, '')} ${target!}\n`;
  };
  return [line(title, true), ...rows.map((r) => line(r, false))].join('');
}

function* runMount(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 't:o:rwnvaBR',
    long: { types: '=t', options: '=o', bind: 'B', rbind: 'R', 'read-only': 'r', verbose: 'v' },
  });
  if (operands.length === 0) {
    for (const m of yield* mounts()) {
      if (values.has('t') && values.get('t') !== m.type) continue;
      yield* tool.print(`${m.source} on ${m.target} type ${m.type} (${m.options})\n`);
    }
    return 0;
  }
  const target = operands[1] ?? operands[0]!;
  const source = operands[1] === undefined ? 'none' : operands[0]!;
  const given = values.get('o') ?? '';
  const bind = flags.has('B') || flags.has('R') || /(^|,)r?bind(,|$)/.test(given);
  const list = [given, flags.has('r') ? 'ro' : ''].filter((o) => o !== '').join(',');
  try {
    yield* sys.mount(source, target, bind ? 'bind' : (values.get('t') ?? 'auto'), list);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    if (tool.busybox)
      return yield* tool.fail(`mounting ${source} on ${target} failed: ${reason}`, 255);
    const words: Partial<Record<string, string>> = {
      ENOENT: 'mount point does not exist.',
      EPERM: 'permission denied.',
      ENOTDIR: 'mount point is not a directory.',
    };
    return yield* tool.fail(`${target}: ${words[error.errno] ?? `mount failed: ${reason}.`}`, 32);
  }
  return 0;
}

function* runUmount(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: 'lfrnvaR', long: { lazy: 'l', force: 'f' } });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'bad usage');
  for (const path of operands) {
    try {
      yield* sys.umount(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      const words = {
        EINVAL: 'not mounted.',
        ENOENT: 'no mount point specified.',
        EBUSY: 'target is busy.',
      };
      if (tool.busybox) yield* tool.warn(`can't unmount ${path}: ${reason}`);
      else
        yield* tool.warn(
          `${path}: ${(words as Record<string, string>)[error.errno] ?? `${reason.toLowerCase()}.`}`,
        );
      tool.status = tool.busybox ? 1 : 32;
    }
  }
  return tool.status;
}

export const DISK_TOOLS: readonly Tool[] = [
  { name: 'df', run: runDf },
  { name: 'du', run: runDu },
  { name: 'mount', run: runMount },
  { name: 'umount', run: runUmount },
];
