/**
 * What every stateful part of a machine is given: the present instant, timers, random streams, the
 * cause of what is happening, and a place to report what an X-ray shows. Nothing in here knows a
 * domain word; the machine (node/) owns the one instance and sets `now` and `cause` at each step.
 */
import { TimeQueue } from './heap';
import { RandomSource, type RandomStream } from './random';

/** Microseconds in a second, for constants that the real system gives in seconds. */
export const SECOND_US = 1_000_000;
/** Microseconds in a millisecond. */
export const MILLISECOND_US = 1_000;

/** A part that timers can wake. Never a closure: parts are class instances, so clones stay apart. */
export interface Wakeable {
  /** `tag` says which timer it was; `data` is what was given with it. */
  wake(tag: string, data: unknown): void;
}

interface Timer {
  readonly owner: Wakeable;
  readonly tag: string;
  readonly data: unknown;
  readonly cause: number;
  cancelled: boolean;
}

/** Handle of a timer, for `cancelTimer`. */
export type TimerHandle = { readonly timer: unknown };

/** A record for the screen's X-ray views; `kind` names its shape (api/xray.ts). */
export interface Report {
  readonly kind: string;
}

/** One per machine; lost and made anew when the machine loses power. */
export class Runtime {
  /** Virtual microseconds since the run began. */
  now = 0;
  /** Id of the input that led here; 0 when nothing outside did. Outputs and timers inherit it. */
  cause = 0;
  private readonly timers = new TimeQueue<Timer>();
  private readonly randomSource: RandomSource;
  private reports: Report[] = [];

  constructor(seed: number, name: string) {
    this.randomSource = new RandomSource(seed);
    this.name = name;
  }
  /** Name of the machine; part of every stream's name. */
  readonly name: string;

  random(stream: string): RandomStream {
    return this.randomSource.stream(`${this.name}/${stream}`);
  }

  /** Wakes `owner` after `delayUs`. */
  setTimer(delayUs: number, owner: Wakeable, tag: string, data?: unknown): TimerHandle {
    const timer: Timer = { owner, tag, data, cause: this.cause, cancelled: false };
    this.timers.push(this.now + Math.max(0, Math.round(delayUs)), timer);
    return { timer };
  }

  /** A timer that has fired or was cancelled before is ignored. */
  cancelTimer(handle: TimerHandle | undefined): void {
    if (handle) (handle.timer as Timer).cancelled = true;
  }

  /** Power is lost: nothing that was waiting will wake. */
  dropTimers(): void {
    this.timers.clear();
  }

  /** When the next timer is due; Infinity if none is. */
  nextAt(): number {
    for (let top = this.timers.peek(); top; top = this.timers.peek()) {
      if (!top.item.cancelled) return top.at;
      this.timers.pop();
    }
    return Infinity;
  }

  /** Fires the earliest timer, which must be due at `now`; false if none is. */
  fireOne(): boolean {
    if (this.nextAt() > this.now) return false;
    const { item } = this.timers.pop()!;
    this.cause = item.cause;
    item.owner.wake(item.tag, item.data);
    return true;
  }

  report(record: Report): void {
    this.reports.push(record);
  }

  takeReports(): Report[] {
    if (this.reports.length === 0) return [];
    const taken = this.reports;
    this.reports = [];
    return taken;
  }
}
