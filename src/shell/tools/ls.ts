/** ls. Models coreutils `ls.c` and BusyBox `ls.c`: their columns, sizes and times differ. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { DAY_NAMES, formatTime, MONTH_NAMES } from '../time-format';
import { compareText } from '../exec/variables';
import { joinPath } from './files';
import { modeText } from './mode';
import { groupName, readNames, userName, type Names } from './owners';
import { humanSize } from './sizes';
import { type Context, type Tool } from './tool';

interface Item {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
  readonly target?: string;
  /** What a link leads to, where that matters. */
  readonly leadsToDirectory: boolean;
}

interface Settings {
  readonly flags: ReadonlySet<string>;
  readonly long: boolean;
  readonly columns: 'one' | 'down' | 'across' | 'comma';
  readonly width: number;
  readonly color: boolean;
  readonly nowUs: number;
  readonly names: Names;
}

/** Half a year: older (or future) times show the year. */
const RECENT_US = 31_556_952_000_000 / 2;

function* load(tool: Context, path: string, name: string, follow: boolean): Sys<Item | undefined> {
  try {
    const stat = follow ? yield* sys.stat(path) : yield* sys.lstat(path);
    if (stat.type !== 'symlink') return { name, path, stat, leadsToDirectory: false };
    const target = yield* sys.readlink(path);
    let leadsToDirectory = false;
    try {
      leadsToDirectory = (yield* sys.stat(path)).type === 'dir';
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    return { name, path, stat, target, leadsToDirectory };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    yield* tool.warn(tool.busybox ? `${path}: ${reason}` : `cannot access '${path}': ${reason}`);
    tool.status = tool.busybox ? 1 : 2;
    return undefined;
  }
}

function sortItems(items: readonly Item[], flags: ReadonlySet<string>): Item[] {
  const list = [...items];
  if (flags.has('U') || flags.has('f')) return list;
  const time = (i: Item) =>
    flags.has('u') ? i.stat.atimeUs : flags.has('c') ? i.stat.ctimeUs : i.stat.mtimeUs;
  const extension = (n: string) => (n.includes('.') ? n.slice(n.lastIndexOf('.')) : '');
  list.sort((a, b) => {
    if (flags.has('dirs-first') && (a.stat.type === 'dir') !== (b.stat.type === 'dir'))
      return a.stat.type === 'dir' ? -1 : 1;
    let order = 0;
    if (flags.has('S')) order = b.stat.size - a.stat.size;
    else if (flags.has('t')) order = time(b) - time(a);
    else if (flags.has('X')) order = compareText(extension(a.name), extension(b.name));
    else if (flags.has('v')) order = compareVersions(a.name, b.name);
    return order !== 0 ? order : compareText(a.name, b.name);
  });
  return flags.has('r') ? list.reverse() : list;
}

export function compareVersions(a: string, b: string): number {
  const pieces = (t: string) => t.match(/\d+|\D+/g) ?? [];
  const x = pieces(a);
  const y = pieces(b);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const p = x[i] ?? '';
    const q = y[i] ?? '';
    if (/^\d/.test(p) && /^\d/.test(q)) {
      if (Number(p) !== Number(q)) return Number(p) - Number(q);
    } else if (p !== q) return compareText(p, q);
  }
  return compareText(a, b);
}

function mark(item: Item, flags: ReadonlySet<string>): string {
  const { type, mode } = item.stat;
  if (type === 'dir') return flags.has('F') || flags.has('p') ? '/' : '';
  if (!flags.has('F')) return '';
  if (type === 'symlink') return '@';
  if (type === 'fifo') return '|';
  if (type === 'socket') return '=';
  return mode & 0o111 ? '*' : '';
}

const COLORS: Readonly<Record<string, string>> = {
  dir: '01;34',
  symlink: '01;36',
  fifo: '40;33',
  socket: '01;35',
  char: '40;33;01',
  block: '40;33;01',
};

function painted(item: Item, settings: Settings): string {
  if (!settings.color) return item.name;
  const code = COLORS[item.stat.type] ?? (item.stat.mode & 0o111 ? '01;32' : undefined);
  return code === undefined ? item.name : `\x1b[${code}m${item.name}\x1b[0m`;
}

const blocksOf = (stat: FileStat) =>
  stat.type === 'symlink' || stat.type === 'char' || stat.type === 'block' || stat.type === 'fifo'
    ? 0
    : Math.ceil(stat.size / 4096) * 4;

