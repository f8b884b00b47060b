/**
 * The line editor of bash (readline, emacs keys) and of BusyBox ash. Models readline `readline.c`,
 * `text.c`, `kill.c`, `isearch.c` and BusyBox `libbb/lineedit.c`. The terminal is raw while a line is
 * edited, and what is typed is echoed from here. Text in bytes that are no ASCII is shown as itself,
 * not as octal numbers as both do without a locale.
 */
import { sys, SysError, type Sys, type Termios } from '../../kernel';
import { columns, commonPrefix, quoteCandidate, type Completer } from './completing';
import { readKey, type Key } from './keys';
import { printable, Screen } from './screen';

export type EditorResult =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'eof' }
  | { readonly kind: 'interrupt' };

export type EditorStyle = 'readline' | 'ash';

/** Above this many candidates readline asks first. */
const ASK_ABOVE = 100;

export class LineEditor {
  private line = '';
  private at = 0;
  private readonly screen = new Screen();
  private prompt = '';
  /** Place in the history; its length means: the new line. */
  private place: number;
  /** Lines of the history as they were edited before Return. */
  private readonly drafts = new Map<number, string>();
  private killed = '';
  private lastWasKill = false;
  private lastTab: 'none' | 'changed' | 'same' = 'none';
  private lastNames: readonly string[] = [];
  private readonly undo: { line: string; at: number }[] = [];

  constructor(
    private readonly style: EditorStyle,
    private readonly history: readonly string[],
    private readonly completer: Completer,
    private readonly onInterrupt?: {
      readonly trapped: boolean;
      /** Runs the traps of signals that come while a line is edited. */
      readonly runTraps?: () => Sys<boolean>;
    },
  ) {
    this.place = history.length;
  }

  *readLine(prompt: string): Sys<EditorResult> {
    const before = yield* sys.tcgetattr(0);
    const raw: Termios = { ...before, icanon: false, echo: false, isig: false, icrnl: false };
    yield* sys.tcsetattr(0, raw);
    try {
      yield* this.begin(prompt);
      return yield* this.keys();
    } finally {
      if (this.style === 'readline') yield* this.write('\x1b[?2004l\r');
      yield* sys.tcsetattr(0, before);
    }
  }

  private *write(text: string): Sys<void> {
    if (text !== '') yield* sys.write(2, text);
  }

  private *begin(prompt: string): Sys<void> {
    this.screen.cols = Math.max(2, (yield* sys.winsize(0)).cols);
    const cut = prompt.lastIndexOf('\n');
    this.prompt = prompt.slice(cut + 1);
    this.screen.setPrompt(this.prompt);
    const head = printable(prompt.slice(0, cut + 1));
    const paste = this.style === 'readline' ? '\x1b[?2004h' : '';
    yield* this.write(paste + head + this.drawFresh());
  }

  /** First drawing: nothing to go up to or to clear. */
  private drawFresh(): string {
    this.screen.cursor = { row: 0, col: 0 };
    return this.screen.draw(this.line, this.at).replace(/^\r/, '').replace('\x1b[J', '');
  }

  private *redraw(): Sys<void> {
    yield* this.write(this.screen.draw(this.line, this.at));
  }

  private *keys(): Sys<EditorResult> {
    for (;;) {
      let key: Key;
      try {
        key = yield* readKey(0);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (error.errno !== 'EINTR') return { kind: 'eof' };
        yield* this.resized();
        continue;
      }
      const result = yield* this.take(key);
      if (result) return result;
    }
  }

  private *resized(): Sys<void> {
    // readline runs traps while it waits; ash forgets the signal.
    const { runTraps } = this.onInterrupt ?? {};
    if (!runTraps) yield* sys.sigpending();
    else if (yield* runTraps()) return;
    const cols = Math.max(2, (yield* sys.winsize(0)).cols);
    if (cols === this.screen.cols) return;
    this.screen.cols = cols;
    yield* this.redraw();
  }

