/** cp, mv, chmod, chown, stat. Models coreutils and BusyBox. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { attempt, baseName, joinPath, removeTree, statOrNone } from './files';
import { applyMode, modeText, permissionText } from './mode';
import { groupName, readNames, readTable, userName, type Names } from './owners';
import { formatTime } from '../time-format';
import { type Context, type Tool } from './tool';

const cannot = (tool: Context) => (tool.busybox ? "can't" : 'cannot');

function* confirm(tool: Context, question: string): Sys<boolean> {
  yield* tool.flush();
  yield* sys.write(2, `${tool.name}: ${question}? `);
  const bytes: number[] = [];
  for (;;) {
    const got = yield* sys.read(0, 1);
    if (got.length === 0 || got[0] === 10) break;
    bytes.push(got[0]!);
  }
  return bytes[0] === 121 || bytes[0] === 89;
}

function* copyAttributes(path: string, stat: FileStat): Sys<void> {
  yield* sys.chown(path, stat.uid, stat.gid, false);
  if (stat.type !== 'symlink') yield* sys.chmod(path, stat.mode);
  yield* sys.utimes(path, stat.atimeUs, stat.mtimeUs);
}

function* copyFile(from: string, to: string, mode: number): Sys<void> {
  const input = yield* sys.open(from, { read: true });
  try {
    const output = yield* sys.open(to, { write: true, create: true, truncate: true }, mode & 0o777);
    for (;;) {
      const bytes = yield* sys.read(input);
      if (bytes.length === 0) break;
      yield* sys.write(output, bytes);
    }
    yield* sys.close(output);
  } finally {
    yield* sys.close(input);
  }
}

function* copyOne(tool: Context, from: string, to: string, flags: ReadonlySet<string>): Sys<void> {
  const deep = ['r', 'R', 'a'].some((f) => flags.has(f));
  const keepLinks = ['a', 'P', 'd'].some((f) => flags.has(f)) || (deep && !flags.has('L'));
  let stat: FileStat;
  try {
    stat = keepLinks ? yield* sys.lstat(from) : yield* sys.stat(from);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* tool.warn(`${cannot(tool)} stat '${from}': ${errnoText(error.errno)}`);
    return;
  }
  const there = yield* statOrNone(to);
  if (stat.type === 'dir') {
    if (!deep) {
      yield* tool.warn(
        tool.busybox
          ? `omitting directory '${from}'`
          : `-r not specified; omitting directory '${from}'`,
      );
      return;
    }
    if (
      !there &&
      !(yield* attempt(
        tool,
        sys.mkdir(to, stat.mode),
        (r) => `${cannot(tool)} create directory '${to}': ${r}`,
      ))
    )
      return;
    if (flags.has('v')) yield* tool.print(`'${from}' -> '${to}'\n`);
    for (const entry of yield* sys.readdir(from)) {
      if (entry.name !== '.' && entry.name !== '..')
        yield* copyOne(tool, joinPath(from, entry.name), joinPath(to, entry.name), flags);
    }
  } else {
    if (there && there.dev === stat.dev && there.ino === stat.ino) {
      yield* tool.warn(`'${from}' and '${to}' are the same file`);
      return;
    }
    if (there && flags.has('n')) return;
    if (there && flags.has('i') && !(yield* confirm(tool, `overwrite '${to}'`))) return;
    if (flags.has('u') && there && there.mtimeUs >= stat.mtimeUs) return;
    const work =
      stat.type === 'symlink'
        ? copyLink(from, to, there !== undefined)
        : copyFile(from, to, stat.mode);
    const say = (r: string) =>
      tool.busybox
        ? `can't create '${to}': ${r}`
        : r === 'Permission denied'
          ? `cannot open '${from}' for reading: ${r}`
          : `cannot create regular file '${to}': ${r}`;
    if (!(yield* attempt(tool, work, say))) return;
    if (flags.has('v')) yield* tool.print(`'${from}' -> '${to}'\n`);
  }
  if (flags.has('p') || flags.has('a')) yield* copyAttributes(to, stat);
}

function* copyLink(from: string, to: string, exists: boolean): Sys<void> {
  if (exists) yield* sys.unlink(to);
  yield* sys.symlink(yield* sys.readlink(from), to);
}

/** Sources and where each goes; complains about a target that cannot be. */
function* destinations(
  tool: Context,
  operands: readonly string[],
  target: string | undefined,
  plain: boolean,
): Sys<[string, string][]> {
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing file operand');
  if (operands.length === 1 && target === undefined) {
    yield* tool.usage(
      tool.busybox ? undefined : `missing destination file operand after '${operands[0]!}'`,
    );
  }
  const last = target ?? operands.at(-1)!;
  const sources = target === undefined ? operands.slice(0, -1) : operands;
  const stat = yield* statOrNone(last);
  const into = stat?.type === 'dir' && !plain;
  if (sources.length > 1 && !into && !tool.busybox) {
    if (stat)
      yield* tool.fail(
        `target '${last}' is not a directory`.replace(' is not a directory', ': Not a directory'),
      );
    yield* tool.fail(`target '${last}': No such file or directory`);
  }
  const each = into || sources.length > 1;
  return sources.map((s) => [s, each ? joinPath(last, baseName(s)) : last]);
}

