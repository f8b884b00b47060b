/** find and xargs. Models findutils and BusyBox. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { compilePattern } from '../exec/pattern';
import { statusOf } from '../exec/waiting';
import { joinPath, statOrNone } from './files';
import { longLine } from './find-list';
import { cannotRun, findProgram } from './running';
import { ToolExit, type Context, type Tool } from './tool';

interface Item {
  readonly path: string;
  readonly name: string;
  readonly stat: FileStat;
  readonly depth: number;
  readonly start: string;
}

type Test = (item: Item) => Sys<boolean>;

interface Plan {
  minDepth: number;
  maxDepth: number;
  depthFirst: boolean;
  follow: boolean;
  pruned: boolean;
  quit: boolean;
  hasAction: boolean;
  /** Paths gathered for `-exec ... +`. */
  readonly batches: { argv: readonly string[]; paths: string[] }[];
}

/** A test that needs no system call. */
function plainTest(test: (item: Item) => boolean): Test {
  // eslint-disable-next-line require-yield -- nothing to ask for
  return function* (item) {
    return test(item);
  };
}

/** A comparison `+N`, `-N`, `N`. */
function numeric(text: string): ((value: number) => boolean) | undefined {
  const match = /^([-+]?)(\d+)$/.exec(text);
  if (!match) return undefined;
  const n = Number(match[2]);
  if (match[1] === '+') return (v) => v > n;
  return match[1] === '-' ? (v) => v < n : (v) => v === n;
}

const LETTERS: Readonly<Record<string, string>> = {
  f: 'file',
  d: 'dir',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  c: 'char',
  b: 'block',
};

class ExpressionReader {
  private at = 0;
  constructor(
    private readonly tool: Context,
    private readonly args: readonly string[],
    private readonly plan: Plan,
    private readonly nowUs: number,
  ) {}

  *parse(): Sys<Test> {
    if (this.args.length === 0) return yes;
    const test = yield* this.or();
    if (this.at < this.args.length)
      yield* this.tool.fail(`paths must precede expression: \`${this.args[this.at]!}'`);
    return test;
  }

  private *or(): Sys<Test> {
    let left = yield* this.and();
    while (['-o', '-or'].includes(this.args[this.at] ?? '')) {
      this.at++;
      const a = left;
      const b = yield* this.and();
      left = function* (item) {
        return (yield* a(item)) || (yield* b(item));
      };
    }
    return left;
  }

  private *and(): Sys<Test> {
    let left = yield* this.not();
    for (;;) {
      const word = this.args[this.at];
      if (word === undefined || word === ')' || word === '-o' || word === '-or' || word === ',')
        return left;
      if (word === '-a' || word === '-and') this.at++;
      const a = left;
      const b = yield* this.not();
      left = function* (item) {
        return (yield* a(item)) && (yield* b(item));
      };
    }
  }

  private *not(): Sys<Test> {
    const word = this.args[this.at];
    if (word !== '!' && word !== '-not') return yield* this.term();
    this.at++;
    const inner = yield* this.not();
    return function* (item) {
      return !(yield* inner(item));
    };
  }

  private *value(option: string): Sys<string> {
    const text = this.args[this.at++];
    if (text === undefined) {
      return yield* this.tool.fail(
        this.tool.busybox
          ? `option requires an argument: ${option}`.replace('option ', 'option ')
          : `missing argument to \`${option}'`,
      );
    }
    return text;
  }

  private *term(): Sys<Test> {
    const word = this.args[this.at++];
    if (word === '(') {
      const inner = yield* this.or();
      if (this.args[this.at++] !== ')')
        yield* this.tool.fail(
          "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
        );
      return inner;
    }
    return yield* this.primary(word ?? '');
  }

  private *primary(word: string): Sys<Test> {
    const { tool } = this;
    switch (word) {
      case '-name':
      case '-iname': {
        const pattern = compilePattern(yield* this.value(word), false, word === '-iname');
        return plainTest((i) => pattern.test(i.name));
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const pattern = compilePattern(yield* this.value(word), false, word === '-ipath');
        return plainTest((i) => pattern.test(i.path));
      }
      case '-regex': {
        const expression = new RegExp(
          `^(?:${(yield* this.value(word)).replace(/\\([(){}|])/g, '$1')})$`,
        );
        return plainTest((i) => expression.test(i.path));
      }
      case '-type': {
        const types = (yield* this.value(word)).split(',').map((l) => LETTERS[l]);
        return plainTest((i) => types.includes(i.stat.type));
      }
      case '-size': {
        const text = yield* this.value(word);
        const match = /^([-+]?\d+)([cwbkMG]?)$/.exec(text);
        if (!match) return yield* tool.fail(`Invalid argument \`${text}' to -size`);
        const unit = { c: 1, w: 2, b: 512, k: 1024, M: 1 << 20, G: 1 << 30 }[match[2]! || 'b']!;
        const fits = numeric(match[1]!)!;
        return plainTest((i) => fits(Math.ceil(i.stat.size / unit)));
      }
      default:
        return (yield* this.statTest(word)) ?? (yield* this.walkOption(word));
    }
  }

