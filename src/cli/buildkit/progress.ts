/** Shows a build's status on stderr, at most ten times a second (progressui `DisplaySolveStatus`). */
import type { BuildStatus } from '../../api';
import { SysError, sys, type Sys } from '../../kernel';
import { err } from '../invocation';
import { PlainDisplay } from './plain-display';
import { Trace } from './trace';
import { TtyDisplay } from './tty-display';

const LIMIT_US = 100_000;

export class BuildProgress {
  private readonly trace: Trace;
  private readonly plain = new PlainDisplay();
  private readonly tty = new TtyDisplay();
  private shownUs = -LIMIT_US;

  constructor(private readonly terminal: boolean) {
    this.trace = new Trace(terminal);
  }

  update(status: BuildStatus, nowUs: number): void {
    this.trace.update(status, nowUs);
  }

  *show(done: boolean): Sys<void> {
    const { unixUs: now } = yield* sys.clock();
    if (!done && now - this.shownUs < LIMIT_US) return;
    this.shownUs = now;
    if (this.terminal) {
      const { cols, rows } = yield* size();
      yield* err(this.tty.print(this.trace, now, cols, rows, done));
    } else yield* err(this.plain.print(this.trace, now));
    if (done) yield* err(this.trace.errorLogs());
  }
}

function* size(): Sys<{ cols: number; rows: number }> {
  try {
    const { cols, rows } = yield* sys.winsize(2);
    return { cols: cols || 80, rows: rows || 10 };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { cols: 80, rows: 10 };
  }
}
