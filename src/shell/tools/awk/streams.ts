/** Awk's inputs and outputs: records of files and commands, redirections by name. */
import { sys, type Sys } from '../../../kernel';
import { fromByteText, readableText, toByteText } from '../byte-text';
import { compileRegex } from '../regex';
import type { Context } from '../tool';

/** What is still to be read of a descriptor, cut into records. */
export class RecordReader {
  private rest = '';
  private ended = false;

  constructor(
    readonly fd: number,
    readonly pid = 0,
  ) {}

  *next(separator: string): Sys<string | undefined> {
    for (;;) {
      const cut = findEnd(this.rest, separator, this.ended);
      if (cut) {
        const record = this.rest.slice(cut.start, cut.end);
        this.rest = this.rest.slice(cut.next);
        return record;
      }
      if (this.ended) return undefined;
      const bytes = yield* sys.read(this.fd);
      if (bytes.length === 0) this.ended = true;
      else this.rest += toByteText(bytes);
    }
  }
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function findEnd(text: string, separator: string, ended: boolean): Cut | undefined {
  if (separator === '') return paragraph(text, ended);
  if (separator.length === 1) {
    const at = text.indexOf(separator);
    if (at >= 0) return { start: 0, end: at, next: at + 1 };
  } else {
    const match = compileRegex(separator, true, '').exec(text);
    // A match at the very end of what was read might go on.
    if (match && match[0] !== '' && (ended || match.index + match[0].length < text.length))
      return { start: 0, end: match.index, next: match.index + match[0].length };
  }
  if (!ended || text === '') return undefined;
  return { start: 0, end: text.length, next: text.length };
}

/** RS = "": records are set apart by empty lines. */
function paragraph(text: string, ended: boolean): Cut | undefined {
  const start = /^\n*/.exec(text)![0].length;
  const match = /\n\n+/.exec(text.slice(start));
  if (match && (ended || start + match.index + match[0].length < text.length))
    return {
      start,
      end: start + match.index,
      next: start + match.index + match[0].length,
    };
  if (!ended || text.length === start) return undefined;
  return { start, end: text.replace(/\n+$/, '').length, next: text.length };
}

interface Output {
  readonly fd: number;
  /** Of a command. */
  readonly pid: number;
}

export class Streams {
  private readonly outputs = new Map<string, Output>();
  private readonly inputs = new Map<string, RecordReader>();

  constructor(private readonly tool: Context) {}

  /** A new name replaces the file; later prints to it go on. */
  *output(kind: '>' | '>>' | '|', name: string): Sys<number> {
    if (kind !== '|') {
      if (name === '/dev/stdout' || name === '-') return 1;
      if (name === '/dev/stderr') return 2;
    }
    const open = this.outputs.get(name);
    if (open) return open.fd;
    if (kind === '|') {
      yield* this.tool.flush();
      const [readEnd, writeEnd] = yield* sys.pipe();
      const pid = yield* this.command(name, [
        [0, readEnd],
        [1, 1],
        [2, 2],
      ]);
      yield* sys.close(readEnd);
      this.outputs.set(name, { fd: writeEnd, pid });
      return writeEnd;
    }
    const append = kind === '>>';
    const fd = yield* sys.open(readableText(name), {
      write: true,
      create: true,
      ...(append ? { append } : { truncate: true }),
    });
    this.outputs.set(name, { fd, pid: 0 });
    return fd;
  }

  private *command(line: string, fds: readonly (readonly [number, number])[]): Sys<number> {
    return yield* sys.spawn({
      path: '/bin/sh',
      argv: ['sh', '-c', readableText(line)],
      env: this.tool.env,
      fds,
    });
  }

  /** Undefined if the file cannot be opened. */
  *input(from: 'file' | 'command', name: string): Sys<RecordReader> {
    const open = this.inputs.get(name);
    if (open) return open;
    let reader: RecordReader;
    if (from === 'file') {
      reader = new RecordReader(
        name === '-' ? 0 : yield* sys.open(readableText(name), { read: true }),
      );
    } else {
      yield* this.tool.flush();
      const [readEnd, writeEnd] = yield* sys.pipe();
      const pid = yield* this.command(name, [
        [0, 0],
        [1, writeEnd],
        [2, 2],
      ]);
      yield* sys.close(writeEnd);
      reader = new RecordReader(readEnd, pid);
    }
    this.inputs.set(name, reader);
    return reader;
  }

  *write(fd: number, text: string): Sys<void> {
    if (fd === 1) yield* this.tool.print(fromByteText(text));
    else yield* sys.write(fd, fromByteText(text));
  }

  /** The status of a command; -1 if nothing of this name is open. */
  *close(name: string): Sys<number> {
    const output = this.outputs.get(name);
    const input = this.inputs.get(name);
    this.outputs.delete(name);
    this.inputs.delete(name);
    const open = output ?? input;
    if (!open) return -1;
    yield* this.tool.flush();
    if (open.fd > 2) yield* sys.close(open.fd);
    if (open.pid === 0) return 0;
    const status = yield* sys.waitpid(open.pid);
    return status.exitCode ?? 256;
  }

  *closeAll(): Sys<void> {
    yield* this.tool.flush();
    for (const name of [...this.outputs.keys(), ...this.inputs.keys()]) yield* this.close(name);
  }

  *run(line: string): Sys<number> {
    yield* this.tool.flush();
    const pid = yield* this.command(line, [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    const status = yield* sys.waitpid(pid);
    return status.exitCode ?? 256;
  }
}