  /** Does what a key means; a result ends the line. */
  private *take(key: Key): Sys<EditorResult | undefined> {
    if (key.name !== 'tab') this.lastTab = 'none';
    const kills = /^(ctrl-[kuw]|meta-d|meta-backspace)$/.test(key.name);
    switch (key.name) {
      case 'enter':
        return yield* this.accept();
      case 'eof':
        return { kind: 'eof' };
      case 'ctrl-c':
        return yield* this.interrupt();
      case 'ctrl-d':
        if (this.line === '') {
          if (this.style === 'readline') yield* this.write('\n');
          return { kind: 'eof' };
        }
        yield* this.remove(this.at, this.at + 1);
        break;
      case 'ctrl-r':
        return yield* this.search();
      case 'tab':
        yield* this.complete();
        break;
      case 'paste-begin':
        return yield* this.paste();
      case 'char':
        yield* this.insert(key.text);
        break;
      default:
        yield* this.edit(key);
    }
    this.lastWasKill = kills;
    return undefined;
  }

  private *accept(): Sys<EditorResult> {
    const { out, blank } = this.screen.leave(this.line, this.at);
    yield* this.write(blank && this.style === 'readline' ? `${out}\r` : `${out}\n`);
    return { kind: 'line', text: this.line };
  }

  private *interrupt(): Sys<EditorResult> {
    if (this.onInterrupt?.trapped) {
      if (this.style === 'ash') yield* this.write('^C');
    } else yield* this.write(`${this.screen.leave(this.line, this.at).out}^C\n`);
    return { kind: 'interrupt' };
  }

  private remember(): void {
    this.undo.push({ line: this.line, at: this.at });
    if (this.undo.length > 1000) this.undo.shift();
  }

  private *insert(text: string): Sys<void> {
    this.remember();
    const atEnd = this.at === this.line.length;
    this.line = this.line.slice(0, this.at) + text + this.line.slice(this.at);
    this.at += text.length;
    if (atEnd && [...text].length === 1 && text !== '\n')
      yield* this.write(this.screen.append(text));
    else yield* this.redraw();
  }

  private *remove(from: number, to: number): Sys<void> {
    if (from < 0 || to > this.line.length || from >= to) return;
    this.remember();
    this.line = this.line.slice(0, from) + this.line.slice(to);
    this.at = from;
    yield* this.redraw();
  }

  /** Cuts text out into the kill buffer; neighbouring cuts join. */
  private *kill(from: number, to: number, forward: boolean): Sys<void> {
    if (from >= to) return;
    const text = this.line.slice(from, to);
    if (!this.lastWasKill) this.killed = text;
    else this.killed = forward ? this.killed + text : text + this.killed;
    yield* this.remove(from, to);
  }

  private *goTo(at: number): Sys<void> {
    this.at = Math.max(0, Math.min(this.line.length, at));
    yield* this.redraw();
  }

  private wordStart(from: number, isWord: (ch: string) => boolean): number {
    let i = from;
    while (i > 0 && !isWord(this.line[i - 1]!)) i--;
    while (i > 0 && isWord(this.line[i - 1]!)) i--;
    return i;
  }

  private wordEnd(from: number): number {
    let i = from;
    while (i < this.line.length && !/\w/.test(this.line[i]!)) i++;
    while (i < this.line.length && /\w/.test(this.line[i]!)) i++;
    return i;
  }

