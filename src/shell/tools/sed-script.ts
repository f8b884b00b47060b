/** Reads a sed script into commands. Models GNU sed `compile.c` with its complaints. */
import { compileRegex } from './regex';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'regex'; readonly regex: RegExp | undefined }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'plus'; readonly count: number };

export interface Command {
  readonly name: string;
  readonly from?: Address;
  readonly to?: Address;
  readonly negate: boolean;
  readonly text: string;
  readonly regex?: RegExp | undefined;
  readonly replacement?: string;
  readonly flags?: string;
  /** For `{`: where its `}` stands. */
  end?: number;
  /** A range under way, and its last line when that is known. */
  active?: boolean;
  until?: number;
}

export class SedFault extends Error {}

export class ScriptReader {
  private at = 0;
  readonly commands: Command[] = [];

  constructor(
    private readonly src: string,
    private readonly extended: boolean,
    private readonly busybox: boolean,
  ) {}

  parse(): Command[] {
    const open: number[] = [];
    for (;;) {
      while (/[\s;]/.test(this.src[this.at] ?? '')) this.at++;
      if (this.at >= this.src.length) break;
      if (this.src[this.at] === '#') {
        this.restOfLine();
        continue;
      }
      const command = this.command();
      if (command.name === '{') open.push(this.commands.length);
      if (command.name === '}') {
        const start = open.pop();
        if (start === undefined) throw new SedFault("unexpected `}'");
        this.commands[start]!.end = this.commands.length;
      }
      this.commands.push(command);
    }
    if (open.length > 0) throw new SedFault("unmatched `{'");
    return this.commands;
  }

  get position(): number {
    return this.at;
  }

  private restOfLine(): string {
    const end = this.src.indexOf('\n', this.at);
    const text = this.src.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.src.length : end + 1;
    return text;
  }

  private address(): Address | undefined {
    const rest = this.src.slice(this.at);
    const step = /^(\d+)~(\d+)/.exec(rest);
    if (step && !this.busybox) {
      this.at += step[0].length;
      return { kind: 'step', first: Number(step[1]), step: Number(step[2]) };
    }
    const line = /^\d+/.exec(rest);
    if (line) {
      this.at += line[0].length;
      return { kind: 'line', line: Number(line[0]) };
    }
    if (rest[0] === '$') {
      this.at++;
      return { kind: 'last' };
    }
    if (rest[0] !== '/' && rest[0] !== '\\') return undefined;
    let mark = '/';
    this.at++;
    if (rest[0] === '\\') mark = this.src[this.at++]!;
    const text = this.delimited(mark, true);
    if (text === undefined) throw new SedFault('unterminated address regex');
    const flags = /^[IM]*/.exec(this.src.slice(this.at))![0];
    this.at += flags.length;
    return {
      kind: 'regex',
      regex: text === '' ? undefined : this.regex(text, flags.includes('I') ? 'i' : ''),
    };
  }

  private regex(text: string, flags: string): RegExp {
    try {
      return compileRegex(text, this.extended, flags);
    } catch (error) {
      throw new SedFault(
        error instanceof Error && /Unmatched/.test(error.message)
          ? 'unterminated address regex'
          : 'Invalid preceding regular expression',
      );
    }
  }

