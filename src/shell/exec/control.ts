/**
 * How execution leaves a construct early. Real shells longjmp (bash `top_level`, ash `raise_exception`);
 * here these are thrown and caught in one place each.
 */

/** `break` and `continue`. */
export class LoopJump extends Error {
  constructor(
    readonly kind: 'break' | 'continue',
    public levels: number,
  ) {
    super(kind);
  }
}

/** `return`. */
export class FunctionReturn extends Error {
  constructor(readonly status: number) {
    super('return');
  }
}

/** `exit`, and errors that end a script. */
export class ShellExit extends Error {
  constructor(readonly status: number) {
    super('exit');
  }
}

/** An error or a signal that drops what was typed on this line, but not the shell. */
export class LineAbort extends Error {
  constructor(readonly status: number) {
    super('abort');
  }
}
