/** One call on the machine's stack: plain data. */
import type { Code } from './code';
import type { Names, PyGenerator, PyObject, Scope, Value } from './values';

export interface Block {
  readonly target: number;
  readonly height: number;
  readonly handled: number;
}

export class Frame {
  at = 0;
  readonly stack: Value[] = [];
  readonly blocks: Block[] = [];
  /** Exceptions that `except` blocks are at work on, innermost last. */
  readonly handled: PyObject[] = [];
  /** What the caller gets instead of what is returned: a new object, a module. */
  result: Value | undefined;
  /** Nobody wants what it returns. */
  silent = false;
  generator: PyGenerator | undefined;

  constructor(
    readonly code: Code,
    readonly globals: Names,
    /** Variables of a file or class body. */
    readonly names: Names,
    /** Variables of a function; of a class body, those of the function around it. */
    readonly scope: Scope | undefined,
    /** The function, for `super()`. */
    readonly fn: Value = null,
  ) {}

  get line(): number {
    return this.code.lines[Math.max(0, this.at - 1)] ?? this.code.line;
  }

  pop(): Value {
    return this.stack.pop()!;
  }

  top(): Value {
    return this.stack[this.stack.length - 1]!;
  }

  /** The last `count`, in order. */
  take(count: number): Value[] {
    return count === 0 ? [] : this.stack.splice(this.stack.length - count, count);
  }
}
