/**
 * Command lines that a headless program runs on nodes of a paced cluster: gathers what they print and
 * tells when they have ended, or when their time is up.
 */
import type { ExecAnswer } from './messages';

export class ExecRecord {
  stdout = '';
  stderr = '';
  exitCode: number | undefined;
  ended = false;
  private resolve: ((answer: ExecAnswer) => void) | undefined;
  readonly answer: Promise<ExecAnswer>;

  constructor(
    readonly startedAt: number,
    readonly deadline: number,
  ) {
    this.answer = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  print(stream: 'stdout' | 'stderr', data: string): void {
    this[stream] += data;
  }

  end(at: number, exitCode: number | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.exitCode = exitCode;
    const { stdout, stderr, startedAt } = this;
    this.resolve?.({ stdout, stderr, exitCode, startedAt, endedAt: at });
  }
}
