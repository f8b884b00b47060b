/**
 * Expansion of variables and removal of quotes (buildkit `frontend/dockerfile/shell/lex.go`, 20.10):
 * `$x`, `${x}`, `${x:-d}`, `${x:+d}`, `${x:?m}`, `${x?m}` and no more.
 */
import { BuildFailure } from './failure';
import { goQuote, isSpace } from './go-text';

/** `Lex.ProcessWord`. `env` as `NAME=value`; the first of a name counts. */
export function expandWord(word: string, env: readonly string[], escape: string): string {
  return process(word, env, escape).text;
}

/** `Lex.ProcessWords`: also split at blanks, of values too. */
export function expandWords(word: string, env: readonly string[], escape: string): string[] {
  return process(word, env, escape).words;
}

/** How BuildKit shows an instruction: variables that have a value, everything else as it was written. */
export function showWord(
  word: string,
  env: readonly string[],
  escape: string,
  quotes: boolean,
): string {
  const lexer = new WordLexer(word, env, escape, quotes);
  try {
    return lexer.processStopOn('').text;
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    return word;
  }
}

function process(word: string, env: readonly string[], escape: string) {
  const lexer = new WordLexer(word, env, escape);
  try {
    return lexer.processStopOn('');
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    const message = `failed to process ${goQuote(word)}: ${error.message}`;
    throw new BuildFailure(message, undefined, 400);
  }
}

const SPECIAL = '@*#?-$!0';

class Words {
  private readonly done: string[] = [];
  private word = '';
  private inWord = false;

  /** A character that separates words if it is a blank. */
  add(ch: string): void {
    if (!isSpace(ch)) this.addRaw(ch);
    else if (this.inWord) this.close();
  }

  addText(text: string): void {
    for (const ch of text) this.add(ch);
  }

  addRaw(text: string): void {
    this.word += text;
    this.inWord = true;
  }

  private close(): void {
    if (this.word !== '') this.done.push(this.word);
    this.word = '';
    this.inWord = false;
  }

  all(): string[] {
    return this.word === '' ? this.done : [...this.done, this.word];
  }
}

class WordLexer {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(
    word: string,
    private readonly env: readonly string[],
    private readonly escape: string,
    /** `RawQuotes` and `SkipUnsetEnv`: quotes stay, and so do names that have no value. */
    private readonly raw = false,
  ) {
    this.chars = [...word];
  }

  private peek(): string | undefined {
    return this.chars[this.at];
  }

  private next(): string | undefined {
    return this.chars[this.at++];
  }

  processStopOn(stop: string): { text: string; words: string[] } {
    let text = '';
    const words = new Words();
    for (let ch = this.peek(); ch !== undefined; ch = this.peek()) {
      if (stop !== '' && ch === stop) {
        this.next();
        return { text, words: words.all() };
      }
      if (ch === '$') {
        const value = this.processDollar();
        text += value;
        words.addText(value);
      } else if (ch === "'" || ch === '"') {
        const value = ch === "'" ? this.processSingleQuote() : this.processDoubleQuote();
        text += value;
        words.addRaw(value);
      } else {
        this.next();
        if (ch === this.escape) {
          ch = this.next();
          if (ch === undefined) break;
          words.addRaw(ch);
        } else words.add(ch);
        text += ch;
      }
    }
    if (stop !== '')
      throw new BuildFailure(`unexpected end of statement while looking for matching ${stop}`);
    return { text, words: words.all() };
  }

  private processSingleQuote(): string {
    this.next();
    let text = '';
    for (let ch = this.next(); ch !== "'"; ch = this.next()) {
      if (ch === undefined) throw unclosed('single-quote');
      text += ch;
    }
    return this.raw ? `'${text}'` : text;
  }

  private processDoubleQuote(): string {
    this.next();
    let text = this.raw ? '"' : '';
    for (;;) {
      let ch = this.peek();
      if (ch === undefined) throw unclosed('double-quote');
      if (ch === '$') {
        text += this.processDollar();
        continue;
      }
      this.next();
      if (ch === '"') return this.raw ? `${text}"` : text;
      if (ch === this.escape) {
        const after = this.peek();
        if (after === undefined) continue;
        if (after === '"' || after === '$' || after === this.escape) ch = this.next()!;
      }
      text += ch;
    }
  }

  private processDollar(): string {
    this.next();
    if (this.peek() !== '{') {
      const name = this.processName();
      return name === '' ? '$' : (this.lookUp(name) ?? (this.raw ? `$${name}` : ''));
    }
    this.next();
    const first = this.peek();
    if (first === undefined) throw new BuildFailure("syntax error: missing '}'");
    if (first === '{' || first === '}' || first === ':')
      throw new BuildFailure('syntax error: bad substitution');
    const name = this.processName();
    const ch = this.next();
    if (ch === '}') return this.lookUp(name) ?? (this.raw ? `\${${name}}` : '');
    if (ch === '?') {
      const word = this.processModifierWord();
      if (this.raw && this.lookUp(name) === undefined) return `\${${name}?${word}}`;
      return this.lookUp(name) ?? refuse(name, word, 'is not allowed to be unset');
    }
    if (ch === ':') return this.processModifier(name);
    throw new BuildFailure("missing ':' in substitution");
  }

  private processModifier(name: string): string {
    const modifier = this.next();
    const word = this.processModifierWord();
    const value = this.lookUp(name);
    if (this.raw && value === undefined && modifier !== undefined && '+-?'.includes(modifier))
      return `\${${name}:${modifier}${word}}`;
    switch (modifier) {
      case '+':
        return value === undefined || value === '' ? '' : word;
      case '-':
        return value === undefined || value === '' ? word : value;
      case '?':
        if (value === undefined) return refuse(name, word, 'is not allowed to be unset');
        return value === '' ? refuse(name, word, 'is not allowed to be empty') : value;
      default:
        throw new BuildFailure(`unsupported modifier (${modifier ?? '\ufffd'}) in substitution`);
    }
  }

  private processModifierWord(): string {
    try {
      return this.processStopOn('}').text;
    } catch (error) {
      if (error instanceof BuildFailure && this.peek() === undefined)
        throw new BuildFailure("syntax error: missing '}'");
      throw error;
    }
  }

  private processName(): string {
    let name = '';
    for (let ch = this.peek(); ch !== undefined; ch = this.peek()) {
      if (name === '' && isDigit(ch)) {
        for (; ch !== undefined && isDigit(ch); ch = this.peek()) name += this.next()!;
        return name;
      }
      if (name === '' && SPECIAL.includes(ch)) return this.next()!;
      if (!/\p{L}/u.test(ch) && !isDigit(ch) && ch !== '_') break;
      name += this.next()!;
    }
    return name;
  }

  private lookUp(name: string): string | undefined {
    for (const entry of this.env) {
      const mark = entry.indexOf('=');
      if (mark < 0) {
        if (entry === name) return '';
      } else if (entry.slice(0, mark) === name) return entry.slice(mark + 1);
    }
    return undefined;
  }
}

function isDigit(ch: string): boolean {
  return /\p{Nd}/u.test(ch);
}

function unclosed(kind: string): BuildFailure {
  return new BuildFailure(`unexpected end of statement while looking for matching ${kind}`);
}

function refuse(name: string, word: string, words: string): never {
  throw new BuildFailure(`${name}: ${word === '' ? words : word}`);
}
