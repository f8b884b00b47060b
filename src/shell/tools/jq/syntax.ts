/** Reads jq's filters. The grammar is that of jq 1.6's `parser.y`, without modules and labels. */
import { unescapeJson, type Json } from './json';

export type Filter =
  | { readonly kind: 'identity' | 'descend' }
  | { readonly kind: 'literal'; readonly value: Json }
  | {
      readonly kind: 'text';
      readonly parts: readonly (string | Filter)[];
      readonly format?: string;
    }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Filter; readonly key: Filter }
  | {
      readonly kind: 'slice';
      readonly of: Filter;
      readonly from: Filter | undefined;
      readonly to: Filter | undefined;
    }
  | { readonly kind: 'each'; readonly of: Filter }
  | {
      readonly kind: 'pipe' | 'comma' | 'default';
      readonly left: Filter;
      readonly right: Filter;
    }
  | {
      readonly kind: 'binary' | 'update';
      readonly op: string;
      readonly left: Filter;
      readonly right: Filter;
    }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'negative'; readonly of: Filter }
  | { readonly kind: 'array'; readonly of: Filter | undefined }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | {
      readonly kind: 'if';
      readonly test: Filter;
      readonly yes: Filter;
      readonly no: Filter | undefined;
    }
  | { readonly kind: 'try'; readonly body: Filter; readonly handler: Filter | undefined }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Filter[] }
  | {
      readonly kind: 'bind';
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly body: Filter;
    }
  | {
      readonly kind: 'reduce' | 'foreach';
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly first: Filter;
      readonly update: Filter;
      readonly extract: Filter | undefined;
    }
  | { readonly kind: 'define'; readonly made: Definition; readonly rest: Filter };

export type Pattern =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Pattern[] }
  | { readonly kind: 'fields'; readonly entries: readonly (readonly [Filter, Pattern])[] };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Filter;
}

export class JqSyntaxError extends Error {}

type Token =
  | { readonly kind: 'op' | 'name' | 'field' | 'variable' | 'format'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'string'; readonly text: string; readonly parts: readonly (string | Filter)[] }
  | { readonly kind: 'end'; readonly text: string };

const OPERATOR =
  /(?:\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[-+*/%=<>|,.:;()[\]{}?])/y;
