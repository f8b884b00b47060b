/**
 * The line discipline of terminals: what becomes of typed bytes (line editing, signals, echo) and
 * of written ones (LF to CR LF). Models `drivers/tty/n_tty.c` with the settings that a login has
 * (IUTF8, ECHOE, ECHOCTL, ECHOKE, IEXTEN); flow control by ^S and ^Q is not modelled.
 */
import { concatBytes } from '../../base';
import type { Signal, Termios } from '../syscalls';

export const COOKED: Termios = Object.freeze({
  icanon: true,
  echo: true,
  isig: true,
  icrnl: true,
  opost: true,
});

const CTRL_C = 3;
const CTRL_D = 4;
const TAB = 9;
const LF = 10;
const CR = 13;
const CTRL_R = 18;
const CTRL_U = 21;
const CTRL_V = 22;
const CTRL_W = 23;
const CTRL_Z = 26;
const CTRL_BACKSLASH = 28;
const DELETE = 127;
const BACKSPACE = 8;
const SPACE = 32;
/** A line takes no more than this (N_TTY_BUF_SIZE); what is typed beyond is lost with a bell. */
const LINE_BYTES_MAX = 4095;

const SIGNAL_KEYS: Readonly<Record<number, Signal>> = Object.freeze({
  [CTRL_C]: 'INT',
  [CTRL_Z]: 'TSTP',
  [CTRL_BACKSLASH]: 'QUIT',
});

/** Where the discipline sends what it makes. */
export interface LineDriver {
  /** Bytes for the screen. */
  show(bytes: Uint8Array): void;
  /** A key made a signal for the foreground group. */
  raise(signal: Signal): void;
}

export class LineDiscipline {
  settings: Termios = COOKED;
  /** Whole lines, or what was there when the mode changed; an empty one is an end of file. */
  private lines: Uint8Array[] = [];
  /** The line that is being typed. */
  private editing: number[] = [];
  /** After ^V: the next byte is taken as it is. */
  private literalNext = false;
  /** Column of the cursor, as far as the discipline can know; for erasing tabs. */
  private column = 0;
  /** Column at which the line that is being typed began. */
  private lineColumn = 0;

  /** Bytes from the keyboard. */
  input(bytes: Uint8Array, driver: LineDriver): void {
    const echo: number[] = [];
    for (let i = 0; i < bytes.length; i++) {
      const signal = this.inputByte(bytes[i]!, echo);
      if (!signal) continue;
      this.flushEcho(echo, driver);
      driver.raise(signal);
    }
    this.flushEcho(echo, driver);
  }

  private flushEcho(echo: number[], driver: LineDriver): void {
    if (echo.length > 0) driver.show(this.output(Uint8Array.from(echo)));
    echo.length = 0;
  }

  private inputByte(typed: number, echo: number[]): Signal | undefined {
    const { settings } = this;
    if (this.literalNext) {
      this.literalNext = false;
      this.add(typed, echo);
      return undefined;
    }
    const byte = typed === CR && settings.icrnl ? LF : typed;
    const signal = settings.isig ? SIGNAL_KEYS[byte] : undefined;
    if (signal) {
      this.flushInput();
      if (settings.echo) this.echoByte(byte, echo);
      return signal;
    }
    if (!settings.icanon || !this.edit(byte, echo)) this.add(byte, echo);
    return undefined;
  }

  /** Line editing; false if the byte is an ordinary one. */
  private edit(byte: number, echo: number[]): boolean {
    switch (byte) {
      case DELETE:
        this.eraseOne(echo);
        return true;
      case CTRL_U:
        while (this.editing.length > 0) this.eraseOne(echo);
        return true;
      case CTRL_W:
        this.eraseWord(echo);
        return true;
      case CTRL_V:
        this.literalNext = true;
        if (this.settings.echo) echo.push(0x5e, BACKSPACE);
        return true;
      case CTRL_R:
        if (this.settings.echo) {
          this.echoByte(byte, echo);
          echo.push(LF);
          for (const held of this.editing) this.echoByte(held, echo);
        }
        return true;
      case CTRL_D:
        this.endLine();
        return true;
      case LF:
        this.editing.push(LF);
        if (this.settings.echo) echo.push(LF);
        this.endLine();
        return true;
      default:
        return false;
    }
  }