function timeText(us: number, settings: Settings): string {
  const date = new Date(Math.floor(us / 1000));
  if (settings.flags.has('full-time')) return `${formatTime('%Y-%m-%d %H:%M:%S.%N %z', us)}`;
  const style = settings.flags.has('long-iso');
  if (style) return formatTime('%Y-%m-%d %H:%M', us);
  const head = `${MONTH_NAMES[date.getUTCMonth()]!} ${String(date.getUTCDate()).padStart(2)}`;
  const recent = us > settings.nowUs - RECENT_US && us <= settings.nowUs + 3_600_000_000;
  return recent ? `${head} ${formatTime('%H:%M', us)}` : `${head}  ${date.getUTCFullYear()}`;
}

function fullTimeAsh(us: number): string {
  const date = new Date(Math.floor(us / 1000));
  return `${DAY_NAMES[date.getUTCDay()]!} ${formatTime('%b %e %H:%M:%S %Y', us)}`;
}

function sizeText(item: Item, settings: Settings): string {
  const { stat } = item;
  if (stat.type === 'char' || stat.type === 'block') {
    const major = Math.floor(stat.rdev / 256);
    return `${major}, ${String(stat.rdev % 256).padStart(3)}`;
  }
  return settings.flags.has('h') ? humanSize(stat.size, 'ls') : String(stat.size);
}

function longLines(items: readonly Item[], settings: Settings, busybox: boolean): string[] {
  const { flags, names } = settings;
  const rows = items.map((item) => {
    const { stat } = item;
    const numeric = flags.has('n');
    const when = flags.has('u') ? stat.atimeUs : flags.has('c') ? stat.ctimeUs : stat.mtimeUs;
    return {
      inode: String(stat.ino),
      blocks: String(blocksOf(stat)),
      mode: modeText(stat),
      links: String(stat.nlink),
      owner: numeric ? String(stat.uid) : userName(names, stat.uid),
      group: numeric ? String(stat.gid) : groupName(names, stat.gid),
      size: sizeText(item, settings),
      time: busybox && flags.has('full-time') ? fullTimeAsh(when) : timeText(when, settings),
      name:
        painted(item, settings) +
        (item.target === undefined ? mark(item, flags) : ` -> ${item.target}`),
    };
  });
  const widest = (key: keyof (typeof rows)[number]) =>
    Math.max(0, ...rows.map((r) => r[key].length));
  const [inodes, blocks, links, owners, groups, sizes] = (
    ['inode', 'blocks', 'links', 'owner', 'group', 'size'] as const
  ).map(widest);
  return rows.map((r) => {
    let line = '';
    if (flags.has('i')) line += `${r.inode.padStart(busybox ? 7 : inodes!)} `;
    if (flags.has('s')) line += `${r.blocks.padStart(busybox ? 6 : blocks!)} `;
    if (busybox) {
      line += `${r.mode} ${r.links.padStart(4)} `;
      if (!flags.has('g')) line += `${r.owner.padEnd(8)} `;
      line += `${r.group.padEnd(8)} `;
      return `${line}${r.size.padStart(9)} ${r.time} ${r.name}`;
    }
    line += `${r.mode} ${r.links.padStart(links!)} `;
    if (!flags.has('g'))
      line += `${flags.has('n') ? r.owner.padStart(owners!) : r.owner.padEnd(owners!)} `;
    if (!flags.has('o') && !flags.has('G'))
      line += `${flags.has('n') ? r.group.padStart(groups!) : r.group.padEnd(groups!)} `;
    return `${line}${r.size.padStart(sizes!)} ${r.time} ${r.name}`;
  });
}

function cells(
  items: readonly Item[],
  settings: Settings,
  busybox: boolean,
): { text: string; width: number }[] {
  const { flags } = settings;
  const inodes = Math.max(0, ...items.map((i) => String(i.stat.ino).length));
  const blocks = Math.max(0, ...items.map((i) => String(blocksOf(i.stat)).length));
  return items.map((item) => {
    let head = '';
    if (flags.has('i')) head += `${String(item.stat.ino).padStart(busybox ? 7 : inodes)} `;
    if (flags.has('s')) head += `${String(blocksOf(item.stat)).padStart(busybox ? 6 : blocks)} `;
    if (flags.has('Z')) head += '? ';
    const tail = mark(item, flags);
    return {
      text: head + painted(item, settings) + tail,
      width: head.length + item.name.length + tail.length,
    };
  });
}

