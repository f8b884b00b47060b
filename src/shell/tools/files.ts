/** mkdir, rmdir, rm, mv, ln, touch, readlink, realpath, mktemp. Models coreutils and BusyBox. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { normalizePath } from '../builtins/directory';
import { parseDate } from './date-text';
import { applyMode } from './mode';
import { type Context, type Tool } from './tool';

export function* statOrNone(path: string, follow = true): Sys<FileStat | undefined> {
  try {
    return follow ? yield* sys.stat(path) : yield* sys.lstat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

export const baseName = (path: string) => path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
export const joinPath = (dir: string, name: string) => `${dir.replace(/\/$/, '')}/${name}`;

/** Does something to a path; a failure is said in the family's words. */
export function* attempt(
  tool: Context,
  work: Sys<unknown>,
  say: (reason: string) => string,
): Sys<boolean> {
  try {
    yield* work;
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* tool.warn(say(errnoText(error.errno)));
    return false;
  }
}

function* runMkdir(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'm:pv',
    long: { mode: '=m', parents: 'p', verbose: 'v' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  const wanted = values.get('m');
  const mode = wanted === undefined ? undefined : applyMode(wanted, 0o777, true);
  const say = (path: string) => (reason: string) =>
    `${tool.busybox ? "can't" : 'cannot'} create directory '${path}': ${reason}`;
  const told = function* (path: string): Sys<void> {
    if (!flags.has('v')) return;
    if (tool.busybox) yield* tool.print(`created directory: '${path}'\n`);
    else yield* tool.print(`mkdir: created directory '${path}'\n`);
  };
  for (const path of operands) {
    if (!flags.has('p')) {
      if (!(yield* attempt(tool, sys.mkdir(path, 0o777), say(path)))) continue;
      if (mode !== undefined) yield* sys.chmod(path, mode);
      yield* told(path);
      continue;
    }
    const parts = path.split('/');
    for (let i = 1; i <= parts.length; i++) {
      const step = parts.slice(0, i).join('/');
      if (step === '' || parts[i - 1] === '') continue;
      const there = yield* statOrNone(step);
      if (there?.type === 'dir') continue;
      const shown = tool.busybox && i < parts.length ? `${step}/` : step;
      if (there) {
        const reason = i < parts.length ? 'Not a directory' : 'File exists';
        const named = tool.busybox ? (i < parts.length ? `${step}/` : path) : step;
        yield* tool.warn(say(named)(reason));
        break;
      }
      if (!(yield* attempt(tool, sys.mkdir(step, 0o777), say(tool.busybox ? path : step)))) break;
      yield* told(shown);
      if (i === parts.length && mode !== undefined) yield* sys.chmod(step, mode);
    }
  }
  return tool.status;
}

function* runRmdir(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'pv',
    long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  for (const path of operands) {
    let at = path.replace(/\/+$/, '');
    for (;;) {
      if (flags.has('v')) yield* tool.print(`rmdir: removing directory, '${at}'\n`);
      try {
        yield* sys.rmdir(at);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (error.errno === 'ENOTEMPTY' && flags.has('ignore')) break;
        yield* tool.flush();
        yield* tool.warn(
          `${tool.busybox ? '' : 'failed to remove '}'${at}': ${errnoText(error.errno)}`,
        );
        break;
      }
      const cut = at.lastIndexOf('/');
      if (!flags.has('p') || cut <= 0) break;
      at = at.slice(0, cut);
    }
  }
  return tool.status;
}

function* confirm(tool: Context, question: string): Sys<boolean> {
  yield* tool.flush();
  yield* sys.write(2, `${tool.name}: ${question}? `);
  let answer = '';
  for (;;) {
    const got = yield* sys.read(0, 1);
    if (got.length === 0 || got[0] === 10) break;
    answer += String.fromCharCode(got[0]!);
  }
  return /^[yY]/.test(answer);
}

/** Removes a path with all below it. */
/** False where something stayed; a directory is not tried then. */
export function* removeTree(tool: Context, path: string, flags: ReadonlySet<string>): Sys<boolean> {
  const stat = yield* statOrNone(path, false);
  if (!stat) return true;
  const verbose = flags.has('v');
  const say = (reason: string) =>
    `${tool.busybox ? "can't" : 'cannot'} remove '${path}': ${reason}`;
  if (stat.type === 'dir') {
    let empty = true;
    for (const entry of yield* sys.readdir(path)) {
      if (entry.name === '.' || entry.name === '..') continue;
      if (!(yield* removeTree(tool, joinPath(path, entry.name), flags))) empty = false;
    }
    if (!empty || !(yield* attempt(tool, sys.rmdir(path), say))) return false;
    if (verbose)
      yield* tool.print(
        tool.busybox ? `removed directory: '${path}'\n` : `removed directory '${path}'\n`,
      );
    return true;
  }
  if (flags.has('i') && !(yield* confirm(tool, `remove '${path}'`))) return false;
  if (!(yield* attempt(tool, sys.unlink(path), say))) return false;
  if (verbose) yield* tool.print(`removed '${path}'\n`);
  return true;
}

function* runRm(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: tool.busybox ? 'rRfiv' : 'rRfivdI',
    long: {
      recursive: 'r',
      force: 'f',
      verbose: 'v',
      dir: 'd',
      interactive: '?i',
      'preserve-root': 'x',
    },
  });
  if (operands.length === 0) {
    if (flags.has('f')) return 0;
    yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  }
  const all = flags.has('r') || flags.has('R');
  const cannot = tool.busybox ? "can't" : 'cannot';
  for (const path of operands) {
    if (all && /(^|\/)\.\.?\/*$/.test(path)) {
      if (tool.busybox) yield* tool.warn(`can't remove '.' or '..'`);
      else yield* tool.warn(`refusing to remove '.' or '..' directory: skipping '${path}'`);
      continue;
    }
    let stat: FileStat;
    try {
      stat = yield* sys.lstat(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (flags.has('f') && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR')) continue;
      yield* tool.warn(`${cannot} remove '${path}': ${errnoText(error.errno)}`);
      continue;
    }
    if (stat.type === 'dir' && !all) {
      if (flags.has('d')) {
        yield* attempt(tool, sys.rmdir(path), (r) => `cannot remove '${path}': ${r}`);
      } else if (tool.busybox) yield* tool.warn(`'${path}' is a directory`);
      else yield* tool.warn(`cannot remove '${path}': Is a directory`);
      continue;
    }
    yield* removeTree(tool, path, flags);
  }
  return tool.status;
}

function* runLn(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'sfnvTbrt:',
    long: { symbolic: 's', force: 'f', 'no-dereference': 'n', verbose: 'v', relative: 'r' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing file operand');
  const last = operands.length > 1 ? operands.at(-1)! : '.';
  const sources = operands.length > 1 ? operands.slice(0, -1) : operands;
  const into = (yield* statOrNone(last, !flags.has('n')))?.type === 'dir' && !flags.has('T');
  for (const source of sources) {
    const target = into ? joinPath(last, baseName(source)) : last;
    const kind = flags.has('s') ? 'symbolic link' : 'hard link';
    if (flags.has('f') && (yield* statOrNone(target, false)))
      yield* attempt(tool, sys.unlink(target), (r) => `cannot remove '${target}': ${r}`);
    if (!flags.has('s') && !tool.busybox && !(yield* statOrNone(source))) {
      yield* tool.warn(`failed to access '${source}': No such file or directory`);
      continue;
    }
    const shown = target === `./${baseName(source)}` ? target : target;
    const made = yield* attempt(
      tool,
      flags.has('s') ? sys.symlink(source, target) : sys.link(source, target),
      (r) => {
        if (tool.busybox) return `${shown}: ${r}`;
        return flags.has('s')
          ? `failed to create ${kind} '${shown}': ${r}`
          : r === 'File exists'
            ? `failed to create ${kind} '${shown}': ${r}`
            : `failed to create ${kind} '${shown}' => '${source}': ${r}`;
      },
    );
    if (made && flags.has('v'))
      yield* tool.print(`'${target}' ${flags.has('s') ? '->' : '=>'} '${source}'\n`);
  }
  return tool.status;
}

function* runTouch(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'acmhd:t:r:f',
    long: { date: '=d', reference: '=r', 'no-create': 'c', 'no-dereference': 'h', time: '=time' },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing file operand');
  const now = (yield* sys.clock()).unixUs;
  let time = now;
  const date = values.get('d') ?? values.get('t');
  if (date !== undefined) {
    const parsed = values.has('d') ? parseDate(date, now) : parseStamp(date, now);
    if (parsed === undefined)
      yield* tool.fail(tool.busybox ? `invalid date '${date}'` : `invalid date format '${date}'`);
    time = parsed!;
  }
  if (values.has('r')) {
    const other = yield* statOrNone(values.get('r')!);
    if (!other)
      yield* tool.fail(
        `failed to get attributes of '${values.get('r')!}': No such file or directory`,
      );
    time = other!.mtimeUs;
  }
  for (const path of operands) {
    const say = (reason: string) =>
      tool.busybox ? `${path}: ${reason}` : `cannot touch '${path}': ${reason}`;
    const stat = yield* statOrNone(path);
    if (!stat) {
      if (flags.has('c')) continue;
      if (!(yield* attempt(tool, create(path), say))) continue;
      if (date === undefined && !values.has('r')) continue;
    }
    const old = stat ?? { atimeUs: time, mtimeUs: time };
    const access = flags.has('m') && !flags.has('a') ? old.atimeUs : time;
    const change = flags.has('a') && !flags.has('m') ? old.mtimeUs : time;
    yield* attempt(tool, sys.utimes(path, access, change), say);
  }
  return tool.status;
}

function* create(path: string): Sys<void> {
  yield* sys.close(yield* sys.open(path, { write: true, create: true }));
}

/** `[[CC]YY]MMDDhhmm[.ss]` */
function parseStamp(text: string, nowUs: number): number | undefined {
  const match = /^((?:\d\d)?\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const thisYear = new Date(nowUs / 1000).getUTCFullYear();
  let year = match[1] === undefined ? thisYear : Number(match[1]);
  if (match[1]?.length === 2) year += year < 69 ? 2000 : 1900;
  return (
    Date.UTC(
      year,
      Number(match[2]) - 1,
      Number(match[3]),
      Number(match[4]),
      Number(match[5]),
      Number(match[6] ?? 0),
    ) * 1000
  );
}

/** The path without symbolic links; undefined where something is missing before the last part. */
export function* resolvePath(path: string, mustExist: boolean): Sys<string | undefined> {
  let parts = normalizeStart(yield* sys.getcwd(), path);
  let done = '';
  let links = 0;
  while (parts.length > 0) {
    const part = parts.shift()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done = done.replace(/\/[^/]*$/, '');
      continue;
    }
    const next = `${done}/${part}`;
    const stat = yield* statOrNone(next, false);
    if (!stat && (mustExist || parts.some((p) => p !== ''))) return undefined;
    if (stat?.type === 'symlink') {
      if (links++ > 40) return undefined;
      const target = yield* sys.readlink(next);
      parts = [...target.split('/'), ...parts];
      if (target.startsWith('/')) done = '';
      continue;
    }
    done = next;
  }
  return done === '' ? '/' : done;
}

function normalizeStart(cwd: string, path: string): string[] {
  return (path.startsWith('/') ? path : `${cwd}/${path}`).split('/');
}

function* runReadlink(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({
    short: 'fenmqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
    },
  });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  const end = flags.has('n') ? '' : '\n';
  for (const path of operands) {
    if (flags.has('f') || flags.has('e') || flags.has('m')) {
      const found = flags.has('m')
        ? normalizePath(yield* sys.getcwd(), path)
        : yield* resolvePath(path, flags.has('e') || tool.busybox);
      if (found === undefined) tool.status = 1;
      else yield* tool.print(found + end);
      continue;
    }
    try {
      yield* tool.print((yield* sys.readlink(path)) + end);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      tool.status = 1;
      if (flags.has('v')) yield* tool.warn(`${path}: ${errnoText(error.errno)}`);
    }
  }
  return tool.status;
}

function* runRealpath(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'emsqz', long: { 'no-symlinks': 's' } });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  for (const path of operands) {
    const plain = flags.has('m') || flags.has('s');
    const found = plain
      ? normalizePath(yield* sys.getcwd(), path)
      : yield* resolvePath(path, flags.has('e') || tool.busybox);
    if (found === undefined) yield* tool.warn(`${path}: No such file or directory`);
    else yield* tool.print(`${found}\n`);
  }
  return tool.status;
}

