/**
 * The clock of a machine as its programs see it: epoch plus virtual time plus the skew of a fault.
 */
import type { Runtime } from '../base';

export class WallClock {
  /** Set by the clock-skew fault. */
  skewUs = 0;

  constructor(
    private readonly runtime: Runtime,
    /** Unix time in microseconds of virtual time 0. */
    readonly epochUs: number,
  ) {}

  /** Unix time in microseconds. */
  now(): number {
    return this.epochUs + this.runtime.now + this.skewUs;
  }
}