function* runCp(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 'arPLHpfinlsTuRvdt:' : 'abdfHilLnPpRrst:TuvxZ',
    long: {
      archive: 'a',
      recursive: 'r',
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      preserve: '?p',
      verbose: 'v',
      update: '?u',
      'target-directory': '=t',
      dereference: 'L',
      'no-dereference': 'P',
    },
  });
  for (const [from, to] of yield* destinations(tool, operands, values.get('t'), flags.has('T'))) {
    yield* copyOne(tool, from, to, flags);
  }
  return tool.status;
}

function* runMv(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'finTt:uvb',
    long: {
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      verbose: 'v',
      'target-directory': '=t',
    },
  });
  for (const [from, to] of yield* destinations(tool, operands, values.get('t'), flags.has('T'))) {
    const stat = yield* statOrNone(from, false);
    if (!stat) {
      yield* tool.warn(
        tool.busybox
          ? `can't rename '${from}': No such file or directory`
          : `cannot stat '${from}': No such file or directory`,
      );
      continue;
    }
    const there = yield* statOrNone(to, false);
    if (there && flags.has('n')) continue;
    if (there && flags.has('i') && !(yield* confirm(tool, `overwrite '${to}'`))) continue;
    if (there && there.ino === stat.ino && there.dev === stat.dev && stat.type !== 'dir') {
      yield* tool.warn(`'${from}' and '${to}' are the same file`);
      continue;
    }
    yield* moveOne(tool, from, to, flags);
  }
  return tool.status;
}

function* moveOne(tool: Context, from: string, to: string, flags: ReadonlySet<string>): Sys<void> {
  try {
    yield* sys.rename(from, to);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'EXDEV') {
      yield* copyOne(tool, from, to, new Set(['a']));
      if (tool.status === 0) yield* removeTree(tool, from, new Set());
      return;
    }
    const reason = errnoText(error.errno);
    if (tool.busybox) yield* tool.warn(`can't rename '${from}': ${reason}`);
    else if (error.errno === 'EINVAL')
      yield* tool.warn(`cannot move '${from}' to a subdirectory of itself, '${to}'`);
    else yield* tool.warn(`cannot move '${from}' to '${to}': ${reason}`);
    return;
  }
  if (flags.has('v'))
    yield* tool.print(tool.busybox ? `'${from}' -> '${to}'\n` : `renamed '${from}' -> '${to}'\n`);
}

function* eachBelow(
  path: string,
  recursive: boolean,
  work: (p: string, s: FileStat) => Sys<void>,
  links = false,
): Sys<void> {
  const stat = yield* sys.lstat(path);
  const leads = stat.type === 'symlink' && !links;
  const followed = !leads ? stat : recursive ? yield* statOrNone(path) : yield* sys.stat(path);
  if (followed) yield* work(path, followed);
  if (!recursive || stat.type !== 'dir') return;
  for (const entry of yield* sys.readdir(path)) {
    if (entry.name !== '.' && entry.name !== '..')
      yield* eachBelow(joinPath(path, entry.name), true, work, links);
  }
}