const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
const WORDS = new Set([
  'if',
  'then',
  'elif',
  'else',
  'end',
  'as',
  'def',
  'reduce',
  'foreach',
  'try',
  'catch',
  'and',
  'or',
  'import',
  'include',
  'label',
]);

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (;;) {
    read(/(?:\s|#[^\n]*)+/y);
    if (at >= text.length) return tokens;
    let found: string | undefined;
    if ((found = read(/\.[A-Za-z_]\w*/y))) tokens.push({ kind: 'field', text: found.slice(1) });
    else if ((found = read(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y)))
      tokens.push({ kind: 'number', text: found, value: Number(found) });
    else if ((found = read(/[A-Za-z_]\w*(?:::\w+)*/y))) tokens.push({ kind: 'name', text: found });
    else if ((found = read(/\$[A-Za-z_]\w*/y)))
      tokens.push({ kind: 'variable', text: found.slice(1) });
    else if ((found = read(/@[a-z0-9]+/y))) tokens.push({ kind: 'format', text: found });
    else if (text[at] === '"') {
      const [parts, end] = stringParts(text, at + 1);
      tokens.push({ kind: 'string', text: text.slice(at, end), parts });
      at = end;
    } else if ((found = read(OPERATOR))) tokens.push({ kind: 'op', text: found });
    else throw new JqSyntaxError(`syntax error, unexpected INVALID_CHARACTER`);
  }
}

/** Up to the closing quote; `\(` begins a filter. */
function stringParts(text: string, from: number): [(string | Filter)[], number] {
  const parts: (string | Filter)[] = [];
  let plain = '';
  for (let i = from; i < text.length; i++) {
    const ch = text[i]!;
    if (ch === '"') return [[...parts, unescapeJson(plain)], i + 1];
    if (ch !== '\\') plain += ch;
    else if (text[i + 1] !== '(') plain += ch + text[++i]!;
    else {
      parts.push(unescapeJson(plain));
      plain = '';
      let depth = 1;
      let end = i + 2;
      for (; depth > 0 && end < text.length; end++) {
        if (text[end] === '"') end = stringParts(text, end + 1)[1] - 1;
        else if (text[end] === '(') depth++;
        else if (text[end] === ')') depth--;
      }
      parts.push(parseJq(text.slice(i + 2, end - 1)));
      i = end - 1;
    }
  }
  throw new JqSyntaxError('syntax error, unexpected QQSTRING_START, expecting $end');
}

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  private get token(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  private is(text: string): boolean {
    const { token } = this;
    return (token.kind === 'op' || token.kind === 'name') && token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private fault(): JqSyntaxError {
    const { kind, text } = this.token;
    const names = {
      end: '$end',
      name: 'IDENT',
      field: 'FIELD',
      number: 'LITERAL',
      string: 'QQSTRING_START',
      format: 'FORMAT',
      variable: "'$'",
      op: `'${text}'`,
    };
    return new JqSyntaxError(`syntax error, unexpected ${WORDS.has(text) ? text : names[kind]}`);
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.fault();
  }

  whole(): Filter {
    if (this.tokens.length === 0) return { kind: 'identity' };
    const filter = this.pipe();
    if (this.at < this.tokens.length) throw this.fault();
    return filter;
  }

  definitions(): Definition[] {
    const out: Definition[] = [];
    while (this.is('def')) out.push(this.definition());
    return out;
  }

  private definition(): Definition {
    this.expect('def');
    const name = this.token.text;
    this.at++;
    const parameters: string[] = [];
    if (this.accept('(')) {
      do {
        parameters.push(this.token.kind === 'variable' ? `$${this.token.text}` : this.token.text);
        this.at++;
      } while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.pipe();
    this.expect(';');
    return { name, parameters, body };
  }

  private pipe(): Filter {
    if (this.is('def')) {
      const made = this.definition();
      return { kind: 'define', made, rest: this.pipe() };
    }
    const left = this.comma();
    if (this.accept('as')) {
      const pattern = this.pattern();
      this.expect('|');
      return { kind: 'bind', source: left, pattern, body: this.pipe() };
    }
    return this.accept('|') ? { kind: 'pipe', left, right: this.pipe() } : left;
  }

  private comma(): Filter {
    let left = this.alternative();
    while (this.accept(',')) left = { kind: 'comma', left, right: this.alternative() };
    return left;
  }

  private alternative(): Filter {
    const left = this.update();
    return this.accept('//') ? { kind: 'default', left, right: this.alternative() } : left;
  }

  private update(): Filter {
    const left = this.or();
    if (this.token.kind !== 'op' || !UPDATES.has(this.token.text)) return left;
    const op = this.token.text;
    this.at++;
    return { kind: 'update', op, left, right: this.alternative() };
  }

  private or(): Filter {
    let left = this.and();
    while (this.accept('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Filter {
    let left = this.comparison();
    while (this.accept('and')) left = { kind: 'and', left, right: this.comparison() };
    return left;
  }

  private comparison(): Filter {
    const left = this.sum();
    if (this.token.kind !== 'op' || !COMPARISONS.has(this.token.text)) return left;
    const op = this.token.text;
    this.at++;
    return { kind: 'binary', op, left, right: this.sum() };
  }

  private sum(): Filter {
    let left = this.product();
    while (this.is('+') || this.is('-')) {
      const op = this.token.text;
      this.at++;
      left = { kind: 'binary', op, left, right: this.product() };
    }
    return left;
  }

  private product(): Filter {
    let left = this.postfix();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const op = this.token.text;
      this.at++;
      left = { kind: 'binary', op, left, right: this.postfix() };
    }
    return left;
  }

  private postfix(): Filter {
    let of = this.term();
    for (;;) {
      if (this.token.kind === 'field') {
        of = { kind: 'index', of, key: { kind: 'literal', value: this.token.text } };
        this.at++;
      } else if (this.is('.') && this.tokens[this.at + 1]?.kind === 'string') {
        this.at++;
        of = { kind: 'index', of, key: this.term() };
      } else if (this.is('.') && this.tokens[this.at + 1]?.text === '[') this.at++;
      else if (this.is('[')) of = this.bracket(of);
      else if (this.accept('?')) of = { kind: 'try', body: of, handler: undefined };
      else return of;
    }
  }

  private bracket(of: Filter): Filter {
    this.expect('[');
    if (this.accept(']')) return { kind: 'each', of };
    const from = this.is(':') ? undefined : this.pipe();
    if (!this.accept(':')) {
      this.expect(']');
      return { kind: 'index', of, key: from! };
    }
    const to = this.is(']') ? undefined : this.pipe();
    this.expect(']');
    return { kind: 'slice', of, from, to };
  }

  private term(): Filter {
    const { token } = this;
    this.at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: token.value };
      case 'string':
        return { kind: 'text', parts: token.parts };
      case 'format':
        if (this.token.kind !== 'string') return { kind: 'format', name: token.text };
        this.at++;
        return {
          kind: 'text',
          parts: (this.tokens[this.at - 1] as Extract<Token, { kind: 'string' }>).parts,
          format: token.text,
        };
      case 'variable':
        return { kind: 'variable', name: token.text };
      case 'field':
        return {
          kind: 'index',
          of: { kind: 'identity' },
          key: { kind: 'literal', value: token.text },
        };
      case 'name':
        return this.word(token.text);
      default:
        return this.symbol(token.text);
    }
  }

  private symbol(text: string): Filter {
    switch (text) {
      case '.':
        if (this.token.kind === 'string')
          return { kind: 'index', of: { kind: 'identity' }, key: this.term() };
        return { kind: 'identity' };
      case '..':
        return { kind: 'descend' };
      case '-':
        return { kind: 'negative', of: this.postfix() };
      case '(': {
        const inner = this.pipe();
        this.expect(')');
        return inner;
      }
      case '[': {
        if (this.accept(']')) return { kind: 'array', of: undefined };
        const of = this.pipe();
        this.expect(']');
        return { kind: 'array', of };
      }
      case '{':
        return this.object();
      default:
        this.at--;
        throw this.fault();
    }
  }

  private word(name: string): Filter {
    switch (name) {
      case 'if':
        return this.conditional();
      case 'try': {
        const body = this.postfix();
        return { kind: 'try', body, handler: this.accept('catch') ? this.postfix() : undefined };
      }
      case 'reduce':
      case 'foreach':
        return this.fold(name);
      case 'null':
        return { kind: 'literal', value: null };
      case 'true':
      case 'false':
        return { kind: 'literal', value: name === 'true' };
    }
    if (WORDS.has(name)) {
      this.at--;
      throw this.fault();
    }
    const args: Filter[] = [];
    if (this.accept('(')) {
      do args.push(this.pipe());
      while (this.accept(';'));
      this.expect(')');
    }
    return { kind: 'call', name, args };
  }

  private conditional(): Filter {
    const test = this.pipe();
    this.expect('then');
    const yes = this.pipe();
    if (this.accept('elif')) return { kind: 'if', test, yes, no: this.conditional() };
    const no = this.accept('else') ? this.pipe() : undefined;
    this.expect('end');
    return { kind: 'if', test, yes, no };
  }

  private fold(kind: 'reduce' | 'foreach'): Filter {
    const source = this.postfix();
    this.expect('as');
    const pattern = this.pattern();
    this.expect('(');
    const first = this.pipe();
    this.expect(';');
    const update = this.pipe();
    const extract = this.accept(';') ? this.pipe() : undefined;
    this.expect(')');
    return { kind, source, pattern, first, update, extract };
  }

  private pattern(): Pattern {
    if (this.token.kind === 'variable') {
      this.at++;
      return { kind: 'name', name: this.tokens[this.at - 1]!.text };
    }
    if (this.accept('[')) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (this.accept(','));
      this.expect(']');
      return { kind: 'list', items };
    }
    this.expect('{');
    const entries: [Filter, Pattern][] = [];
    do {
      const { token } = this;
      const key: Filter = this.accept('(') ? this.inBrackets() : this.key();
      if (this.accept(':')) entries.push([key, this.pattern()]);
      else entries.push([key, { kind: 'name', name: token.text }]);
    } while (this.accept(','));
    this.expect('}');
    return { kind: 'fields', entries };
  }

  private inBrackets(): Filter {
    const inner = this.pipe();
    this.expect(')');
    return inner;
  }

  private key(): Filter {
    const { token } = this;
    this.at++;
    if (token.kind === 'string') return { kind: 'text', parts: token.parts };
    if (['name', 'variable', 'number'].includes(token.kind))
      return { kind: 'literal', value: token.text };
    this.at--;
    throw this.fault();
  }

  private object(): Filter {
    const entries: [Filter, Filter][] = [];
    if (this.accept('}')) return { kind: 'object', entries };
    do {
      const { token } = this;
      const key = this.accept('(')
        ? this.inBrackets()
        : token.kind === 'format'
          ? this.term()
          : this.key();
      if (this.accept(':')) entries.push([key, this.objectValue()]);
      else if (token.kind === 'variable')
        entries.push([key, { kind: 'variable', name: token.text }]);
      else entries.push([key, { kind: 'index', of: { kind: 'identity' }, key }]);
    } while (this.accept(','));
    this.expect('}');
    return { kind: 'object', entries };
  }

  /** Without commas: these part the entries. */
  private objectValue(): Filter {
    const left = this.alternative();
    return this.accept('|') ? { kind: 'pipe', left, right: this.objectValue() } : left;
  }
}

/** Throws JqSyntaxError. */
export function parseJq(text: string): Filter {
  return new Reader(lex(text)).whole();
}

export function parseDefinitions(text: string): Definition[] {
  return new Reader(lex(text)).definitions();
}
