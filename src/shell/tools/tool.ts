/**
 * What a tool is: one implementation that speaks as the GNU program or as the BusyBox applet. The
 * frame catches its exceptions, as exit codes and error texts are alike in all tools of a family.
 */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../base';
import { sys, SysError, type ProcessStart, type Program, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { versionText } from './gnu-versions';
import { BUSYBOX_USAGE } from './busybox-usage';
import { USAGE_AM } from './busybox-usage-a-m';
import { USAGE_NZ } from './busybox-usage-n-z';

export interface Tool {
  readonly name: string;
  run(tool: Context): Sys<number>;
  /** BusyBox's help behind "Usage: ": shown for wrong options. */
  readonly usage?: string;
  /** What the GNU program prints behind a complaint about an option. */
  readonly usageLine?: string;
  /** Status for wrong usage of the BusyBox applet; 1 if not given. */
  readonly busyboxStatus?: number;
  /** Status for wrong usage of the GNU program; 1 if not given. */
  readonly usageStatus?: number;
  /** Only one of the families has it. */
  readonly only?: 'gnu' | 'busybox';
}

/** Ends a tool at once. */
export class ToolExit extends Error {
  constructor(readonly status: number) {
    super('tool exit');
  }
}

export const BUSYBOX_BANNER = 'BusyBox v1.35.0 (2022-11-10 19:29:49 UTC) multi-call binary.';

/** What options were given. Repeated values are in order. */
export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly all: readonly (readonly [string, string | undefined])[];
  readonly operands: readonly string[];
}

export interface OptionSpec {
  /** As for getopt(3): letters, a colon behind those with a value. */
  readonly short: string;
  /** Long names: the letter or name they stand for, `=` in front for one with a value, `?` optional. */
  readonly long?: Readonly<Record<string, string>>;
  /** Stop at the first operand (env, nohup, timeout). */
  readonly posix?: boolean;
}

/** What BusyBox prints behind `Usage: `. */
const usageOf = (name: string): string =>
  BUSYBOX_USAGE[name] ?? USAGE_AM[name] ?? USAGE_NZ[name] ?? name;

export class Context {
  private out: Uint8Array[] = [];
  private outLength = 0;
  status = 0;

  constructor(
    readonly tool: Tool,
    readonly name: string,
    readonly argv: readonly string[],
    readonly env: Readonly<Record<string, string>>,
    readonly busybox: boolean,
    readonly start: ProcessStart,
  ) {}

  get args(): readonly string[] {
    return this.argv.slice(1);
  }

  /** Collects output; it leaves when there is much of it, at `flush`, and at the end. */
  *print(text: string | Uint8Array): Sys<void> {
    const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
    this.out.push(bytes);
    this.outLength += bytes.length;
    if (this.outLength >= 4096) yield* this.flush();
  }

  *flush(): Sys<void> {
    if (this.outLength === 0) return;
    const all = concatBytes(this.out);
    this.out = [];
    this.outLength = 0;
    yield* sys.write(1, all);
  }

  /** Writes to the standard error, if there is one. */
  *say(text: string): Sys<void> {
    try {
      yield* sys.write(2, text);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EBADF') throw error;
      this.status = Math.max(this.status, 1);
    }
  }

  /** A complaint `name: text`. */
  *warn(text: string): Sys<void> {
    yield* this.flush();
    yield* this.say(`${this.name}: ${text}\n`);
    this.status = Math.max(this.status, 1);
  }

  *fail(text: string, status = 1): Sys<never> {
    yield* this.warn(text);
    throw new ToolExit(status);
  }

  /** `name: path: reason`, or BusyBox's `can't open 'path': reason`. */
  *warnFile(path: string, error: SysError, verb = 'open'): Sys<void> {
    const reason = errnoText(error.errno);
    yield* this.warn(
      this.busybox && verb !== '' ? `can't ${verb} '${path}': ${reason}` : `${path}: ${reason}`,
    );
  }

