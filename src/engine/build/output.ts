/**
 * What a build says to its client: JSON lines, nothing before the first one so that an early failure is
 * a plain answer (moby `api/server/router/build/build_routes.go`, `pkg/streamformatter`).
 */
import { decodeUtf8 } from '../../base';
import type { ApiCall } from '../../api';
import type { BuildFailure } from './failure';

export class BuildOutput {
  private begun = false;
  /** With `q=1`: what would have been said. */
  private held: unknown[] = [];

  constructor(
    private readonly call: ApiCall,
    private readonly quiet: boolean,
  ) {}

  stdout(text: string): void {
    this.line({ stream: text });
  }

  /** In red, even where nobody looks. */
  stderr(text: string): void {
    this.line({ stream: `\u001b[91m${text}\u001b[0m` });
  }

  runOutput(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    if (stream === 'stdout') this.stdout(decodeUtf8(data));
    else this.stderr(decodeUtf8(data));
  }

  line(value: unknown): void {
    if (this.quiet) this.held.push(value);
    else this.send(value);
  }

  /** The last word with `q=1`. */
  finish(imageId: string): void {
    if (this.quiet) this.send({ stream: `${imageId}\n` });
    if (!this.begun) this.begin();
    this.call.end();
  }

  fail(failure: BuildFailure): void {
    for (const value of this.held.splice(0)) this.send(value);
    const { message, code, status } = failure;
    if (!this.begun) return this.call.fail({ status, message });
    const detail = code === undefined ? { message } : { code, message };
    this.send({ errorDetail: detail, error: message });
    this.call.end();
  }

  private begin(): void {
    this.begun = true;
    this.call.begin(200, { 'Content-Type': 'application/json' });
  }

  private send(value: unknown): void {
    if (!this.begun) this.begin();
    this.call.write(`${JSON.stringify(value)}\r\n`);
  }
}
