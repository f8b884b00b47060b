/**
 * The machine that runs compiled Python: a stack of frames, all plain data, so that a program between
 * two instructions can be cloned and kept by `checkpoint`. Instructions run in counted slices; after
 * each the process pays for its processor time, says how much memory it holds and takes signals. What
 * makes system calls is a generator that the machine delegates to. Calls from TypeScript back into
 * Python (a key of `sorted`) nest; while they do, nothing is checkpointed.
 */
import { assert } from '../../base';
import { SysError, sys, type Signal, type Sys } from '../../kernel';
import type { Frame } from './frame';
import { heapBytes } from './heap-size';
import { DONE, HANDLERS } from './operations';
import { osError } from './os-error';
import { makeException, raised, exceptionType } from './classes';
import { Raised, type Names, type PyModule, type PyObject, type Value } from './values';
import { invoke } from './calling';

/** Instructions in a slice, and what they cost: a processor that does five million a second. */
const SLICE = 4000;
const SLICE_US = 800;
/** sys.getrecursionlimit() */
const FRAMES_MAX = 1000;
/** Passes of the loop between checkpoints: system calls and slices, about. */
const PASSES = 400;
/** Memory of the interpreter itself (resident set of python3.10). */
const BASE_BYTES = 9 << 20;
/** New objects after which the heap is measured again. */
const MEASURE = 40_000;

export class Vm {
  readonly frames: Frame[] = [];
  frame!: Frame;
  /** Frames below are not ours to unwind: they wait in a call from TypeScript. */
  private base = 0;
  private nested = 0;
  private passes = 0;
  private patience = PASSES;
  private answer: Value = null;
  private made = 0;
  memoryBytes = BASE_BYTES;
  readonly modules = new Map<string, PyModule>();
  builtins: Names = new Map();
  /** Handlers set by `signal.signal`. */
  readonly handlers = new Map<Signal, Value>();
  /** State of modules that is not visible in Python, by module. */
  readonly held = new Map<string, unknown>();
  nextId = 140_000_000_000_000;