  /** The answer to wrong usage. */
  *usage(
    text?: string,
    status = this.busybox ? (this.tool.busyboxStatus ?? 1) : (this.tool.usageStatus ?? 1),
  ): Sys<never> {
    yield* this.flush();
    if (this.busybox) {
      const first = text === undefined ? '' : `${this.name}: ${text}\n`;
      const help = this.tool.usage ?? usageOf(this.name);
      yield* this.say(`${first}${BUSYBOX_BANNER}\n\nUsage: ${help}\n`);
    } else {
      const first = text === undefined ? '' : `${this.name}: ${text}\n`;
      yield* this.say(`${first}Try '${this.name} --help' for more information.\n`);
    }
    throw new ToolExit(status);
  }

  /** Reads options as getopt_long does, operands in between allowed unless `posix`. */
  *options(spec: OptionSpec, args: readonly string[] = this.args): Sys<Options> {
    const flags = new Set<string>();
    const values = new Map<string, string>();
    const all: [string, string | undefined][] = [];
    const operands: string[] = [];
    const add = (name: string, value?: string) => {
      flags.add(name);
      if (value !== undefined) values.set(name, value);
      all.push([name, value]);
    };
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (arg === '--') {
        operands.push(...args.slice(i + 1));
        break;
      }
      if (arg.startsWith('--')) {
        i = yield* this.longOption(spec, args, i, add);
      } else if (arg.startsWith('-') && arg !== '-') {
        i = yield* this.shortOptions(spec, args, i, add);
      } else {
        operands.push(arg);
        if (spec.posix) {
          operands.push(...args.slice(i + 1));
          break;
        }
      }
    }
    return { flags, values, all, operands };
  }

  private *shortOptions(
    spec: OptionSpec,
    args: readonly string[],
    at: number,
    add: (name: string, value?: string) => void,
  ): Sys<number> {
    const arg = args[at]!;
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k]!;
      const place = letter === ':' ? -1 : spec.short.indexOf(letter);
      if (place < 0) {
        if (this.busybox) yield* this.usage(`unrecognized option: ${letter}`);
        yield* this.invalidOption(letter);
      }
      if (spec.short[place + 1] !== ':') {
        add(letter);
        continue;
      }
      if (k + 1 < arg.length) {
        add(letter, arg.slice(k + 1));
        return at;
      }
      if (spec.short[place + 2] === ':') {
        add(letter);
        return at;
      }
      if (at + 1 >= args.length) {
        if (this.busybox) yield* this.usage(`option requires an argument: ${letter}`);
        yield* this.usage(`option requires an argument -- '${letter}'`);
      }
      add(letter, args[at + 1]!);
      return at + 1;
    }
    return at;
  }

  /** grep shows a line of its usage besides. */
  private *invalidOption(letter: string): Sys<never> {
    const { usageLine } = this.tool;
    if (usageLine === undefined) yield* this.usage(`invalid option -- '${letter}'`);
    yield* this.flush();
    yield* this.say(`${this.name}: invalid option -- '${letter}'\n${usageLine!}\n`);
    return yield* this.usage();
  }

  private *longOption(
    spec: OptionSpec,
    args: readonly string[],
    at: number,
    add: (name: string, value?: string) => void,
  ): Sys<number> {
    const arg = args[at]!;
    const cut = arg.indexOf('=');
    const name = arg.slice(2, cut < 0 ? undefined : cut);
    const value = cut < 0 ? undefined : arg.slice(cut + 1);
    const long = spec.long ?? {};
    const fits =
      long[name] !== undefined ? [name] : Object.keys(long).filter((n) => n.startsWith(name));
    if (fits.length !== 1) {
      if (name === 'help' && this.busybox) {
        yield* this.say(`${BUSYBOX_BANNER}\n\nUsage: ${this.tool.usage ?? usageOf(this.name)}\n`);
        throw new ToolExit(0);
      }
      if (name === 'version' && !this.busybox) yield* this.version();
      if ((name === 'help' || name === 'version') && !this.busybox) yield* this.notSimulated(arg);
      if (this.busybox) yield* this.usage(`unrecognized option: ${arg.slice(2)}`);
      yield* this.usage(`unrecognized option '${arg}'`);
    }
    const target = long[fits[0]!]!;
    if (target.startsWith('?')) {
      add(target.slice(1), value ?? '');
      return at;
    }
    if (!target.startsWith('=')) {
      add(target);
      return at;
    }
    if (value !== undefined) add(target.slice(1), value);
    else {
      if (at + 1 >= args.length) yield* this.usage(`option '--${fits[0]!}' requires an argument`);
      add(target.slice(1), args[at + 1]!);
      return at + 1;
    }
    return at;
  }

  /** What `--version` of a program of coreutils says. */
  private *version(): Sys<void> {
    const text = versionText(this.tool.name);
    if (text === undefined) return;
    yield* this.print(text);
    throw new ToolExit(0);
  }

  *notSimulated(what: string): Sys<never> {
    yield* this.flush();
    yield* this.say(`not simulated: ${this.name} ${what}\n`);
    throw new ToolExit(125);
  }

  /** A whole input: a file, or the standard input for `-`. Undefined after a complaint. */
  *input(path: string): Sys<Uint8Array | undefined> {
    try {
      if (path === '-') return yield* sys.readAll(0);
      return yield* sys.readFile(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (this.busybox && error.errno === 'EISDIR') yield* this.warn(`read error: Is a directory`);
      else yield* this.warnFile(path, error);
      return undefined;
    }
  }

  *inputText(path: string): Sys<string | undefined> {
    const bytes = yield* this.input(path);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  }
}

