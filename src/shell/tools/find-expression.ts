/** Reads the expression of find into a test. Models findutils `parser.c` and BusyBox `find.c`. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { compilePattern } from '../exec/pattern';
import { statOrNone } from './files';
import { longLine } from './find-list';
import { runCommand } from './run-command';
import type { Context } from './tool';

export interface Item {
  readonly path: string;
  readonly name: string;
  readonly stat: FileStat;
  readonly depth: number;
  readonly start: string;
}

export type Test = (item: Item) => Sys<boolean>;

export interface Plan {
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

export class ExpressionReader {
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
        if (tool.busybox) yield* tool.usage('unrecognized: -printf');
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
