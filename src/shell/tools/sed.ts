/** sed. Models GNU sed 4.9 and BusyBox `sed.c`: addresses, s, y, d, p, n, N, D, P, h, H, g, G, x, a, i, c, b, t, q, r, w, =, l. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { USAGE_TEXT, VERSION_TEXT } from './sed-texts';
import { ScriptReader, SedFault, type Address, type Command } from './sed-script';
import { linesOf, ToolExit, type Context, type Tool } from './tool';

/** One found text put into a replacement: `&`, `\1`, `\n`, and the case changes of GNU. */
function fill(
  replacement: string,
  groups: readonly (string | undefined)[],
  busybox: boolean,
): string {
  let out = '';
  let mode = '';
  let once = '';
  const put = (text: string) => {
    let t = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
    if (once !== '' && t !== '') {
      t = (once === 'u' ? t[0]!.toUpperCase() : t[0]!.toLowerCase()) + t.slice(1);
      once = '';
    }
    out += t;
  };
  for (let i = 0; i < replacement.length; i++) {
    const ch = replacement[i]!;
    if (ch === '&') put(groups[0]!);
    else if (ch === '\\') {
      const next = replacement[++i] ?? '';
      if (/[0-9]/.test(next)) put(groups[Number(next)] ?? '');
      else if (next === 'n') put('\n');
      else if (next === 't') put('\t');
      // BusyBox knows no changes of case.
      else if (busybox) put(next);
      else if (next === 'U' || next === 'L') mode = next;
      else if (next === 'E') mode = '';
      else if (next === 'u' || next === 'l') once = next;
      else put(next);
    } else put(ch);
  }
  return out;
}

class Machine {
  private space = '';
  private hold = '';
  private line = 0;
  private queue: string[] = [];
  private replaced = false;
  private lastRegex: RegExp | undefined;
  out: string[] = [];
  readonly files = new Map<string, string>();
  quit: number | undefined;

  constructor(
    private readonly commands: readonly Command[],
    private readonly quiet: boolean,
    private readonly tool: Context,
    private readonly lines: readonly string[],
    private readonly lastEnds: boolean,
    /** What ends a line: NUL under -z. */
    private readonly end: string,
    private next = 0,
  ) {}

  private get isLast(): boolean {
    return this.next >= this.lines.length;
  }

  private emit(text: string): void {
    const bare = this.isLast && !this.lastEnds && text === this.space;
    this.out.push(bare ? text : text + this.end);
  }

  private matches(address: Address): boolean {
    switch (address.kind) {
      case 'line':
        return this.line === address.line;
      case 'last':
        return this.isLast;
      case 'step':
        return address.step === 0
          ? this.line === address.first
          : this.line >= address.first && (this.line - address.first) % address.step === 0;
      case 'regex': {
        const regex = address.regex ?? this.lastRegex;
        if (regex) this.lastRegex = regex;
        if (!regex) return false;
        regex.lastIndex = 0;
        return regex.test(this.space);
      }
      default:
        return false;
    }
  }

  private selected(c: Command): boolean {
    if (!c.from) return !c.negate;
    if (!c.to) return this.matches(c.from) !== c.negate;
    return this.inRange(c, c.from, c.to) !== c.negate;
  }

  private inRange(c: Command, from: Address, to: Address): boolean {
    if (c.active) {
      if (c.until !== undefined) {
        if (this.line >= c.until) c.active = false;
        return this.line <= c.until;
      }
      if (this.matches(to)) c.active = false;
      return true;
    }
    const zero = from.kind === 'line' && from.line === 0 && this.line === 1;
    if (!zero && !this.matches(from)) return false;
    if (zero && this.matches(to)) return true;
    delete c.until;
    if (to.kind === 'line') c.until = to.line;
    if (to.kind === 'plus') c.until = this.line + to.count;
    c.active = c.until === undefined || c.until > this.line;
    return true;
  }

  private readNext(): boolean {
    if (this.isLast) return false;
    this.space = this.lines[this.next++]!;
    this.line++;
    return true;
  }

  private endCycle(print: boolean): void {
    if (print && !this.quiet) this.emit(this.space);
    for (const text of this.queue) this.out.push(text);
    this.queue = [];
  }

  *run(): Sys<void> {
    let fresh = true;
    while (this.quit === undefined) {
      if (fresh && !this.readNext()) break;
      fresh = true;
      const how = yield* this.cycle();
      if (how === 'restart') fresh = false;
      yield* this.tool.print(this.out.join(''));
      this.out = [];
    }
  }