  /** Text up to an unescaped mark; brackets of a regular expression may hold it. */
  private delimited(mark: string, isRegex: boolean): string | undefined {
    let text = '';
    let bracket = false;
    for (; this.at < this.src.length; this.at++) {
      const ch = this.src[this.at]!;
      if (ch === '\\') {
        const next = this.src[++this.at];
        if (next === mark && (isRegex || true))
          text += isRegex && /[.*[\]^$+?(){}|]/.test(mark) ? `\\${mark}` : mark;
        else if (next === 'n' && isRegex) text += '\n';
        else text += `\\${next ?? ''}`;
        continue;
      }
      if (isRegex && ch === '[' && !bracket) bracket = true;
      else if (bracket && ch === ']' && !/\[\^?$/.test(text)) bracket = false;
      if (ch === mark && !bracket) {
        this.at++;
        return text;
      }
      text += ch;
    }
    return undefined;
  }

  private command(): Command {
    const from = this.address();
    let to: Address | undefined;
    while (/[ \t]/.test(this.src[this.at] ?? '')) this.at++;
    if (from && this.src[this.at] === ',') {
      this.at++;
      while (/[ \t]/.test(this.src[this.at] ?? '')) this.at++;
      const plus = /^\+(\d+)/.exec(this.src.slice(this.at));
      if (plus) {
        this.at += plus[0].length;
        to = { kind: 'plus', count: Number(plus[1]) };
      } else to = this.address();
      if (!to) throw new SedFault("unexpected `,'");
    }
    while (/[ \t]/.test(this.src[this.at] ?? '')) this.at++;
    let negate = false;
    while (this.src[this.at] === '!') {
      negate = true;
      this.at++;
      while (/[ \t]/.test(this.src[this.at] ?? '')) this.at++;
    }
    const name = this.src[this.at++];
    if (name === undefined) throw new SedFault('missing command');
    const head = { name, negate, ...(from ? { from } : {}), ...(to ? { to } : {}) };
    return { ...head, ...this.body(name) };
  }

  private body(name: string): {
    text: string;
    regex?: RegExp | undefined;
    replacement?: string;
    flags?: string;
  } {
    if (name === 's' || name === 'y') return this.substitution(name);
    if ('aic'.includes(name)) return { text: this.appended() };
    if ('btT:'.includes(name)) {
      const match = /^[ \t]*([^;\n}]*)/.exec(this.src.slice(this.at))!;
      this.at += match[0].length;
      return { text: match[1]!.trim() };
    }
    if ('rwRW'.includes(name)) return { text: this.restOfLine().trim() };
    if ('qQlL'.includes(name)) {
      // BusyBox's q takes no number.
      if (this.busybox && /^[ \t]*\d/.test(this.src.slice(this.at)))
        throw new SedFault('missing command');
      const match = /^[ \t]*(\d*)/.exec(this.src.slice(this.at))!;
      this.at += match[0].length;
      return { text: match[1]! };
    }
    if (!'{}dDpPnNgGhHx=zF'.includes(name)) {
      const text = this.busybox ? `unsupported command ${name}` : `unknown command: \`${name}'`;
      throw new SedFault(text);
    }
    if (name !== '{' && name !== '}' && !/^[ \t]*([;\n}#]|$)/.test(this.src.slice(this.at))) {
      throw new SedFault('extra characters after command');
    }
    return { text: '' };
  }

  /** Text of a, i and c: on this line, or after a backslash on the next ones. */
  private appended(): string {
    const rest = this.src.slice(this.at);
    const lead = /^[ \t]*(\\\n)?[ \t]*/.exec(rest)!;
    this.at += lead[0].length;
    if (lead[1] === undefined && this.src[this.at] === '\\') this.at++;
    if (this.at >= this.src.length) throw new SedFault("expected \\ after `a', `c' or `i'");
    let text = '';
    for (;;) {
      const line = this.restOfLine();
      if (line.endsWith('\\')) text += `${line.slice(0, -1)}\n`;
      else return text + line.replace(/\\(.)/g, '$1');
    }
  }

  private substitution(name: string): {
    text: string;
    regex?: RegExp | undefined;
    replacement: string;
    flags: string;
  } {
    const mark = this.src[this.at++];
    if (mark === undefined || mark === '\n' || mark === '\\')
      throw new SedFault(`unterminated \`${name}' command`);
    const pattern = this.delimited(mark, name === 's');
    const replacement = pattern === undefined ? undefined : this.delimited(mark, false);
    if (pattern === undefined || replacement === undefined)
      throw new SedFault(this.busybox ? `unmatched '${mark}'` : `unterminated \`${name}' command`);
    if (name === 'y') {
      const clean = (t: string) => t.replace(/\\n/g, '\n').replace(/\\\\/g, '\\');
      if (clean(pattern).length !== clean(replacement).length)
        throw new SedFault("strings for `y' command are different lengths");
      return { text: clean(pattern), replacement: clean(replacement), flags: '' };
    }
    let flags = '';
    let text = '';
    for (;;) {
      const ch = this.src[this.at];
      if (ch === undefined || /[;\n}#]/.test(ch)) break;
      this.at++;
      if (ch === 'w') {
        text = this.restOfLine().trim();
        break;
      }
      if (/[gpiImMe0-9]/.test(ch)) flags += ch;
      else if (!/[ \t]/.test(ch)) throw new SedFault("unknown option to `s'");
    }
    const regex =
      pattern === ''
        ? undefined
        : this.regex(pattern, `g${/[iI]/.test(flags) ? 'i' : ''}${/[mM]/.test(flags) ? 'm' : ''}`);
    return { text, regex, replacement, flags };
  }
}
