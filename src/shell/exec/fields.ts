/**
 * Collects the fields that a word expands to: text, and the same text as a pattern in which quoted
 * characters are escaped. Models POSIX.1 2.6.5 field splitting.
 */
import { escapePattern } from './pattern';

export interface Field {
  text: string;
  pattern: string;
  /** Has a quote in it, so it stays even if it is empty. */
  quoted: boolean;
  /** Unquoted glob characters stand in it. */
  magic: boolean;
}

export class Fields {
  readonly done: Field[] = [];
  private current: Field | undefined;
  /** White space has just closed a field, so a delimiter now belongs to it. */
  private afterSpace = false;

  private open(): Field {
    this.afterSpace = false;
    this.current ??= { text: '', pattern: '', quoted: false, magic: false };
    return this.current;
  }

  quoted(text: string): void {
    const field = this.open();
    field.quoted = true;
    field.text += text;
    field.pattern += escapePattern(text);
  }

  /** Text of the program itself: globs live, no splitting. */
  literal(text: string): void {
    if (text === '') return;
    const field = this.open();
    field.text += text;
    field.pattern += text;
    if (/[*?[(]/.test(text)) field.magic = true;
  }

  /** Result of an unquoted expansion that is not split (assignments). */
  unsplit(text: string): void {
    this.literal(text);
  }

  /** Result of an unquoted expansion: split at IFS. */
  split(text: string, ifs: string): void {
    if (text === '') return;
    if (ifs === '') {
      this.plain(text);
      return;
    }
    let i = 0;
    while (i < text.length) {
      const ch = text[i]!;
      if (!ifs.includes(ch)) {
        let end = i + 1;
        while (end < text.length && !ifs.includes(text[end]!)) end++;
        this.plain(text.slice(i, end));
        i = end;
        continue;
      }
      i = this.delimiter(text, i, ifs);
    }
  }

  private delimiter(text: string, at: number, ifs: string): number {
    let i = at;
    const space = (k: number) =>
      k < text.length && ifs.includes(text[k]!) && ' \t\n'.includes(text[k]!);
    while (space(i)) i++;
    if (i < text.length && ifs.includes(text[i]!)) {
      // A delimiter that is no white space closes a field, an empty one too, once.
      if (!this.current && !this.afterSpace) this.open();
      this.close();
      this.afterSpace = false;
      i++;
      while (space(i)) i++;
      return i;
    }
    if (this.current) {
      this.close();
      this.afterSpace = true;
    }
    return i;
  }

  private plain(text: string): void {
    const field = this.open();
    field.text += text;
    field.pattern += text.replace(/\\/g, '\\\\');
    if (/[*?[]/.test(text)) field.magic = true;
  }

  /** Ends the current field. */
  close(): void {
    if (this.current) this.done.push(this.current);
    this.current = undefined;
  }

  get isOpen(): boolean {
    return this.current !== undefined;
  }

  finish(): Field[] {
    this.close();
    return this.done;
  }
}
