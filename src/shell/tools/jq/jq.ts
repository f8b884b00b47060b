/** jq: options, inputs and complaints. Models jq 1.6 as in Debian 12. */
import { decodeUtf8 } from '../../../base';
import { sys, SysError, type Sys } from '../../../kernel';
import { errnoText } from '../../errno';
import { ToolExit, type Context, type Tool } from '../tool';
import { baseScope, knows, values, type Scope } from './evaluate';
import { JqError, JsonReader, toText, type Json, type Style } from './json';
import { JqSyntaxError, parseJq, type Filter } from './syntax';

interface Settings {
  readonly flags: Set<string>;
  readonly variables: Map<string, Json>;
  readonly operands: string[];
  indent: number;
}

const SHORT = new Set('cnrjaseSRCMhj');
const LONG: Readonly<Record<string, string>> = {
  'compact-output': 'c',
  'null-input': 'n',
  'raw-output': 'r',
  'join-output': 'j',
  'ascii-output': 'a',
  slurp: 's',
  'exit-status': 'e',
  'sort-keys': 'S',
  'raw-input': 'R',
  'color-output': 'C',
  'monochrome-output': 'M',
  tab: 'tab',
};

function* settingsOf(tool: Context): Sys<Settings> {
  const s: Settings = { flags: new Set(), variables: new Map(), operands: [], indent: 2 };
  const named = new Map<string, Json>();
  const positional: Json[] = [];
  const args = [...tool.args];
  let rest: 'operands' | 'args' | 'jsonargs' = 'operands';
  const json = (text: string) => new JsonReader(text).next() ?? null;
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (!/^-./.test(arg)) {
      if (rest === 'operands' || s.operands.length === 0) s.operands.push(arg);
      else positional.push(rest === 'args' ? arg : json(arg));
      continue;
    }
    const name = arg.slice(2);
    if (arg === '--arg' || arg === '--argjson' || arg === '--slurpfile' || arg === '--rawfile') {
      const key = args.shift();
      const text = args.shift();
      if (key === undefined || text === undefined) {
        yield* sys.write(
          2,
          `jq: error: ${arg} takes two parameters (e.g. ${arg} varname ${arg === '--arg' ? 'value' : 'text'})\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`,
        );
        throw new ToolExit(2);
      }
      let value: Json = text;
      if (arg === '--argjson') value = json(text);
      else if (arg === '--slurpfile') value = all(yield* sys.readText(text));
      else if (arg !== '--arg') value = yield* sys.readText(text);
      named.set(key, value);
    } else if (arg === '--args' || arg === '--jsonargs')
      rest = arg === '--args' ? 'args' : 'jsonargs';
    else if (arg === '--indent') s.indent = Number(args.shift() ?? 2);
    else if (arg === '-f' || arg === '--from-file')
      s.operands.unshift(yield* sys.readText(args.shift() ?? ''));
    else if (arg.startsWith('--') && LONG[name] !== undefined) s.flags.add(LONG[name]);
    else if (!arg.startsWith('--') && [...arg.slice(1)].every((c) => SHORT.has(c)))
      for (const c of arg.slice(1)) s.flags.add(c);
    else {
      yield* sys.write(
        2,
        `jq: Unknown arguments\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`,
      );
      throw new ToolExit(2);
    }
  }
  for (const [key, value] of named) s.variables.set(key, value);
  s.variables.set('ENV', new Map(Object.entries(tool.env)));
  s.variables.set('__prog_args', positional);
  s.variables.set(
    'ARGS',
    new Map<string, Json>([
      ['positional', positional],
      ['named', named],
    ]),
  );
  return s;
}

function all(text: string): Json[] {
  const reader = new JsonReader(text);
  const out: Json[] = [];
  for (let v = reader.next(); v !== undefined; v = reader.next()) out.push(v);
  return out;
}