  constructor(
    readonly argv: readonly string[],
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  push(frame: Frame): void {
    if (this.frames.length >= FRAMES_MAX) throw raised('RecursionError', RECURSION);
    this.frames.push(frame);
    this.frame = frame;
  }

  /** Takes the top frame off; answers whether the run is over. */
  leave(value: Value): boolean {
    const frame = this.frames.pop()!;
    const { length } = this.frames;
    this.frame = this.frames[length - 1]!;
    const result = frame.result ?? value;
    if (length === this.base) {
      this.answer = result;
      return true;
    }
    if (!frame.silent) this.frame.stack.push(result);
    return false;
  }

  /** Objects were made; every so often the heap is measured. */
  count(objects: number): void {
    this.made += objects;
  }

  /** Runs until the frames above `base` are gone. */
  *run(base: number): Sys<Value> {
    const before = this.base;
    this.base = base;
    try {
      for (;;) {
        if (++this.passes >= this.patience && this.nested === 0) yield* this.keep();
        try {
          const work = this.slice();
          if (work === undefined) yield* this.pause();
          else if (work === DONE) return this.answer;
          else {
            const { frame } = this;
            const value = yield* work as Sys<Value>;
            if ((value as unknown) === DONE) return this.answer;
            if (value !== undefined) frame.stack.push(value);
          }
        } catch (error) {
          this.unwind(this.asRaised(error));
        }
      }
    } finally {
      this.base = before;
    }
  }

  private *keep(): Sys<void> {
    this.passes = 0;
    // A big heap takes long to copy: then it is copied less often.
    this.patience = PASSES + (this.memoryBytes - BASE_BYTES) / 4096;
    yield* sys.checkpoint(this);
  }

  private slice(): unknown {
    for (let left = SLICE; left > 0; left--) {
      const { frame } = this;
      const at = frame.at++;
      const { code } = frame;
      const work = HANDLERS[code.ops[at]!]!(this, frame, code.args[at]);
      if (work !== undefined) return work;
    }
    return undefined;
  }

  private *pause(): Sys<void> {
    this.made += SLICE / 16;
    if (this.made > MEASURE) {
      const heap = heapBytes(this);
      this.memoryBytes = BASE_BYTES + heap;
      this.made = -heap / 64;
    }
    if (yield* sys.work(SLICE_US, this.memoryBytes)) yield* this.takeSignals();
  }

  /** Runs the handlers of signals that arrived. */
  *takeSignals(): Sys<void> {
    for (const signal of yield* sys.sigpending()) {
      const handler = this.handlers.get(signal);
      if (handler !== undefined && handler !== null)
        yield* this.call(handler, [SIGNAL_NUMBERS[signal] ?? 0, null]);
      else if (signal === 'INT') throw raised('KeyboardInterrupt');
    }
  }

  /** Makes a call that may wait: signals are handled and it is made again (PEP 475). */
  *wait<T>(make: () => Sys<T>): Sys<T> {
    for (;;) {
      try {
        return yield* make();
      } catch (error) {
        if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
        yield* this.takeSignals();
      }
    }
  }

  /** Calls a Python value from TypeScript. */
  *call(
    fn: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value> = NO_NAMES,
  ): Sys<Value> {
    const depth = this.frames.length;
    this.nested++;
    try {
      const { frame } = this;
      const height = frame?.stack.length ?? 0;
      const work = invoke(this, fn, args, named);
      if (this.frames.length > depth) return yield* this.run(depth);
      if (work !== undefined) return yield* work;
      assertHeight(frame.stack.length === height + 1);
      return frame.pop();
    } finally {
      this.nested--;
    }
  }

  /** Runs the frames above `depth`, from TypeScript. */
  *nest(depth: number): Sys<Value> {
    this.nested++;
    try {
      return yield* this.run(depth);
    } finally {
      this.nested--;
    }
  }

  /** Raises an exception in the top frame. Throws it where that does not catch it. */
  *throwInto(depth: number, error: Raised): Sys<void> {
    const before = this.base;
    this.base = depth;
    try {
      this.unwind(error);
    } finally {
      this.base = before;
    }
  }

  /** For long loops of our own: pays for so many steps and takes signals. */
  *breathe(steps: number): Sys<void> {
    this.made += steps;
    yield* this.pause();
  }

  /** Makes a Python exception of what our own code threw. */
  asRaised(error: unknown): Raised {
    if (error instanceof Raised) return error;
    if (error instanceof SysError) {
      // A deadly signal that nobody catches is for the kernel to tell.
      if (error.errno === 'EINTR') throw error;
      return new Raised(osError(error.errno));
    }
    if (error instanceof RangeError) {
      if (/call stack/i.test(error.message)) return raised('RecursionError', RECURSION);
      return raised('MemoryError');
    }
    throw error;
  }

  /** What `except` blocks are at work on, if any. */
  handledNow(): PyObject | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const handled = this.frames[i]!.handled.at(-1);
      if (handled) return handled;
    }
    return undefined;
  }

  private unwind(error: Raised): void {
    const { value } = error;
    const context = this.handledNow();
    if (context && context !== value && !value.names.has('__context__') && !error.again)
      value.names.set('__context__', context);
    const trace = (value.trace ??= []);
    for (let { again } = error; this.frames.length > this.base; again = false) {
      const { frame } = this;
      const { file, name } = frame.code;
      if (!again) trace.unshift({ file, line: frame.line, name });
      const block = frame.blocks.pop();
      if (block) {
        frame.stack.length = block.height;
        frame.handled.length = block.handled;
        frame.stack.push(value);
        frame.handled.push(value);
        frame.at = block.target;
        return;
      }
      if (frame.generator) frame.generator.state = 'over';
      this.frames.pop();
      this.frame = this.frames[this.frames.length - 1]!;
    }
    throw error;
  }

  /** For `sys.exit` and friends. */
  exception(name: string, ...args: Value[]): Raised {
    return new Raised(makeException(exceptionType(name), ...args));
  }
}

const RECURSION = 'maximum recursion depth exceeded';
const NO_NAMES: ReadonlyMap<string, Value> = new Map();
const SIGNAL_NUMBERS: Partial<Record<Signal, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
};

function assertHeight(holds: boolean): void {
  assert(holds, 'a call left its result nowhere');
}