  private *statTest(word: string): Sys<Test | undefined> {
    const { nowUs, tool } = this;
    switch (word) {
      case '-mtime':
      case '-mmin':
      case '-atime':
      case '-amin': {
        const fits = numeric(yield* this.value(word)) ?? (() => false);
        const unit = word.endsWith('min') ? 60e6 : 86_400e6;
        return plainTest((i) =>
          fits(Math.floor((nowUs - (word[1] === 'a' ? i.stat.atimeUs : i.stat.mtimeUs)) / unit)),
        );
      }
      case '-newer': {
        const path = yield* this.value(word);
        const other = yield* statOrNone(path);
        if (!other)
          return yield* tool.fail(
            tool.busybox
              ? `${path}: No such file or directory`
              : `'${path}': No such file or directory`,
          );
        return plainTest((i) => i.stat.mtimeUs > other.mtimeUs);
      }
      case '-perm': {
        const text = yield* this.value(word);
        const mode = parseInt(text.replace(/^[-/]/, ''), 8);
        return plainTest((i) =>
          text[0] === '-'
            ? (i.stat.mode & mode) === mode
            : text[0] === '/'
              ? (i.stat.mode & mode) !== 0 || mode === 0
              : (i.stat.mode & 0o7777) === mode,
        );
      }
      case '-empty':
        return function* (item) {
          if (item.stat.type === 'dir')
            return (yield* sys.readdir(item.path)).every((e) => e.name === '.' || e.name === '..');
          return item.stat.type === 'file' && item.stat.size === 0;
        };
      case '-links': {
        const fits = numeric(yield* this.value(word)) ?? (() => false);
        return plainTest((i) => fits(i.stat.nlink));
      }
      case '-user':
      case '-group':
      case '-uid':
      case '-gid': {
        const text = yield* this.value(word);
        const id = /^\d+$/.test(text) ? Number(text) : 0;
        return plainTest(
          (i) => (word.includes('u') && !word.includes('g') ? i.stat.uid : i.stat.gid) === id,
        );
      }
      default:
        return undefined;
    }
  }

  /** What steers the walk, and the actions. */
  private *walkOption(word: string): Sys<Test> {
    const { plan } = this;
    switch (word) {
      case '-maxdepth':
        plan.maxDepth = Number(yield* this.value(word));
        return yes;
      case '-mindepth':
        plan.minDepth = Number(yield* this.value(word));
        return yes;
      case '-depth':
        plan.depthFirst = true;
        return yes;
      case '-xdev':
      case '-mount':
      case '-noleaf':
      case '-true':
        return yes;
      case '-false':
        return plainTest(() => false);
      case '-follow':
        plan.follow = true;
        return yes;
      case '-prune':
        return plainTest(() => (plan.pruned = true));
      default:
        return yield* this.action(word);
    }
  }

  private *action(word: string): Sys<Test> {
    const { plan, tool } = this;
    plan.hasAction = true;
    switch (word) {
      case '-print':
        return function* (item) {
          yield* tool.print(`${item.path}\n`);
          return true;
        };
      case '-print0':
        return function* (item) {
          yield* tool.print(`${item.path}\0`);
          return true;
        };
      case '-printf': {
        const format = yield* this.value(word);
        return function* (item) {
          yield* tool.print(printed(format, item));
          return true;
        };
      }
      case '-ls':
        return function* (item) {
          yield* tool.print(yield* longLine(item.path, item.stat));
          return true;
        };
      case '-delete':
        plan.depthFirst = true;
        return function* (item) {
          try {
            if (item.stat.type === 'dir') yield* sys.rmdir(item.path);
            else yield* sys.unlink(item.path);
            return true;
          } catch (error) {
            if (!(error instanceof SysError)) throw error;
            yield* tool.warn(`cannot delete '${item.path}': ${errnoText(error.errno)}`);
            return false;
          }
        };
      case '-quit':
        // eslint-disable-next-line require-yield -- ends the walk
        return function* () {
          plan.quit = true;
          return true;
        };
      case '-exec':
      case '-ok':
      case '-execdir':
        return yield* this.exec();
      default:
        if (tool.busybox) return yield* tool.fail(`unrecognized: ${word}`);
        if (word.startsWith('-')) return yield* tool.fail(`unknown predicate \`${word}'`);
        return yield* tool.fail(`paths must precede expression: \`${word}'`);
    }
  }