  private add(byte: number, echo: number[]): void {
    if (this.editing.length >= LINE_BYTES_MAX) {
      echo.push(7);
      return;
    }
    if (this.editing.length === 0) this.lineColumn = this.column;
    this.editing.push(byte);
    if (this.settings.echo) this.echoByte(byte, echo);
  }

  private endLine(): void {
    this.lines.push(Uint8Array.from(this.editing));
    this.editing = [];
  }

  private echoByte(byte: number, echo: number[]): void {
    const isControl = (byte < SPACE && byte !== TAB && byte !== LF) || byte === DELETE;
    if (isControl) echo.push(0x5e, byte ^ 64);
    else echo.push(byte);
  }

  private eraseOne(echo: number[]): void {
    let byte = this.editing.pop();
    if (byte === undefined) return;
    // A character of several bytes goes as a whole.
    while (byte !== undefined && isContinuation(byte) && this.editing.length > 0)
      byte = this.editing.pop();
    if (!this.settings.echo || byte === undefined) return;
    if (byte === TAB) this.eraseTab(echo);
    else if (byte < SPACE || byte === DELETE) eraseColumns(2, echo);
    else eraseColumns(1, echo);
  }

  /** Goes back to where the line stood before the tab. */
  private eraseTab(echo: number[]): void {
    let column = this.lineColumn;
    for (const byte of this.editing) column = this.columnAfter(column, byte);
    const width = 8 - (column % 8);
    for (let i = 0; i < width; i++) echo.push(BACKSPACE);
  }

  private columnAfter(column: number, byte: number): number {
    if (byte === TAB) return column + 8 - (column % 8);
    if (byte < SPACE || byte === DELETE) return column + 2;
    return isContinuation(byte) ? column : column + 1;
  }

  private eraseWord(echo: number[]): void {
    let seenWord = false;
    while (this.editing.length > 0) {
      const isWord = isWordByte(this.editing[this.editing.length - 1]!);
      if (seenWord && !isWord) return;
      seenWord ||= isWord;
      this.eraseOne(echo);
    }
  }

  /** Bytes that a program wrote, as they go to the screen. */
  output(bytes: Uint8Array): Uint8Array {
    let feeds = 0;
    for (const byte of bytes) {
      if (byte === LF) feeds++;
      this.trackColumn(byte);
    }
    if (feeds === 0 || !this.settings.opost) return bytes;
    const out = new Uint8Array(bytes.length + feeds);
    let at = 0;
    for (const byte of bytes) {
      if (byte === LF) out[at++] = CR;
      out[at++] = byte;
    }
    return out;
  }

  private trackColumn(byte: number): void {
    if (byte === CR || (byte === LF && this.settings.opost)) this.column = 0;
    else if (byte === BACKSPACE) this.column = Math.max(0, this.column - 1);
    else if (byte === TAB) this.column += 8 - (this.column % 8);
    else if (byte >= SPACE && byte !== DELETE && !isContinuation(byte)) this.column++;
  }

  /** True if `read` has something, be it the end of the file. */
  get readable(): boolean {
    return this.lines.length > 0 || (!this.settings.icanon && this.editing.length > 0);
  }

  /** At most a line, or in raw mode all there is; undefined if nothing; empty at ^D. */
  read(max: number): Uint8Array | undefined {
    if (!this.settings.icanon) return this.readRaw(max);
    const line = this.lines[0];
    if (line === undefined) return undefined;
    if (line.length <= max) {
      this.lines.shift();
      return line;
    }
    this.lines[0] = line.subarray(max);
    return line.subarray(0, max);
  }

  private readRaw(max: number): Uint8Array | undefined {
    const all = concatBytes([...this.lines, Uint8Array.from(this.editing)]);
    this.lines = [];
    this.editing = [];
    if (all.length > max) this.editing = [...all.subarray(max)];
    return all.length === 0 ? undefined : all.subarray(0, max);
  }

  configure(settings: Termios): void {
    // What was typed in raw mode and not read becomes readable as it is (n_tty_set_termios).
    if (settings.icanon && !this.settings.icanon && this.editing.length > 0) this.endLine();
    this.settings = settings;
  }

  flushInput(): void {
    this.lines = [];
    this.editing = [];
  }
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Letters, digits, underscore, and all bytes beyond ASCII. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 95 ||
    byte >= 128
  );
}

function eraseColumns(count: number, echo: number[]): void {
  for (let i = 0; i < count; i++) echo.push(BACKSPACE, SPACE, BACKSPACE);
}