  private *edit(key: Key): Sys<void> {
    const { line, at } = this;
    const alnum = (ch: string) => /\w/.test(ch);
    const solid = (ch: string) => !/\s/.test(ch);
    switch (key.name) {
      case 'backspace':
        return yield* this.remove(at - this.widthBefore(), at);
      case 'delete':
        return yield* this.remove(at, at + 1);
      case 'left':
      case 'ctrl-b':
        return yield* this.goTo(at - this.widthBefore());
      case 'right':
      case 'ctrl-f':
        return yield* this.goTo(at + ((line.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
      case 'home':
      case 'ctrl-a':
        return yield* this.goTo(0);
      case 'end':
      case 'ctrl-e':
        return yield* this.goTo(line.length);
      case 'meta-b':
        return yield* this.goTo(this.wordStart(at, alnum));
      case 'meta-f':
        return yield* this.goTo(this.wordEnd(at));
      case 'ctrl-k':
        return yield* this.kill(at, line.length, true);
      case 'ctrl-u':
        return yield* this.kill(0, at, false);
      case 'ctrl-w':
        return yield* this.kill(this.wordStart(at, solid), at, false);
      case 'meta-backspace':
        return yield* this.kill(this.wordStart(at, alnum), at, false);
      case 'meta-d':
        return yield* this.kill(at, this.wordEnd(at), true);
      case 'up':
      case 'ctrl-p':
        return yield* this.recall(this.place - 1);
      case 'down':
      case 'ctrl-n':
        return yield* this.recall(this.place + 1);
      case 'ctrl-l':
        yield* this.write('\x1b[H\x1b[2J');
        this.screen.cursor = { row: 0, col: 0 };
        return yield* this.redraw();
      default:
        if (this.style === 'readline') yield* this.editMore(key);
    }
  }

  private widthBefore(): number {
    const code = this.line.charCodeAt(this.at - 1);
    return code >= 0xdc00 && code <= 0xdfff ? 2 : 1;
  }

  /** Keys that only readline has. */
  private *editMore(key: Key): Sys<void> {
    const { line, at } = this;
    switch (key.name) {
      case 'ctrl-y':
        if (this.killed !== '') yield* this.insert(this.killed);
        return;
      case 'ctrl-t':
        return yield* this.transpose();
      case 'ctrl-_':
      case 'ctrl-x': {
        const last = this.undo.pop();
        if (!last) return;
        this.line = last.line;
        this.at = last.at;
        return yield* this.redraw();
      }
      case 'meta-<':
        return yield* this.recall(0);
      case 'meta->':
        return yield* this.recall(this.history.length);
      case 'meta-.':
      case 'meta-_': {
        const words = (this.history.at(-1) ?? '').split(/\s+/).filter((w) => w !== '');
        if (words.length > 0) yield* this.insert(words.at(-1)!);
        return;
      }
      case 'meta-u':
      case 'meta-l':
      case 'meta-c': {
        const end = this.wordEnd(at);
        const word = line.slice(at, end);
        const changed =
          key.name === 'meta-u'
            ? word.toUpperCase()
            : key.name === 'meta-l'
              ? word.toLowerCase()
              : word.toLowerCase().replace(/[a-z]/, (c) => c.toUpperCase());
        this.remember();
        this.line = line.slice(0, at) + changed + line.slice(end);
        return yield* this.goTo(end);
      }
      case 'ctrl-v':
      case 'ctrl-q': {
        const next = yield* readKey(0);
        return yield* this.insert(next.text === '' ? '\x1b' : next.text);
      }
      case 'meta-#':
        return;
      default:
        return;
    }
  }

  private *transpose(): Sys<void> {
    const { line } = this;
    if (line.length < 2 || this.at === 0) return;
    this.remember();
    const at = this.at === line.length ? this.at - 1 : this.at;
    this.line = line.slice(0, at - 1) + line[at]! + line[at - 1]! + line.slice(at + 1);
    yield* this.goTo(at + 1);
  }

  private *recall(place: number): Sys<void> {
    if (place < 0 || place > this.history.length) return;
    this.drafts.set(this.place, this.line);
    this.place = place;
    this.line = this.drafts.get(place) ?? this.history[place] ?? '';
    this.at = this.line.length;
    this.undo.length = 0;
    yield* this.redraw();
  }

  /** Text between the brackets of a paste goes in as it is, line ends too. */
  private *paste(): Sys<EditorResult | undefined> {
    let text = '';
    for (;;) {
      let key: Key;
      try {
        key = yield* readKey(0);
      } catch (error) {
        if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
        yield* this.resized();
        continue;
      }
      // The terminal makes a signal of it, wherever it stands.
      if (key.name === 'ctrl-c') return yield* this.interrupt();
      if (key.name === 'paste-end' || key.name === 'eof') break;
      text += key.text;
    }
    if (this.style === 'readline' && text !== '') yield* this.insert(text);
    return undefined;
  }

  /** ^R: a prompt of its own until a key that edits or ends the line. */
  private *search(): Sys<EditorResult | undefined> {
    const before = { line: this.line, at: this.at, place: this.place };
    const [open, close] = this.style === 'readline' ? ['`', "'"] : ["'", "'"];
    let text = '';
    let failed = false;
    let from = this.history.length - 1;
    let limit = Infinity;
    const show = () => {
      const state =
        failed && this.style === 'readline' ? '(failed reverse-i-search)' : '(reverse-i-search)';
      this.screen.setPrompt(`${state}${open}${text}${close}: `);
      return this.screen.draw(this.line, this.at);
    };
    yield* this.write(show());
    for (;;) {
      const key = yield* readKey(0);
      if (key.name === 'ctrl-r') {
        if (this.style === 'ash') from--;
        else limit = this.at - 1;
      } else if (key.name === 'char') {
        text += key.text;
        limit = Infinity;
      } else if (key.name === 'backspace') {
        text = text.slice(0, -1);
        from = this.history.length - 1;
        limit = Infinity;
      } else {
        this.screen.setPrompt(this.prompt);
        if (key.name === 'ctrl-g' || (key.name === 'ctrl-c' && this.style === 'readline')) {
          if (this.style === 'readline') Object.assign(this, before);
          yield* this.redraw();
          return key.name === 'ctrl-c' ? yield* this.interrupt() : undefined;
        }
        yield* this.redraw();
        return key.name === 'meta-' ? undefined : yield* this.take(key);
      }
      const found = this.find(text, from, limit);
      failed = found === undefined;
      if (found) {
        from = found.index;
        this.line = this.history[from]!;
        this.place = from;
        this.at = found.at;
      }
      yield* this.write(show());
    }
  }

  private find(
    text: string,
    from: number,
    limit: number,
  ): { index: number; at: number } | undefined {
    if (text === '') return undefined;
    for (let i = Math.min(from, this.history.length - 1); i >= 0; i--) {
      const line = this.history[i]!;
      const end = i === from ? limit : Infinity;
      const at =
        this.style === 'ash' ? line.indexOf(text) : end < 0 ? -1 : line.lastIndexOf(text, end);
      if (at >= 0) return { index: i, at };
    }
    return undefined;
  }

  private *complete(): Sys<void> {
    // ash shows again what its last Tab found; readline looks anew.
    if (this.style === 'ash' && this.lastTab !== 'none') {
      if (this.lastNames.length > 1) yield* this.showCandidates(this.lastNames);
      return;
    }
    const found = yield* this.completer.complete(this.line, this.at);
    const { candidates, start, quote } = found;
    this.lastNames = candidates.map((c) => c.display);
    if (candidates.length === 0) {
      this.lastTab = 'same';
      yield* this.write('\x07');
      return;
    }
    const common = commonPrefix(candidates.map((c) => c.text));
    const typed = this.line.slice(start, this.at);
    let text = quoteCandidate(common, quote, this.style);
    if (candidates.length === 1) {
      const { suffix } = candidates[0]!;
      const closing = this.style === 'readline' && suffix !== '/' ? quote : '';
      text += closing + suffix;
    } else if (common.length < typed.replace(/\\(.)/g, '$1').length) text = typed;
    if (text !== typed) {
      this.remember();
      this.line = this.line.slice(0, start) + text + this.line.slice(this.at);
      this.at = start + text.length;
      yield* this.redraw();
      if (candidates.length > 1) yield* this.write('\x07');
      this.lastTab = 'changed';
      return;
    }
    const list = this.lastTab === 'same';
    this.lastTab = 'same';
    if (candidates.length === 1) return;
    if (!list) {
      yield* this.write('\x07');
      return;
    }
    yield* this.showCandidates(this.lastNames);
  }

  private *showCandidates(names: readonly string[]): Sys<void> {
    yield* this.write(`${this.screen.leave(this.line, this.at).out}\n`);
    if (this.style === 'readline' && names.length >= ASK_ABOVE) {
      yield* this.write(`Display all ${names.length} possibilities? (y or n)`);
      for (;;) {
        const key = yield* readKey(0);
        if (/^[yY ]$/.test(key.text)) break;
        if (/^[nN]$/.test(key.text) || key.name === 'ctrl-c' || key.name === 'eof') {
          yield* this.write(`\n${this.drawFresh()}`);
          return;
        }
      }
      yield* this.write('\n');
    }
    const lines = columns(names, this.screen.cols);
    yield* this.write(`${lines.join('\n')}\n${this.drawFresh()}`);
  }
}