function* runChmod(tool: Context): Sys<number> {
  // `-x` and `-w` are modes, not options.
  const args = tool.args;
  const modeAt = args.findIndex((a) => /^-[rwxXst]+$/.test(a));
  const { flags, values, operands } = yield* tool.options(
    {
      short: 'Rcvf',
      long: {
        recursive: 'R',
        verbose: 'v',
        changes: 'c',
        ...(tool.busybox ? {} : { reference: '=reference' }),
      },
    },
    args.filter((_, i) => i !== modeAt),
  );
  const list = [...operands];
  let text = modeAt >= 0 ? args[modeAt]! : values.has('reference') ? '' : list.shift();
  if (text === undefined) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (list.length === 0)
    yield* tool.usage(tool.busybox ? undefined : `missing operand after '${text!}'`);
  if (values.has('reference'))
    text = ((yield* sys.stat(values.get('reference')!)).mode & 0o7777).toString(8);
  if (applyMode(text!, 0, false) === undefined) {
    if (tool.busybox) return yield* tool.fail(`invalid mode '${text!}'`);
    yield* tool.usage(`invalid mode: '${text!}'`);
  }
  for (const path of list) {
    const work = eachBelow(path, flags.has('R'), function* (p, stat) {
      let mode = applyMode(text!, stat.mode, stat.type === 'dir')!;
      if (stat.type === 'dir' && /^[0-7]{1,4}$/.test(text!)) mode |= stat.mode & 0o6000;
      yield* sys.chmod(p, mode);
      const octal = (m: number) => m.toString(8).padStart(4, '0');
      if (!flags.has('v') && !(flags.has('c') && mode !== stat.mode)) return;
      if (tool.busybox)
        yield* tool.print(`mode of '${p}' changed to ${octal(mode)} (${permissionText(mode)})\n`);
      else if (mode === stat.mode)
        yield* tool.print(`mode of '${p}' retained as ${octal(mode)} (${permissionText(mode)})\n`);
      else
        yield* tool.print(
          `mode of '${p}' changed from ${octal(stat.mode)} (${permissionText(stat.mode)}) to ${octal(mode)} (${permissionText(mode)})\n`,
        );
    });
    yield* attempt(tool, work, (r) =>
      tool.busybox ? `${path}: ${r}` : `cannot access '${path}': ${r}`,
    );
  }
  return tool.status;
}

