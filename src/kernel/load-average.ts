/** The load average: how many processes wanted the processor, decaying over 1, 5 and 15 minutes. */

/** Sampled every 5 seconds with these factors of 2048 (include/linux/sched/loadavg.h). */
const SAMPLE_US = 5_000_000;
const FIXED = 2048;
const DECAY: readonly number[] = [1884, 2014, 2037];
/** After this many idle samples the load is nothing anyway. */
const SAMPLES_MAX = 2000;

export class LoadAverage {
  private sampledAt = 0;
  private busyUs = 0;
  private readonly load: number[] = [0, 0, 0];

  /** Processor time was used at `now`. */
  add(now: number, costUs: number): void {
    if (now >= this.sampledAt + SAMPLE_US) this.sample(now);
    this.busyUs += costUs;
  }

  private sample(now: number): void {
    const samples = Math.floor((now - this.sampledAt) / SAMPLE_US);
    let active = this.busyUs / SAMPLE_US;
    for (let i = 0; i < Math.min(samples, SAMPLES_MAX); i++) {
      for (let k = 0; k < DECAY.length; k++) {
        const factor = DECAY[k]! / FIXED;
        this.load[k] = this.load[k]! * factor + active * (1 - factor);
      }
      active = 0;
    }
    this.sampledAt += samples * SAMPLE_US;
    this.busyUs = 0;
  }

  /** "0.00 0.01 0.05" */
  text(now: number): string {
    if (now >= this.sampledAt + SAMPLE_US) this.sample(now);
    return this.load.map((value) => value.toFixed(2)).join(' ');
  }
}
