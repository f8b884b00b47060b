/**
 * A program in mid-run that can be copied. The generator itself cannot be copied, so every result
 * it received is kept in a journal; a copy starts the program anew and feeds it the journal when
 * it is next resumed. `checkpoint` empties the journal: then the program starts from the state it
 * gave. `turn` does the same for a loop inside a program: the journal ends at the loop's first
 * turn, with the state of its last.
 */
import { CLONE, assert, deepClone, type CopyValue } from '../base';
import {
  SysError,
  type Errno,
  type Program,
  type Signal,
  type Syscall,
  type Sys,
} from './syscalls';

interface JournalEntry {
  /** The call that this answers: a replay must make the same ones. */
  readonly call: Syscall['call'];
  readonly value: unknown;
  readonly errno?: Errno;
  readonly signal?: Signal | undefined;
  /** Of a `turn`: the name of its loop; `value` is our copy of the state. */
  readonly loop?: string | undefined;
}

export interface Image {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly image: unknown;
}

/** What a program did next: one more call, or its end. */
export type Step = IteratorResult<Syscall, number>;

export class Continuation {
  private generator: Sys<number> | undefined;
  private journal: JournalEntry[] = [];
  private resumeState: unknown = undefined;
  /** The call that the next result answers; undefined before the first. */
  private pending: Syscall['call'] | undefined;
  /** The loop of a pending `turn`. */
  private loop: string | undefined;

  constructor(
    private readonly program: Program,
    private readonly image: Image,
  ) {}

  get journalLength(): number {
    return this.journal.length;
  }

  /** Runs to the first call. */
  start(): Step {
    return this.note(this.revive());
  }

  /** Forgets the past; the next result is that of the `checkpoint` call. */
  checkpoint(state: unknown): void {
    this.journal = [];
    this.resumeState = { state: deepClone(state) };
  }

  /** Forgets what was noted since this loop's first turn; the next result is that of the call. */
  turn(loop: string): void {
    const first = this.journal.findIndex((entry) => entry.loop === loop);
    if (first >= 0) this.journal = this.journal.slice(0, first);
    this.loop = loop;
  }

  resume(value: unknown): Step {
    const call = this.pending!;
    if (call === 'checkpoint') return this.note(this.resumeCheckpoint());
    const { loop } = this;
    const entry: JournalEntry = loop === undefined ? { call, value } : turnEntry(loop, value);
    this.loop = undefined;
    const generator = this.generator;
    this.journal.push(entry);
    return this.note(generator ? generator.next(value) : this.revive());
  }

  fail(error: SysError): Step {
    const entry: JournalEntry = {
      call: this.pending!,
      value: undefined,
      errno: error.errno,
      signal: error.signal,
    };
    const generator = this.generator;
    this.journal.push(entry);
    return this.note(generator ? generator.throw(error) : this.revive());
  }

  private note(step: Step): Step {
    this.pending = step.done === true ? undefined : step.value.call;
    return step;
  }

  private resumeCheckpoint(): Step {
    return this.generator ? this.generator.next(undefined) : this.revive();
  }

  /** A new generator, fed with all of the journal. */
  private revive(): Step {
    const held = this.resumeState as { readonly state: unknown } | undefined;
    const generator = this.program({
      argv: this.image.argv,
      env: this.image.env,
      image: deepClone(this.image.image),
      resume: held === undefined ? undefined : deepClone(held.state),
    });
    let step = generator.next();
    for (const entry of this.journal) {
      assert(
        step.done !== true && step.value.call === entry.call,
        `replay of ${this.image.argv[0] ?? 'a program'} strayed from its journal`,
      );
      step =
        entry.errno === undefined
          ? generator.next(entry.loop === undefined ? entry.value : deepClone(entry.value))
          : generator.throw(new SysError(entry.errno, entry.signal));
    }
    this.generator = generator;
    return step;
  }

  [CLONE](copy: CopyValue, remember: (made: unknown) => void): Continuation {
    const made = new Continuation(this.program, this.image);
    remember(made);
    made.journal = [...this.journal];
    made.resumeState = copy(this.resumeState);
    made.pending = this.pending;
    made.loop = this.loop;
    return made;
  }
}

function turnEntry(loop: string, state: unknown): JournalEntry {
  return { call: 'turn', value: deepClone(state), loop };
}