  private *exec(): Sys<Test> {
    const { tool, plan } = this;
    const argv: string[] = [];
    for (;;) {
      const word = this.args[this.at++];
      if (word === undefined) return yield* tool.fail("missing argument to `-exec'");
      if (word === ';') break;
      if (word === '+' && argv.at(-1) === '{}') {
        const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
        plan.batches.push(batch);
        // eslint-disable-next-line require-yield -- runs at the end
        return function* (item) {
          batch.paths.push(item.path);
          return true;
        };
      }
      argv.push(word);
    }
    return function* (item) {
      const words = argv.map((a) => a.replaceAll('{}', item.path));
      return (yield* runCommand(tool, words)) === 0;
    };
  }
}

// eslint-disable-next-line require-yield -- a test that needs no call
const yes: Test = function* () {
  return true;
};

function printed(format: string, item: Item): string {
  const known: Record<string, string> = {
    p: item.path,
    f: item.name,
    h: item.path.includes('/') ? item.path.replace(/\/[^/]*$/, '') : '.',
    s: String(item.stat.size),
    m: (item.stat.mode & 0o7777).toString(8),
    d: String(item.depth),
    y: Object.entries(LETTERS).find(([, t]) => t === item.stat.type)?.[0] ?? '?',
    P: item.path.slice(item.start.length).replace(/^\//, ''),
    i: String(item.stat.ino),
    n: String(item.stat.nlink),
    U: String(item.stat.uid),
    u: 'root',
    g: 'root',
    '%': '%',
  };
  return format
    .replace(/%(-?\d*)([a-zA-Z%])/g, (whole, width: string, c: string) => {
      const value = known[c] ?? whole;
      return width.startsWith('-')
        ? value.padEnd(Number(width.slice(1)))
        : value.padStart(Number(width));
    })
    .replace(
      /\\([ntr0\\])/g,
      (_, c: string) => ({ n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' })[c]!,
    );
}

function* runCommand(tool: Context, argv: readonly string[], stdin = 0): Sys<number> {
  yield* tool.flush();
  const path = yield* findProgram(tool.env, argv[0]!);
  if (path === undefined) {
    if (tool.name === 'xargs')
      return yield* cannotRun(tool, argv[0]!, 'No such file or directory', 127);
    yield* tool.warn(
      tool.busybox
        ? `${argv[0]!}: No such file or directory`
        : `'${argv[0]!}': No such file or directory`,
    );
    return 127;
  }
  const fds: [number, number][] = [
    [0, stdin],
    [1, 1],
    [2, 2],
  ];
  const pid = yield* sys.spawn({ path, argv, env: tool.env, fds });
  return statusOf(yield* sys.waitpid(pid));
}

function* walk(tool: Context, item: Item, test: Test, plan: Plan): Sys<void> {
  if (plan.quit) return;
  plan.pruned = false;
  const inside = item.depth >= plan.minDepth;
  if (!plan.depthFirst && inside) yield* test(item);
  const pruned = plan.pruned;
  if (item.stat.type === 'dir' && item.depth < plan.maxDepth && !pruned && !plan.quit) {
    let entries;
    try {
      entries = yield* sys.readdir(item.path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `${item.path}: ${errnoText(error.errno)}`
          : `'${item.path}': ${errnoText(error.errno)}`,
      );
      entries = [] as const;
    }
    for (const { name } of entries) {
      if (name === '.' || name === '..') continue;
      const path = joinPath(item.path, name);
      const stat =
        (plan.follow ? yield* statOrNone(path) : undefined) ?? (yield* statOrNone(path, false));
      if (stat)
        yield* walk(
          tool,
          { path, name, stat, depth: item.depth + 1, start: item.start },
          test,
          plan,
        );
    }
  }
  if (plan.depthFirst && inside) yield* test(item);
}

function* runFind(tool: Context): Sys<number> {
  let args = [...tool.args];
  const plan: Plan = {
    minDepth: 0,
    maxDepth: Infinity,
    depthFirst: false,
    follow: false,
    pruned: false,
    quit: false,
    hasAction: false,
    batches: [],
  };
  while (/^-[LHP]$/.test(args[0] ?? '')) plan.follow = args.shift() === '-L';
  const cut = args.findIndex((a) => a.startsWith('-') || a === '(' || a === '!');
  const paths = cut < 0 ? args : args.slice(0, cut);
  args = cut < 0 ? [] : args.slice(cut);
  const reader = new ExpressionReader(tool, args, plan, (yield* sys.clock()).unixUs);
  let test = yield* reader.parse();
  if (!plan.hasAction) {
    const inner = test;
    test = function* (item) {
      if (yield* inner(item)) yield* tool.print(`${item.path}\n`);
      return true;
    };
  }
  for (const path of paths.length > 0 ? paths : ['.']) {
    let stat: FileStat;
    try {
      stat = yield* sys.lstat(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `${path}: ${errnoText(error.errno)}`
          : `'${path}': ${errnoText(error.errno)}`,
      );
      continue;
    }
    const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
    yield* walk(tool, { path, name, stat, depth: 0, start: path }, test, plan);
  }
  for (const batch of plan.batches) {
    if (batch.paths.length > 0 && (yield* runCommand(tool, [...batch.argv, ...batch.paths])) !== 0)
      tool.status = 1;
  }
  return tool.status;
}

/** Words of the input as xargs reads them: blanks part them, quotes and backslashes hold. */
function splitInput(text: string): string[] | undefined {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (/\s/.test(ch)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else if (ch === '"' || ch === "'") {
      const end = text.indexOf(ch, i + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (ch === '\\' && i + 1 < text.length) word = (word ?? '') + text[++i]!;
    else word = (word ?? '') + ch;
  }
  if (word !== undefined) out.push(word);
  return out;
}

/** The commands to run, each with its share of the words. */
function xargsGroups(
  items: readonly string[],
  command: readonly string[],
  text: string,
  values: ReadonlyMap<string, string>,
  notEmpty: boolean,
): string[][] {
  const replace = values.get('I');
  const groups: string[][] = [];
  if (replace !== undefined)
    for (const item of items) groups.push(command.map((w) => w.replaceAll(replace || '{}', item)));
  else if (values.has('L')) {
    const size = Number(values.get('L'));
    const lines = text.split('\n').filter((l) => l.trim() !== '');
    for (let i = 0; i < lines.length; i += size)
      groups.push([...command, ...(splitInput(lines.slice(i, i + size).join(' ')) ?? [])]);
  } else {
    const size = Number(values.get('n') ?? 5000);
    for (let i = 0; i < items.length; i += size)
      groups.push([...command, ...items.slice(i, i + size)]);
    if (groups.length === 0 && !notEmpty) groups.push([...command]);
  }
  return groups;
}

function* runXargs(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? '0rtpe::n:s:I:E:P:xaL:' : '0rtpe::E:n:L:l::s:I:i::P:xd:a:',
    long: {
      null: '0',
      'no-run-if-empty': 'r',
      verbose: 't',
      'max-args': '=n',
      'max-procs': '=P',
      replace: '?I',
      delimiter: '=d',
      'arg-file': '=a',
      'max-lines': '=L',
    },
    posix: true,
  });
  const text = decodeUtf8(yield* sys.readAll(0));
  const replace = values.get('I');
  let items: string[] | undefined;
  if (flags.has('0'))
    items = text.split('\0').filter((t, i, all) => i < all.length - 1 || t !== '');
  else if (values.has('d'))
    items = text.replace(/\n$/, '').split(values.get('d')!.replace('\\n', '\n'));
  else if (replace !== undefined)
    items = text
      .split('\n')
      .map((l) => l.trim())
      .filter((l) => l !== '');
  else items = splitInput(text);
  if (!items)
    return yield* tool.fail(
      tool.busybox
        ? 'unmatched single quote'
        : 'unmatched single quote; by default quotes are special to xargs unless you use the -0 option',
    );
  const command = operands.length > 0 ? operands : ['echo'];
  if (values.has('n') && !/^[1-9]\d*$/.test(values.get('n')!)) {
    return yield* tool.fail(
      tool.busybox
        ? `invalid number '${values.get('n')!}'`
        : `invalid number "${values.get('n')!}" for -n option`,
    );
  }
  const groups = xargsGroups(items, command, text, values, flags.has('r'));
  let status = 0;
  const nothing = yield* sys.open('/dev/null', { read: true });
  for (const argv of groups) {
    if (flags.has('t')) yield* sys.write(2, `${argv.join(' ')}\n`);
    const result = yield* runCommand(tool, argv, nothing);
    if (result === 255) {
      yield* tool.warn(`${argv[0]!}: exited with status 255; aborting`);
      throw new ToolExit(124);
    }
    if (result === 126 || result === 127) return result;
    if (result > 0) status = 123;
  }
  return status;
}

export const FIND_TOOLS: readonly Tool[] = [
  { name: 'find', run: runFind },
  { name: 'xargs', run: runXargs },
];
