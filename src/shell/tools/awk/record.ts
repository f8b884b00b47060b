/** The present record and its fields, each made from the other when it is asked for. */
import { compileRegex } from '../regex';
import { fromInput, LooksNumeric, toText, type Value } from './values';

const regexes = new Map<string, RegExp>();

/** Regular expressions are few in a program and used often. */
export function awkRegex(source: string, flags = ''): RegExp {
  const key = `${flags}/${source}`;
  let regex = regexes.get(key);
  if (!regex) {
    if (regexes.size > 500) regexes.clear();
    regex = compileRegex(source, true, flags);
    regexes.set(key, regex);
  }
  regex.lastIndex = 0;
  return regex;
}

export function splitText(text: string, separator: string, paragraph = false): string[] {
  if (separator === ' ') {
    const body = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
    return body === '' ? [] : body.split(/[ \t\n]+/);
  }
  if (text === '') return [];
  if (separator === '') return [...text];
  if (separator.length === 1 && separator !== '\\' && !paragraph) return text.split(separator);
  const source =
    separator.length === 1 ? separator.replace(/[.^$*+?(){}|[\]\\]/, '\\$&') : separator;
  return splitByRegex(text, awkRegex(paragraph ? `(${source})|\n` : source, 'g'));
}

/** Without the groups that JavaScript's split would put in. */
export function splitByRegex(text: string, regex: RegExp): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(regex)) {
    if (match[0] === '') continue;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

export class AwkRecord {
  private text = '';
  private whole: Value = '';
  private fields: Value[] | undefined = [];
  /** A field was set: the text is to be joined again. */
  private stale = false;

  constructor(
    private readonly setting: (name: 'FS' | 'OFS' | 'RS' | 'CONVFMT') => string,
    private readonly wide: boolean,
  ) {}

  set(text: string): void {
    this.text = text;
    this.whole = undefined;
    this.fields = undefined;
    this.stale = false;
  }

  private split(): Value[] {
    this.fields ??= splitText(
      this.text,
      this.setting('FS'),
      this.setting('RS') === '' && this.setting('FS') !== ' ',
    ).map(fromInput);
    return this.fields;
  }

  get value(): string {
    if (this.stale) {
      const format = this.setting('CONVFMT');
      this.text = this.split()
        .map((f) => toText(f, format, this.wide))
        .join(this.setting('OFS'));
      this.whole = undefined;
      this.stale = false;
    }
    return this.text;
  }

  get count(): number {
    return this.split().length;
  }

  set count(count: number) {
    const fields = this.split();
    while (fields.length < count) fields.push('');
    fields.length = Math.max(0, count);
    this.stale = true;
  }

  field(index: number): Value {
    if (index !== 0) return this.split()[index - 1];
    const text = this.value;
    if (this.whole === undefined) this.whole = fromInput(text);
    return this.whole;
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.set(toText(value, this.setting('CONVFMT'), this.wide));
      return;
    }
    const fields = this.split();
    while (fields.length < index) fields.push('');
    fields[index - 1] = value instanceof LooksNumeric ? value : (value ?? '');
    this.stale = true;
  }
}
