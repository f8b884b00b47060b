/**
 * Parsing of flags (spf13/pflag): long and short, values apart or joined, combined short flags,
 * `--`, and whether arguments may stand between flags. Errors carry pflag's sentences;
 * program.ts adds the rest.
 */
import type { Flag } from './command';
import { checkText } from './flag-checks';
import { ValueError, valueType, zeroValue } from './flag-values';

/** A wrong flag: exit code 125 and a pointer to the help. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** The values of one command line. */
export class FlagSet {
  private readonly values = new Map<string, unknown>();
  private readonly given = new Set<string>();

  constructor(readonly flags: readonly Flag[]) {
    for (const flag of flags) {
      const type = valueType(flag.type);
      const preset = flag.preset === undefined ? zeroValue(flag.type) : type.parse(flag.preset);
      this.values.set(flag.name, preset);
    }
  }

  set(flag: Flag, text: string): void {
    const type = valueType(flag.type);
    let value: unknown;
    try {
      if (flag.check) checkText(flag.check, text);
      value = type.parse(text);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const shown = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
      throw new FlagError(
        `invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${error.message}`,
      );
    }
    if (type.list) {
      const before = this.given.has(flag.name) ? (this.values.get(flag.name) as unknown[]) : [];
      this.values.set(flag.name, before.concat([value]));
    } else {
      this.values.set(flag.name, value);
    }
    this.given.add(flag.name);
  }

  /** True when the command line gave it. */
  changed(name: string): boolean {
    return this.given.has(name);
  }
  bool(name: string): boolean {
    return this.values.get(name) === true;
  }
  text(name: string): string {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  }
  number(name: string): number {
    return Number(this.values.get(name) ?? 0);
  }
  /** The values of a repeatable flag. */
  list<T = string>(name: string): readonly T[] {
    return (this.values.get(name) ?? []) as readonly T[];
  }
  /** `strings` and `command` flags give words. */
  words(name: string): readonly string[] {
    return ((this.values.get(name) ?? []) as readonly (string | readonly string[])[]).flat();
  }
  /** `map` flags and `key=value` lists. */
  map(name: string): Record<string, string> {
    const map: Record<string, string> = {};
    for (const item of this.list<string | readonly [string, string]>(name)) {
      if (typeof item !== 'string') map[item[0]] = item[1];
      else {
        const mark = item.indexOf('=');
        map[mark < 0 ? item : item.slice(0, mark)] = mark < 0 ? '' : item.slice(mark + 1);
      }
    }
    return map;
  }
}

export interface ParsedLine {
  readonly flags: FlagSet;
  readonly args: readonly string[];
  /** `--help` was among the flags. */
  readonly help: boolean;
  /** `-h`, which is an old spelling of `--help`. */
  readonly shortHelp: boolean;
}

class LineParser {
  readonly set: FlagSet;
  readonly args: string[] = [];
  help = false;
  shortHelp = false;

  constructor(
    flags: readonly Flag[],
    private readonly words: readonly string[],
    private readonly flagsEndAtArgs: boolean,
  ) {
    this.set = new FlagSet(flags);
  }

  run(): void {
    let at = 0;
    while (at < this.words.length) {
      const word = this.words[at++]!;
      if (word === '--') {
        this.args.push(...this.words.slice(at));
        return;
      }
      if (word.startsWith('--')) at = this.long(word.slice(2), at);
      else if (word.startsWith('-') && word.length > 1) at = this.short(word, at);
      else if (this.flagsEndAtArgs) {
        this.args.push(...this.words.slice(at - 1));
        return;
      } else this.args.push(word);
    }
  }

  private long(body: string, at: number): number {
    const mark = body.indexOf('=');
    const name = mark < 0 ? body : body.slice(0, mark);
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: --${body}`);
    const flag = this.set.flags.find((item) => item.name === name);
    if (!flag && name === 'help') {
      this.help = true;
      return at;
    }
    if (!flag) throw new FlagError(`unknown flag: --${name}`);
    if (mark >= 0) this.set.set(flag, body.slice(mark + 1));
    else if (flag.type === 'bool') this.set.set(flag, 'true');
    else if (at < this.words.length) this.set.set(flag, this.words[at++]!);
    else throw new FlagError(`flag needs an argument: --${name}`);
    if (flag.name === 'help') this.help = this.set.bool('help');
    return at;
  }

  private short(word: string, at: number): number {
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      const flag = this.set.flags.find((item) => item.short === letter);
      if (!flag && letter === 'h') {
        this.help = true;
        this.shortHelp = true;
        continue;
      }
      if (!flag) throw new FlagError(`unknown shorthand flag: '${letter}' in -${word.slice(i)}`);
      const rest = word.slice(i + 1);
      if (rest.length > 1 && rest[0] === '=') {
        this.set.set(flag, rest.slice(1));
        return at;
      }
      if (flag.type === 'bool') {
        this.set.set(flag, 'true');
        continue;
      }
      if (rest !== '') {
        this.set.set(flag, rest);
        return at;
      }
      if (at >= this.words.length)
        throw new FlagError(`flag needs an argument: '${letter}' in -${word.slice(i)}`);
      this.set.set(flag, this.words[at]!);
      return at + 1;
    }
    return at;
  }
}

/** Throws FlagError. */
export function parseFlags(
  flags: readonly Flag[],
  words: readonly string[],
  flagsEndAtArgs: boolean,
): ParsedLine {
  const parser = new LineParser(flags, words, flagsEndAtArgs);
  parser.run();
  return { flags: parser.set, args: parser.args, help: parser.help, shortHelp: parser.shortHelp };
}
