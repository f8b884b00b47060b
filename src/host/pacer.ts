/**
 * Maps wall time to virtual time. It knows no clock: whoever owns one tells it the time. A computer
 * that slept, or cannot keep up, does not have to make up for all it missed.
 */
import type { ClockState, Speed } from './cluster-host';

/** A hidden tab is woken once a minute at worst; what is missed beyond this is forgotten. */
const MAX_CATCH_UP_MS = 90_000;

export class Pacer {
  private anchorMs: number;
  private anchorUs = 0;
  private paused: boolean;

  constructor(
    nowMs: number,
    private speed: Speed,
    paused: boolean,
  ) {
    this.anchorMs = nowMs;
    this.paused = paused;
  }

  /** Virtual time goes by at all. */
  get running(): boolean {
    return !this.paused && this.speed > 0;
  }

  get unbounded(): boolean {
    return this.running && this.speed === Infinity;
  }

  state(nowUs: number): ClockState {
    return { now: nowUs, speed: this.speed, paused: !this.running };
  }

  setSpeed(speed: Speed, nowMs: number, nowUs: number): void {
    this.speed = speed;
    this.anchor(nowMs, nowUs);
  }

  setPaused(paused: boolean, nowMs: number, nowUs: number): void {
    this.paused = paused;
    this.anchor(nowMs, nowUs);
  }

  /** From here on virtual time goes with wall time. */
  anchor(nowMs: number, nowUs: number): void {
    this.anchorMs = nowMs;
    this.anchorUs = nowUs;
  }

  /** The virtual instant that belongs to this wall time; never before `nowUs`. */
  target(nowMs: number, nowUs: number): number {
    if (!this.running) return nowUs;
    if (this.speed === Infinity) return Infinity;
    const dueUs = this.anchorUs + Math.floor((nowMs - this.anchorMs) * 1000 * this.speed);
    const mostUs = nowUs + MAX_CATCH_UP_MS * 1000 * this.speed;
    if (dueUs > mostUs) {
      this.anchor(nowMs - MAX_CATCH_UP_MS, nowUs);
      return Math.floor(mostUs);
    }
    return Math.max(nowUs, dueUs);
  }

  /** Milliseconds of wall time until that virtual instant is due. */
  waitMs(atUs: number, nowMs: number): number {
    if (!this.running || atUs === Infinity) return Infinity;
    if (this.speed === Infinity) return 0;
    const dueMs = this.anchorMs + (atUs - this.anchorUs) / (1000 * this.speed);
    return Math.max(0, dueMs - nowMs);
  }
}
