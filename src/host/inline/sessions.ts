/**
 * What a hand-driven cluster has open: programs, terminals and API exchanges, each with what came out of
 * it so far.
 */
import { deepClone } from '../../base';
import type { Exported } from '../../sim';
import type { ApiHandlers, XrayEvent } from '../cluster-host';

/** A command line that ran, or runs, on a node. Times are virtual microseconds. */
export interface ExecRun {
  readonly exec: string;
  readonly node: string;
  readonly startedAt: number;
  stdout: string;
  stderr: string;
  /** Pieces in the order in which they came, with their times. */
  readonly pieces: { readonly at: number; readonly stream: 'stdout' | 'stderr'; data: string }[];
  /** Undefined while it runs. */
  exitCode: number | undefined;
  endedAt: number | undefined;
}

/** A terminal of a node, with everything that was written to it. */
export interface TypedTerminal {
  readonly terminal: string;
  readonly node: string;
  text: string;
  closed: boolean;
}

/** X-ray events that nobody took are forgotten beyond this. */
const MAX_XRAY = 10_000;
/** Of programs that have ended only the last are remembered. */
const MAX_EXECS = 1_000;

export class Sessions {
  readonly execs = new Map<string, ExecRun>();
  readonly terminals = new Map<string, TypedTerminal>();
  readonly calls = new Map<string, ApiHandlers>();
  private xray: XrayEvent[] = [];

  takeXray(): XrayEvent[] {
    const taken = this.xray;
    this.xray = [];
    return taken;
  }

  /** Programs and terminals as they are now; the handlers of exchanges stay behind. */
  clone(): Sessions {
    const copy = new Sessions();
    const { execs, terminals } = this;
    Object.assign(copy, { execs: deepClone(execs), terminals: deepClone(terminals) });
    copy.xray = [...this.xray];
    return copy;
  }

  /** Takes one output of the cluster. */
  deliver({ at, node, output }: Exported): void {
    switch (output.kind) {
      case 'terminal': {
        const terminal = this.terminals.get(output.terminal);
        if (terminal) terminal.text += output.data;
        return;
      }
      case 'terminal-closed': {
        const terminal = this.terminals.get(output.terminal);
        if (terminal) terminal.closed = true;
        return;
      }
      case 'exec-output': {
        const run = this.execs.get(output.exec);
        if (!run) return;
        run[output.stream] += output.data;
        run.pieces.push({ at, stream: output.stream, data: output.data });
        return;
      }
      case 'exec-exit': {
        const run = this.execs.get(output.exec);
        if (!run) return;
        run.exitCode = output.exitCode;
        run.endedAt = at;
        this.forgetOldest();
        return;
      }
      case 'api-head':
        this.calls.get(output.call)?.head(output.head);
        return;
      case 'api-data':
        this.calls.get(output.call)?.data(output.data);
        return;
      case 'api-end':
        this.calls.get(output.call)?.end();
        this.calls.delete(output.call);
        return;
      case 'xray':
        if (this.xray.length >= MAX_XRAY) this.xray.splice(0, MAX_XRAY / 2);
        this.xray.push({ at, node, cause: output.cause, record: output.record });
    }
  }

  private forgetOldest(): void {
    if (this.execs.size <= MAX_EXECS) return;
    for (const [exec, run] of this.execs) {
      if (run.exitCode === undefined) continue;
      this.execs.delete(exec);
      return;
    }
  }
}