  private *cycle(): Sys<'next' | 'restart'> {
    this.replaced = false;
    for (let i = 0; i < this.commands.length; i++) {
      const c = this.commands[i]!;
      if (!this.selected(c)) {
        if (c.name === '{') i = c.end!;
        continue;
      }
      switch (c.name) {
        case 'd':
          this.endCycle(false);
          return 'next';
        case 'D': {
          const cut = this.space.indexOf('\n');
          this.endCycle(false);
          if (cut < 0) return 'next';
          this.space = this.space.slice(cut + 1);
          return 'restart';
        }
        case 'n':
          if (this.isLast) {
            this.endCycle(true);
            this.quit = 0;
            return 'next';
          }
          this.endCycle(true);
          this.readNext();
          break;
        case 'N': {
          if (this.isLast) {
            this.endCycle(!this.tool.busybox || true);
            this.quit = 0;
            return 'next';
          }
          const before = this.space;
          this.readNext();
          this.space = `${before}\n${this.space}`;
          break;
        }
        case 'q':
        case 'Q':
          this.endCycle(c.name === 'q');
          this.quit = Number(c.text || 0);
          return 'next';
        case 'b':
        case 't':
        case 'T': {
          const jump = c.name === 'b' || (c.name === 't') === this.replaced;
          if (c.name !== 'b' && this.replaced) this.replaced = false;
          if (!jump) break;
          if (c.text === '') i = this.commands.length;
          else i = this.commands.findIndex((x) => x.name === ':' && x.text === c.text);
          if (i < 0) throw new SedFault(`can't find label for jump to \`${c.text}'`);
          break;
        }
        case 'c':
          if (!c.to || c.negate || !c.active) this.out.push(`${c.text}\n`);
          this.endCycle(false);
          return 'next';
        case 'r':
          yield* this.readFile(c.text);
          break;
        default:
          this.simple(c);
      }
    }
    this.endCycle(true);
    return 'next';
  }