/** The first name that nothing defines. */
function unknown(f: unknown, scope: Scope, bound: ReadonlySet<string>): string | undefined {
  if (typeof f !== 'object' || f === null) return undefined;
  if (Array.isArray(f)) {
    for (const item of f) {
      const found = unknown(item, scope, bound);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const node = f as Filter;
  if (node.kind === 'define') {
    const { made, rest } = node;
    const own = new Set([...bound, `${made.name}/${made.parameters.length}`]);
    const inner = new Set([...own, ...made.parameters.map((p) => `${p.replace(/^\$/, '')}/0`)]);
    return unknown(made.body, scope, inner) ?? unknown(rest, scope, own);
  }
  if (node.kind === 'call') {
    const key = `${node.name}/${node.args.length}`;
    if (!bound.has(key) && !knows(scope, key)) return key;
  }
  return unknown(Object.values(node), scope, bound);
}

function* compile(text: string, scope: Scope): Sys<Filter> {
  try {
    const filter = parseJq(text);
    const missing = unknown(filter, scope, new Set());
    if (missing === undefined) return filter;
    yield* sys.write(
      2,
      `jq: error: ${missing} is not defined at <top-level>, line 1:\n${text}\njq: 1 compile error\n`,
    );
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    yield* sys.write(
      2,
      `jq: error: ${error.message} (Unix shell quoting issues?) at <top-level>, line ${text.split('\n').length}:\n${text}${error.message.endsWith('$end') ? '   ' : ''}\njq: 1 compile error\n`,
    );
  }
  throw new ToolExit(3);
}

/** What `input` reads: set once the files are open. */
interface Further {
  next: () => Json | undefined;
}

interface Source {
  readonly name: string;
  readonly reader: JsonReader;
}

class Runner {
  private last: Json | undefined;
  private readonly style: Style;
  status = 0;

  constructor(
    private readonly tool: Context,
    private readonly settings: Settings,
    private readonly filter: Filter,
    private readonly scope: Scope,
  ) {
    const { flags, indent } = settings;
    const space = flags.has('tab') ? '\t' : ' '.repeat(indent);
    this.style = {
      indent: flags.has('c') || space === '' ? undefined : space,
      sorted: flags.has('S'),
    };
  }

  *on(input: Json, where: string): Sys<void> {
    const { flags } = this.settings;
    try {
      for (const value of values(this.filter, this.scope, input)) {
        const raw = flags.has('r') || flags.has('j');
        let text = raw && typeof value === 'string' ? value : toText(value, this.style);
        if (flags.has('a'))
          text = text.replace(
            /[\u0080-\uffff]/g,
            (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
        yield* this.tool.print(`${text}${flags.has('j') ? '' : '\n'}`);
        this.last = value;
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      yield* this.tool.flush();
      yield* sys.write(2, `jq: error (at ${where}): ${error.message}\n`);
      this.status = 5;
    }
  }

  get exitStatus(): number {
    if (this.status !== 0 || !this.settings.flags.has('e')) return this.status;
    if (this.last === undefined) return 4;
    return this.last === null || this.last === false ? 1 : 0;
  }
}

/** One value after the other, from all files; a parse error ends it. */
function* eachInput(
  tool: Context,
  runner: Runner,
  source: Source,
  each: (v: Json, at: string) => Sys<void>,
): Sys<void> {
  for (;;) {
    let value: Json | undefined;
    try {
      value = source.reader.next();
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      yield* tool.flush();
      yield* sys.write(
        2,
        `jq: error (at ${source.name}:${source.reader.line}): ${error.message}\n`.replace(
          /error \(at .*?\)/,
          'parse error',
        ),
      );
      runner.status = 2;
      return;
    }
    if (value === undefined) return;
    yield* each(value, `${source.name}:${source.reader.line}`);
  }
}

function* runJq(tool: Context): Sys<number> {
  const settings = yield* settingsOf(tool);
  const { flags, operands } = settings;
  const program = operands.shift();
  if (program === undefined) {
    yield* sys.write(
      2,
      'jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n\tjq [options] --args <jq filter> [strings...]\n\tjq [options] --jsonargs <jq filter> [JSON_TEXTS...]\n',
    );
    return 2;
  }
  const further: Further = { next: () => undefined };
  const scope = baseScope(settings.variables, () => further.next());
  const runner = new Runner(tool, settings, yield* compile(program, scope), scope);
  const texts: { name: string; text: string }[] = [];
  let missing = 0;
  for (const path of operands.length > 0 ? operands : flags.has('n') ? ['?'] : ['-']) {
    try {
      if (path === '?') texts.push({ name: '<unknown>', text: '' });
      else if (path === '-')
        texts.push({ name: '<stdin>', text: decodeUtf8(yield* sys.readAll(0)) });
      else texts.push({ name: path, text: yield* sys.readText(path) });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(2, `jq: error: Could not open file ${path}: ${errnoText(error.errno)}\n`);
      missing = 2;
    }
  }
  if (flags.has('R')) yield* rawInputs(runner, further, flags, texts);
  else yield* jsonInputs(tool, runner, further, flags, texts);
  yield* tool.flush();
  return runner.exitStatus || missing;
}

function* rawInputs(
  runner: Runner,
  further: Further,
  flags: ReadonlySet<string>,
  texts: readonly { name: string; text: string }[],
): Sys<void> {
  const text = texts.map((t) => t.text).join('');
  if (flags.has('s')) return yield* runner.on(text, '<stdin>:0');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let at = 0;
  further.next = () => lines[at++];
  if (flags.has('n')) return yield* runner.on(null, '<unknown>');
  while (at < lines.length) yield* runner.on(lines[at++]!, `<stdin>:${at}`);
}

function* jsonInputs(
  tool: Context,
  runner: Runner,
  further: Further,
  flags: ReadonlySet<string>,
  texts: readonly { name: string; text: string }[],
): Sys<void> {
  const sources: Source[] = texts.map(({ name, text }) => ({ name, reader: new JsonReader(text) }));
  further.next = () => {
    for (const s of sources) {
      const value = s.reader.next();
      if (value !== undefined) return value;
    }
    return undefined;
  };
  if (flags.has('n') && !flags.has('s')) return yield* runner.on(null, '<unknown>');
  const gathered: Json[] = [];
  for (const source of sources) {
    yield* eachInput(tool, runner, source, function* (value, at) {
      if (flags.has('s')) gathered.push(value);
      else yield* runner.on(value, at);
    });
  }
  if (flags.has('s')) yield* runner.on(gathered, `${texts.at(-1)?.name ?? '<stdin>'}:1`);
}

export const jq: Tool = { name: 'jq', run: runJq, only: 'gnu' };
