/**
 * Loops of scripts that go on for long. Every so many rounds a loop hands the kernel all that its body
 * can have changed, and the journal of the rounds before is forgotten: a copy of the machine goes on
 * from there. Real shells need nothing of the kind.
 */
import { sys, type Sys } from '../../kernel';
import type { Shell, Snapshot } from './shell';

/** Rounds between two such points: few enough to keep the journal short, many enough to cost little. */
const ROUNDS_KEPT = 32;

interface Held<T> {
  readonly shell: Snapshot;
  readonly rounds: number;
  readonly own: T;
}

/** One run of a loop. */
export class Rounds {
  private rounds = 0;
  private readonly key: string;

  constructor(private readonly sh: Shell) {
    this.key = `loop ${sh.loopSerial++}`;
  }

  /** Called at the start of a round with the loop's own variables; answers those to go on with. */
  *next<T>(own: T): Sys<T> {
    this.rounds++;
    if (this.rounds % ROUNDS_KEPT !== 0) return own;
    const given: Held<T> = { shell: this.sh.snapshot(), rounds: this.rounds, own };
    const held = yield* sys.turn(this.key, given);
    // In the run itself this is what was given; in a copy it is the state of the last such point.
    if (held === given) return own;
    this.sh.restore(held.shell);
    this.rounds = held.rounds;
    return held.own;
  }
}