function* runMktemp(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'dqtup:',
    long: { directory: 'd', quiet: 'q', tmpdir: '?p', 'dry-run': 'u', suffix: '=suffix' },
  });
  const template = operands[0] ?? 'tmp.XXXXXXXXXX';
  const dir = values.get('p') || tool.env['TMPDIR'] || '/tmp';
  const inDir = operands[0] === undefined || flags.has('p') || flags.has('t');
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const random = yield* sys.random(16);
  let n = 0;
  if (!/X{3}/.test(template)) yield* tool.fail(`too few X's in template '${template}'`);
  const name = template.replace(/X+(?=[^X]*$)/, (xs) =>
    [...xs].map(() => letters[random[n++ % 16]! % letters.length]!).join(''),
  );
  const path = inDir ? joinPath(dir, name) : name;
  if (flags.has('d'))
    yield* attempt(
      tool,
      sys.mkdir(path, 0o700),
      (r) => `failed to create directory via template '${template}': ${r}`,
    );
  else if (!flags.has('u'))
    yield* attempt(
      tool,
      sys.writeFile(path, '', 0o600),
      (r) => `failed to create file via template '${template}': ${r}`,
    );
  if (tool.status === 0) yield* tool.print(`${path}\n`);
  return tool.status;
}

function* runMkfifo(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: 'm:' });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  for (const path of operands) {
    yield* attempt(tool, sys.mkfifo(path), (r) =>
      tool.busybox ? `${path}: ${r}` : `cannot create fifo '${path}': ${r}`,
    );
  }
  return tool.status;
}