/** As many columns as fit, each as wide as its longest name and two spaces. */
function columnLines(
  list: readonly { text: string; width: number }[],
  settings: Settings,
  busybox: boolean,
): string[] {
  const { width, columns } = settings;
  const down = columns === 'down';
  if (list.length === 0) return [];
  if (busybox) {
    const cell = Math.max(...list.map((c) => c.width)) + 2;
    const perRow = Math.max(1, Math.floor(width / cell));
    return layout(list, down, Math.ceil(list.length / perRow), perRow, () => cell, false);
  }
  let best = { rows: list.length, perRow: 1, widths: [0] };
  for (let perRow = Math.min(list.length, Math.floor(width / 3)); perRow > 1; perRow--) {
    const rows = Math.ceil(list.length / perRow);
    const widths: number[] = [];
    list.forEach((c, i) => {
      const column = down ? Math.floor(i / rows) : i % perRow;
      widths[column] = Math.max(widths[column] ?? 0, c.width + 2);
    });
    const total = widths.reduce((a, b) => a + b, 0) - 2;
    if (total < width) {
      best = { rows, perRow, widths };
      break;
    }
  }
  return layout(list, down, best.rows, best.perRow, (c) => best.widths[c] ?? 0, true);
}

function layout(
  list: readonly { text: string; width: number }[],
  down: boolean,
  rows: number,
  perRow: number,
  widthOf: (column: number) => number,
  tabs: boolean,
): string[] {
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    let line = '';
    let at = 0;
    let start = 0;
    for (let c = 0; c < perRow; c++) {
      const item = list[down ? c * rows + r : r * perRow + c];
      if (!item) break;
      if (c > 0) {
        line += indent(at, start, tabs);
        at = start;
      }
      line += item.text;
      at += item.width;
      start += widthOf(c);
    }
    lines.push(line);
  }
  return lines;
}

/** GNU ls fills with tabs of eight where they fit. */
function indent(from: number, to: number, tabs: boolean): string {
  let out = '';
  let at = from;
  while (at < to) {
    if (tabs && Math.floor(to / 8) > Math.floor((at + 1) / 8)) {
      out += '\t';
      at += 8 - (at % 8);
    } else {
      out += ' ';
      at++;
    }
  }
  return out;
}