  private *readFile(path: string): Sys<void> {
    try {
      this.queue.push(decodeUtf8(yield* sys.readFile(path)));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  private simple(c: Command): void {
    const first = () => this.space.split('\n')[0]!;
    switch (c.name) {
      case 'p':
        this.out.push(`${this.space}\n`);
        break;
      case 'P':
        this.out.push(`${first()}\n`);
        break;
      case 'h':
        this.hold = this.space;
        break;
      case 'H':
        this.hold += `\n${this.space}`;
        break;
      case 'g':
        this.space = this.hold;
        break;
      case 'G':
        this.space += `\n${this.hold}`;
        break;
      case 'x':
        [this.space, this.hold] = [this.hold, this.space];
        break;
      case 'z':
        this.space = '';
        break;
      case '=':
        this.out.push(`${this.line}\n`);
        break;
      case 'F':
        this.out.push('-\n');
        break;
      case 'a':
        this.queue.push(`${c.text}\n`);
        break;
      case 'i':
        this.out.push(`${c.text}\n`);
        break;
      case 'l':
        if (!this.tool.busybox) this.out.push(`${visible(this.space)}\n`);
        break;
      case 'y':
        this.space = [...this.space]
          .map((ch) => {
            const at = c.text.indexOf(ch);
            return at < 0 ? ch : c.replacement![at]!;
          })
          .join('');
        break;
      case 'w':
        this.files.set(c.text, `${this.files.get(c.text) ?? ''}${this.space}\n`);
        break;
      case 's':
        this.substitute(c);
        break;
      default:
        break;
    }
  }

  private substitute(c: Command): void {
    const regex = c.regex ?? (this.lastRegex && new RegExp(this.lastRegex.source, 'g'));
    if (!regex) throw new SedFault('no previous regular expression');
    this.lastRegex = regex;
    const flags = c.flags ?? '';
    const wanted = Number(/\d+/.exec(flags)?.[0] ?? 1);
    const all = flags.includes('g');
    let n = 0;
    let done = false;
    regex.lastIndex = 0;
    let lastEnd = -1;
    this.space = this.space.replace(regex, (...args) => {
      const found = args[0] as string;
      const groups = args.filter(
        (_, i) => i < args.length - (typeof args.at(-1) === 'object' ? 3 : 2),
      ) as (string | undefined)[];
      const at = args[args.length - (typeof args.at(-1) === 'object' ? 3 : 2)] as number;
      // An empty match right behind the last one does not count.
      if (found === '' && at === lastEnd) return '';
      lastEnd = at + found.length;
      n++;
      if (n < wanted || (n > wanted && !all)) return found;
      done = true;
      return fill(c.replacement!, groups, this.tool.busybox);
    });
    if (!done) return;
    this.replaced = true;
    if (flags.includes('p')) this.out.push(`${this.space}\n`);
    if (c.text !== '') {
      if (c.text === '/dev/stdout') this.out.push(`${this.space}\n`);
      else this.files.set(c.text, `${this.files.get(c.text) ?? ''}${this.space}\n`);
    }
  }
}

function visible(text: string): string {
  let out = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/[\x00-\x1f\x7f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  let wrapped = '';
  while (out.length > 69) {
    wrapped += `${out.slice(0, 69)}\\\n`;
    out = out.slice(69);
  }
  return `${wrapped}${out}$`;
}

function* run(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox ? 'i::rEne:f:s' : 'ni::rEe:f:szul:',
    long: {
      quiet: 'n',
      silent: 'n',
      expression: '=e',
      file: '=f',
      'in-place': '?i',
      'regexp-extended': 'E',
      separate: 's',
      'null-data': 'z',
      posix: 'posix',
      version: 'version',
      debug: 'debug',
      sandbox: 'sandbox',
      help: 'help',
    },
  });
  if (options.flags.has('version')) {
    yield* tool.print(tool.busybox ? 'This is not GNU sed version 4.0\n' : VERSION_TEXT);
    return 0;
  }
  if (options.flags.has('help') && !tool.busybox) {
    yield* tool.print(USAGE_TEXT);
    return 0;
  }
  const operands = [...options.operands];
  const pieces: string[] = [];
  for (const [name, value] of options.all) {
    if (name === 'e') pieces.push(value!);
    if (name === 'f') {
      const text = yield* tool.inputText(value!);
      if (text === undefined) return 1;
      pieces.push(text.replace(/\n$/, ''));
    }
  }
  if (pieces.length === 0) {
    const script = operands.shift();
    if (script === undefined) {
      if (tool.busybox) yield* tool.usage();
      yield* tool.say(USAGE_TEXT);
      return 1;
    }
    pieces.push(script);
  }
  const extended = options.flags.has('E') || options.flags.has('r');
  const quiet = options.flags.has('n') || pieces[0]!.startsWith('#n\n');
  const parse = () => new ScriptReader(pieces.join('\n'), extended, tool.busybox).parse();
  try {
    parse();
    return yield* edit(tool, parse, quiet, operands, options.flags, options.values.get('i'));
  } catch (error) {
    if (!(error instanceof SedFault)) throw error;
    yield* tool.flush();
    const where = tool.busybox ? '' : `-e expression #1, char ${pieces[0]!.length}: `;
    yield* sys.write(2, `sed: ${where}${error.message}\n`);
    throw new ToolExit(1);
  }
}

function* edit(
  tool: Context,
  parse: () => Command[],
  quiet: boolean,
  operands: readonly string[],
  flags: ReadonlySet<string>,
  suffix: string | undefined,
): Sys<number> {
  const inPlace = flags.has('i');
  let status = 0;
  const texts: { path: string; text: string }[] = [];
  for (const path of operands.length > 0 ? operands : ['-']) {
    try {
      texts.push({
        path,
        text: decodeUtf8(path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path)),
      });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      yield* tool.flush();
      if (error.errno === 'EISDIR' && !tool.busybox)
        yield* sys.write(
          2,
          inPlace
            ? `sed: couldn't edit ${path}: not a regular file\n`
            : `sed: read error on ${path}: Is a directory\n`,
        );
      else
        yield* sys.write(
          2,
          tool.busybox ? `sed: ${path}: ${reason}\n` : `sed: can't read ${path}: ${reason}\n`,
        );
      status = tool.busybox ? 1 : inPlace ? 4 : 2;
    }
  }
  const end = flags.has('z') ? '\0' : '\n';
  const groups = inPlace || flags.has('s') ? texts.map((t) => [t]) : [texts];
  for (const group of groups) {
    const whole = group
      .map((t, i) => {
        const whole = t.text === '' || t.text.endsWith(end) || i === group.length - 1;
        return whole ? t.text : t.text + end;
      })
      .join('');
    const ends =
      group.length === 0 || group.at(-1)!.text === '' || group.at(-1)!.text.endsWith(end);
    const sink = inPlace ? new Collector(tool) : tool;
    const machine = new Machine(parse(), quiet, sink as Context, recordsOf(whole, end), ends, end);
    yield* machine.run();
    for (const [path, text] of machine.files) yield* sys.writeFile(path, text);
    if (inPlace && group[0]) {
      if (suffix) yield* sys.writeFile(group[0].path + suffix, group[0].text);
      yield* sys.writeFile(group[0].path, (sink as Collector).text);
    }
    if (machine.quit !== undefined && machine.quit !== 0) return machine.quit;
    if (machine.quit !== undefined && !inPlace) break;
  }
  return status;
}

function recordsOf(text: string, end: string): string[] {
  if (end === '\n') return linesOf(text);
  const records = text.split(end);
  if (records.at(-1) === '') records.pop();
  return records;
}

/** Takes the output of an edit in place. */
class Collector {
  text = '';
  readonly busybox: boolean;
  constructor(tool: Context) {
    this.busybox = tool.busybox;
  }
  // eslint-disable-next-line require-yield -- stands in for the tool's own printing
  *print(text: string): Sys<void> {
    this.text += text;
  }
}

export const sed: Tool = { name: 'sed', run };