export const FILE_TOOLS: readonly Tool[] = [
  {
    name: 'mkdir',
    run: runMkdir,
    usage:
      'mkdir [-m MODE] [-p] DIRECTORY...\n\nCreate DIRECTORY\n\n\t-m MODE\tMode\n\t-p\tNo error if exists; make parent directories as needed',
  },
  {
    name: 'rmdir',
    run: runRmdir,
    usage:
      'rmdir [-p] DIRECTORY...\n\nRemove DIRECTORY if it is empty\n\n\t-p\tInclude parents\n\t--ignore-fail-on-non-empty',
  },
  {
    name: 'rm',
    run: runRm,
    usage:
      'rm [-irf] FILE...\n\nRemove (unlink) FILEs\n\n\t-i\tAlways prompt before removing\n\t-f\tNever prompt\n\t-R,-r\tRecurse',
  },
  {
    name: 'ln',
    run: runLn,
    usage:
      "ln [-sfnbtv] [-S SUF] TARGET... LINK|DIR\n\nCreate a link LINK or DIR/TARGET to the specified TARGET(s)\n\n\t-s\tMake symlinks instead of hardlinks\n\t-f\tRemove existing destinations\n\t-n\tDon't dereference symlinks - treat like normal file\n\t-b\tMake a backup of the target (if exists) before link operation\n\t-S SUF\tUse suffix instead of ~ when making backup files\n\t-T\tTreat LINK as a file, not DIR\n\t-v\tVerbose",
  },
  {
    name: 'touch',
    run: runTouch,
    usage:
      "touch [-cham] [-d DATE] [-t DATE] [-r FILE] FILE...\n\nUpdate mtime of FILEs\n\n\t-c\tDon't create files\n\t-h\tDon't follow links\n\t-a\tChange only atime\n\t-m\tChange only mtime\n\t-d DT\tDate/time to use\n\t-t DT\tDate/time to use\n\t-r FILE\tUse FILE's date/time",
  },
  { name: 'readlink', run: runReadlink },
  { name: 'realpath', run: runRealpath },
  { name: 'mktemp', run: runMktemp },
  { name: 'mkfifo', run: runMkfifo },
];