/** Lines without their ends; the last may lack one. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** GNU programs complain under the name by which they were called; these do not. */
const FIXED_NAMES = new Set([
  'curl',
  'wget',
  'jq',
  'tree',
  'ip',
  'ping',
  'less',
  'vi',
  'nano',
  'man',
  'ss',
  'tc',
  'iptables',
]);

function* runTool(
  tool: Tool,
  start: ProcessStart,
  argv: readonly string[],
  busybox: boolean,
): Sys<number> {
  const called = (argv[0] ?? tool.name).replace(/^.*\//, '');
  const name = busybox || FIXED_NAMES.has(called) ? called : (argv[0] ?? tool.name);
  const context = new Context(tool, name, argv, start.env, busybox, start);
  try {
    const status = yield* tool.run(context);
    yield* context.flush();
    return status;
  } catch (error) {
    if (error instanceof ToolExit) {
      yield* flushQuietly(context);
      return error.status;
    }
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'EPIPE') return 141;
    if (error.errno === 'EINTR') return 130;
    try {
      const verb = busybox ? '' : 'write error: ';
      yield* sys.write(2, `${name}: ${verb}${errnoText(error.errno)}\n`);
    } catch (again) {
      if (!(again instanceof SysError)) throw again;
    }
    return 1;
  }
}

function* flushQuietly(context: Context): Sys<void> {
  try {
    yield* context.flush();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

export function toolProgram(tool: Tool): Program {
  return (start) => runTool(tool, start, start.argv, false);
}

/** BusyBox: the applet is the name it was called by, or its first argument. */
export function busyboxProgram(applets: ReadonlyMap<string, Tool>, shell: Program): Program {
  return function* busybox(start): Sys<number> {
    let { argv } = start;
    let name = (argv[0] ?? 'busybox').replace(/^.*\//, '').replace(/^-/, '');
    if (name === 'busybox') {
      argv = argv.slice(1);
      name = argv[0] ?? '';
      if (argv.length === 0 || name === '--help') return yield* listApplets(applets);
      if (name === '--list') {
        yield* sys.write(1, `${[...applets.keys()].sort().join('\n')}\n`);
        return 0;
      }
    }
    if (name === 'sh' || name === 'ash' || name === 'bash') {
      return yield* shell({ ...start, argv });
    }
    const tool = applets.get(name);
    if (!tool) {
      yield* sys.write(2, `${name}: applet not found\n`);
      return 127;
    }
    return yield* runTool(tool, start, argv, true);
  };
}

function* listApplets(applets: ReadonlyMap<string, Tool>): Sys<number> {
  yield* sys.write(
    1,
    `${BUSYBOX_BANNER}\nBusyBox is copyrighted by many authors between 1998-2015.\nLicensed under GPLv2. See source distribution for detailed\ncopyright notices.\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n   or: busybox --show SCRIPT\n   or: busybox --install [-s] [DIR]\n   or: function [arguments]...\n\n\tBusyBox is a multi-call binary that combines many common Unix\n\tutilities into a single executable.  Most people will create a\n\tlink to busybox for each function they wish to use and BusyBox\n\twill act like whatever it was invoked as.\n\nCurrently defined functions:\n\t${[...applets.keys()].sort().join(', ')}\n\n`,
  );
  return 0;
}
