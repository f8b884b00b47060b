/**
 * Collects what a step of a machine puts out. Each output carries the cause that the runtime has at
 * that moment, so that the screen can follow it back to a keystroke.
 */
import type { Output } from '../api';
import type { Runtime } from '../base';

type WithoutCause<O> = O extends unknown ? Omit<O, 'cause'> : never;

export class Outbox {
  private outputs: Output[] = [];

  constructor(private readonly runtime: Runtime) {}

  put(output: WithoutCause<Output>): void {
    this.outputs.push({ ...output, cause: this.runtime.cause } as Output);
  }

  /** Everything since the last call, with the reports for the X-ray at the end. */
  take(): Output[] {
    for (const record of this.runtime.takeReports()) {
      this.put({ kind: 'xray', record: record as never });
    }
    const taken = this.outputs;
    this.outputs = [];
    return taken;
  }
}