function* runChown(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'Rhvcf',
    long: { recursive: 'R', 'no-dereference': 'h' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (operands.length === 1)
    yield* tool.usage(tool.busybox ? undefined : `missing operand after '${operands[0]!}'`);
  const spec = tool.name === 'chgrp' ? `:${operands[0]!}` : operands[0]!;
  const [user, group] = spec.split(/[:.]/) as [string, string | undefined];
  const find = function* (file: string, name: string, kind: string): Sys<number | undefined> {
    if (name === '') return undefined;
    const entry = (yield* readTable(file)).find((e) => e[0] === name);
    if (entry) return Number(entry[2]);
    if (/^\d+$/.test(name)) return Number(name);
    if (tool.busybox)
      return yield* tool.fail(
        `unknown ${kind} ${name}`.replace('unknown user/group', 'unknown user/group'),
      );
    return yield* tool.fail(`invalid ${kind}: '${spec}'`);
  };
  const uid = yield* find('/etc/passwd', user, 'user');
  const gid = group === undefined ? undefined : yield* find('/etc/group', group, 'group');
  for (const path of operands.slice(1)) {
    const change = function* (p: string, stat: FileStat): Sys<void> {
      yield* sys.chown(p, uid ?? stat.uid, gid ?? stat.gid, !flags.has('h'));
    };
    const work = eachBelow(path, flags.has('R'), change, flags.has('h'));
    yield* attempt(tool, work, (r) =>
      tool.busybox ? `${path}: ${r}` : `cannot access '${path}': ${r}`,
    );
  }
  return tool.status;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  file: 'regular file',
  dir: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  socket: 'socket',
  char: 'character special file',
  block: 'block special file',
};

/** What each letter of a format stands for. */
function statFields(
  path: string,
  stat: FileStat,
  names: Names,
  target: string | undefined,
): Record<string, string> {
  const time = (us: number) => formatTime('%Y-%m-%d %H:%M:%S.%N %z', us);
  const kind =
    stat.type === 'file' && stat.size === 0 ? 'regular empty file' : TYPE_NAMES[stat.type]!;
  const blocks = stat.type === 'symlink' ? 0 : Math.ceil(stat.size / 4096) * 8;
  const user = userName(names, stat.uid);
  const group = groupName(names, stat.gid);
  return {
    n: path,
    s: String(stat.size),
    a: (stat.mode & 0o7777).toString(8),
    A: modeText(stat),
    U: user,
    G: group,
    F: kind,
    Y: String(Math.floor(stat.mtimeUs / 1e6)),
    X: String(Math.floor(stat.atimeUs / 1e6)),
    Z: String(Math.floor(stat.ctimeUs / 1e6)),
    y: time(stat.mtimeUs),
    x: time(stat.atimeUs),
    z: time(stat.ctimeUs),
    h: String(stat.nlink),
    u: String(stat.uid),
    g: String(stat.gid),
    t: Math.floor(stat.rdev / 256).toString(16),
    T: (stat.rdev % 256).toString(16),
    i: String(stat.ino),
    b: String(blocks),
    B: '512',
    d: String(stat.dev),
    D: stat.dev.toString(16),
    f: stat.mode.toString(16),
    o: '4096',
    N: target === undefined ? `'${path}'` : `'${path}' -> '${target}'`,
  };
}

function* showStat(
  tool: Context,
  path: string,
  stat: FileStat,
  names: Names,
  values: ReadonlyMap<string, string>,
): Sys<void> {
  const target = stat.type === 'symlink' ? yield* sys.readlink(path) : undefined;
  const kind =
    stat.type === 'file' && stat.size === 0 ? 'regular empty file' : TYPE_NAMES[stat.type]!;
  const user = userName(names, stat.uid);
  const group = groupName(names, stat.gid);
  const blocks = stat.type === 'symlink' ? 0 : Math.ceil(stat.size / 4096) * 8;
  const time = (us: number) => formatTime('%Y-%m-%d %H:%M:%S.%N %z', us);
  const known = statFields(path, stat, names, target);
  const format = values.get('c') ?? values.get('printf');
  if (format !== undefined) {
    const text = format.replace(/%(-?\d*)([A-Za-z%])/g, (_, width: string, c: string) => {
      const value = c === '%' ? '%' : (known[c] ?? (tool.busybox ? c : '?'));
      return width.startsWith('-')
        ? value.padEnd(Number(width.slice(1)))
        : value.padStart(Number(width));
    });
    yield* tool.print(
      values.has('printf') ? text.replace(/\\n/g, '\n').replace(/\\t/g, '\t') : `${text}\n`,
    );
    return;
  }
  const shown =
    target === undefined
      ? path
      : tool.busybox
        ? `'${path}' -> '${target}'`
        : `${path} -> ${target}`;
  yield* tool.print(
    `  File: ${shown}\n  Size: ${String(stat.size).padEnd(10)}\tBlocks: ${String(blocks).padEnd(10)} IO Block: 4096   ${kind}\n` +
      `Device: ${Math.floor(stat.dev / 256)},${stat.dev % 256}\tInode: ${String(stat.ino).padEnd(11)} Links: ${stat.nlink}\n` +
      `Access: (${(stat.mode & 0o7777).toString(8).padStart(4, '0')}/${modeText(stat)})  Uid: (${String(stat.uid).padStart(5)}/${user.padStart(8)})   Gid: (${String(stat.gid).padStart(5)}/${group.padStart(8)})\n` +
      `Access: ${time(stat.atimeUs)}\nModify: ${time(stat.mtimeUs)}\nChange: ${time(stat.ctimeUs)}\n${tool.busybox ? '' : ' Birth: -\n'}`,
  );
}

function* runStat(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'Lfc:t',
    long: { format: '=c', dereference: 'L', 'file-system': 'f', printf: '=printf', terse: 't' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  const names = yield* readNames();
  for (const path of operands) {
    let stat: FileStat;
    try {
      if (flags.has('f')) {
        yield* statFilesystem(tool, path, values.get('c'));
        continue;
      }
      stat = flags.has('L') ? yield* sys.stat(path) : yield* sys.lstat(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `can't stat '${path}': ${errnoText(error.errno)}`
          : `cannot statx '${path}': ${errnoText(error.errno)}`,
      );
      continue;
    }
    yield* showStat(tool, path, stat, names, values);
  }
  return tool.status;
}

function* statFilesystem(tool: Context, path: string, format: string | undefined): Sys<void> {
  const fs = yield* sys.statfs(path);
  const type = fs.type === 'ext4' ? 'ext2/ext3' : fs.type;
  if (format !== undefined) {
    yield* tool.print(
      `${format.replace(/%([A-Za-z])/g, (_, c: string) => ({ T: type, n: path, s: '4096', S: '4096', b: String(Math.floor(fs.totalBytes / 4096)), f: String(Math.floor(fs.freeBytes / 4096)), a: String(Math.floor(fs.freeBytes / 4096)) })[c] ?? '?')}\n`,
    );
    return;
  }
  yield* tool.print(
    `  File: "${path}"\n    ID: 0        Namelen: 255     Type: ${type}\nBlock size: 4096       Fundamental block size: 4096\nBlocks: Total: ${Math.floor(fs.totalBytes / 4096)}    Free: ${Math.floor(fs.freeBytes / 4096)}    Available: ${Math.floor(fs.freeBytes / 4096)}\nInodes: Total: 0          Free: 0\n`,
  );
}

export const COPY_TOOLS: readonly Tool[] = [
  { name: 'cp', run: runCp },
  { name: 'mv', run: runMv },
  { name: 'chmod', run: runChmod },
  { name: 'chown', run: runChown },
  { name: 'chgrp', run: runChown },
  { name: 'stat', run: runStat },
];
