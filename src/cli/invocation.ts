/**
 * One run of one command: its flags and arguments, and how it prints. Handed to every command's
 * `run`.
 */
import { sys, type Sys } from '../kernel';
import type { Command } from './command';
import type { FlagSet } from './flags';

export class Invocation {
  constructor(
    /** "docker service create" */
    readonly path: string,
    readonly command: Command,
    readonly flags: FlagSet,
    readonly args: readonly string[],
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** First argument; commands that need it have said so in their rule. */
  get name(): string {
    return this.args[0] ?? '';
  }
}

/** Prints on stdout. */
export function* out(text: string | Uint8Array): Sys<void> {
  if (text.length > 0) yield* sys.write(1, text);
}

/** Prints on stderr. */
export function* err(text: string | Uint8Array): Sys<void> {
  if (text.length > 0) yield* sys.write(2, text);
}

/** A line on stdout. */
export function* line(text: string): Sys<void> {
  yield* sys.write(1, `${text}\n`);
}

/** Unix time in seconds, with its fraction. */
export function* nowSeconds(): Sys<number> {
  const { unixUs } = yield* sys.clock();
  return unixUs / 1e6;
}

/** Asks `[y/N]` on stdout and reads a line of stdin (docker/cli: PromptForConfirmation). */
export function* confirm(message: string): Sys<boolean> {
  yield* out(`${message} [y/N] `);
  const answer = yield* readLine(0);
  return answer.toLowerCase() === 'y';
}

/** One line from a descriptor, byte for byte so that nothing behind it is taken. */
export function* readLine(fd: number): Sys<string> {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(fd, 1);
    if (piece.length === 0) return text;
    const ch = String.fromCharCode(piece[0]!);
    if (ch === '\n') return text.replace(/\r$/, '');
    text += ch;
  }
}