function commaLines(list: readonly { text: string; width: number }[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  list.forEach((item, i) => {
    const piece = item.text + (i < list.length - 1 ? ',' : '');
    if (line !== '' && line.length + 1 + piece.length + (i < list.length - 1 ? 1 : 0) > width) {
      lines.push(line);
      line = piece;
    } else line += (line === '' ? '' : ' ') + piece;
  });
  if (line !== '') lines.push(line);
  return lines;
}

function* show(tool: Context, items: readonly Item[], settings: Settings): Sys<void> {
  const list = sortItems(items, settings.flags);
  if (settings.long) {
    for (const line of longLines(list, settings, tool.busybox)) yield* tool.print(`${line}\n`);
    return;
  }
  const shown = cells(list, settings, tool.busybox);
  const lines =
    settings.columns === 'one'
      ? shown.map((c) => c.text)
      : settings.columns === 'comma'
        ? commaLines(shown, settings.width)
        : columnLines(shown, settings, tool.busybox);
  for (const line of lines) yield* tool.print(`${line}\n`);
}

function* showDirectory(
  tool: Context,
  path: string,
  settings: Settings,
  titled: boolean,
  first: boolean,
): Sys<void> {
  const { flags } = settings;
  let entries;
  try {
    entries = yield* sys.readdir(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    yield* tool.warn(
      tool.busybox
        ? `can't open '${path}': ${reason}`
        : `cannot open directory '${path}': ${reason}`,
    );
    return;
  }
  const names = entries.map((e) => e.name).filter((n) => n !== '.' && n !== '..');
  const hidden = flags.has('a') || flags.has('A') || flags.has('f');
  const visible = names.filter((n) => hidden || !n.startsWith('.'));
  if (flags.has('a') || flags.has('f')) visible.unshift('.', '..');
  const items: Item[] = [];
  for (const name of visible) {
    const item = yield* load(tool, joinPath(path, name), name, flags.has('L'));
    if (item) items.push(item);
  }
  if (titled) yield* tool.print(`${first ? '' : '\n'}${path}:\n`);
  if (settings.long || flags.has('s')) {
    const total = items.reduce((sum, i) => sum + blocksOf(i.stat), 0);
    yield* tool.print(`total ${flags.has('h') ? humanSize(total * 1024, 'ls') : total}\n`);
  }
  yield* show(tool, items, settings);
  if (!flags.has('R')) return;
  for (const item of sortItems(items, flags)) {
    if (item.stat.type !== 'dir' || item.name === '.' || item.name === '..') continue;
    yield* showDirectory(tool, joinPath(path, item.name), settings, true, false);
  }
}

const LONG_NAMES = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  'human-readable': 'h',
  inode: 'i',
  'numeric-uid-gid': 'n',
  reverse: 'r',
  recursive: 'R',
  size: 's',
  classify: '?F',
  color: '?color',
  'full-time': 'full-time',
  'group-directories-first': 'dirs-first',
  dereference: 'L',
  width: '=w',
  sort: '=sort',
  time: '=time',
  'time-style': '=style',
  'no-group': 'G',
};

function* settingsFor(tool: Context): Sys<{ settings: Settings; operands: readonly string[] }> {
  const parsed = yield* tool.options({
    short: tool.busybox
      ? '1AaCxdLHRFplinshrSXvctuw:gT:'
      : '1AaCxdLHRFplinshrSXvctuw:gogGmkUfqQNbBZT:I:D',
    long: LONG_NAMES,
  });
  const flags = new Set(parsed.flags);
  const sort = parsed.values.get('sort');
  if (sort !== undefined)
    flags.add({ size: 'S', time: 't', extension: 'X', version: 'v', none: 'U' }[sort] ?? 'sort');
  if (parsed.values.get('style')?.endsWith('long-iso')) flags.add('long-iso');
  const long = ['l', 'n', 'g', 'o', 'full-time'].some((f) => flags.has(f));
  // `ls -c` and `-u` without `-l` sort by that time.
  if (!long && (flags.has('c') || flags.has('u')) && !flags.has('S')) flags.add('t');
  const terminal = yield* sys.isatty(1);
  let columns: Settings['columns'] = terminal ? 'down' : 'one';
  for (const [name] of parsed.all) {
    if (name === '1') columns = 'one';
    if (name === 'C') columns = 'down';
    if (name === 'x') columns = 'across';
    if (name === 'm') columns = 'comma';
  }
  let width = Number(parsed.values.get('w') ?? tool.env['COLUMNS'] ?? '0');
  if (!width) width = terminal ? (yield* sys.winsize(1)).cols : 80;
  const wanted = parsed.values.get('color');
  const color =
    wanted !== undefined &&
    (wanted === '' || wanted === 'always' || (wanted === 'auto' && terminal));
  const settings = {
    flags,
    long,
    columns,
    width,
    color,
    nowUs: (yield* sys.clock()).unixUs,
    names: yield* readNames(),
  };
  return { settings, operands: parsed.operands.length > 0 ? parsed.operands : ['.'] };
}

function* run(tool: Context): Sys<number> {
  const { settings, operands } = yield* settingsFor(tool);
  const { flags } = settings;
  const files: Item[] = [];
  const dirs: Item[] = [];
  for (const path of operands) {
    const follow =
      flags.has('L') || flags.has('H') || (!settings.long && !flags.has('d') && !flags.has('F'));
    let item = yield* load(tool, path, path, follow && !flags.has('d'));
    if (!item && follow) item = undefined;
    if (!item) continue;
    const directory = item.stat.type === 'dir' && !flags.has('d');
    (directory ? dirs : files).push(item);
  }
  if (files.length > 0) yield* show(tool, files, settings);
  const titled = operands.length > 1 || flags.has('R');
  let first = files.length === 0;
  for (const dir of sortItems(dirs, flags)) {
    yield* showDirectory(tool, dir.path, settings, titled, first);
    first = false;
  }
  return tool.status;
}

export const ls: Tool = {
  name: 'ls',
  run,
  usageStatus: 2,
  usage: `ls [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...

List directory contents

	-1	One column output
	-a	Include names starting with .
	-A	Like -a, but exclude . and ..
	-x	List by lines
	-d	List directory names, not contents
	-L	Follow symlinks
	-H	Follow symlinks on command line
	-R	Recurse
	-p	Append / to directory names
	-F	Append indicator (one of */=@|) to names
	-l	Long format
	-i	List inode numbers
	-n	List numeric UIDs and GIDs instead of names
	-s	List allocated blocks
	-lc	List ctime
	-lu	List atime
	--full-time	List full date/time
	-h	Human readable sizes (1K 243M 2G)
	--group-directories-first
	-S	Sort by size
	-X	Sort by extension
	-v	Sort by version
	-t	Sort by mtime
	-tc	Sort by ctime
	-tu	Sort by atime
	-r	Reverse sort order
	-w N	Format N columns wide
	--color[={always,never,auto}]`,
};
