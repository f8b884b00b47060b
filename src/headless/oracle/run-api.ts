/** `npm run oracle -- api`: raw exchanges with the Engine API, compared with a real engine's. */
import { STATUS_CODES } from 'node:http';
import type { ApiRequest } from '../../api';
import { compareRecordings } from './compare/exchanges.mjs';
import { Driver, type OpenExchange } from './driver';
import { recordAnswer, pick, type Answer } from './exchange';
import type { OracleRunner } from './runner';
import { waitFor } from './wait';

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly bodyFrom?: string;
  readonly fill?: { readonly key: string; readonly text: string; readonly times: number };
  readonly stdin?: readonly (string | number)[];
}
interface Step {
  readonly node?: string;
  readonly request?: RecordedRequest;
  readonly save?: Readonly<Record<string, string>>;
  readonly as?: string;
  readonly take?: { readonly lines?: number; readonly frames?: number };
  readonly ms?: number;
  readonly during?: { readonly after?: number; readonly requests: readonly RecordedRequest[] };
  readonly wait?: string;
  readonly timeout?: number;
  readonly power?: 'off' | 'on' | 'stop' | 'start';
}
interface Recording {
  readonly name: string;
  readonly nodes: number;
  readonly steps: readonly Step[];
}

function isRecording(value: unknown): value is Recording {
  const v = value as Partial<Recording> | null;
  return (
    typeof v?.nodes === 'number' &&
    Array.isArray(v.steps) &&
    v.steps.some((step) => typeof step === 'object' && step !== null && 'request' in step)
  );
}

/** When the requests of `during` are sent, where a step does not say (the recorder's default). */
const DURING_AFTER_MS = 700;
/** How long a client waits for an answer, in virtual seconds. */
const GIVE_UP_SECONDS = 90;

class Replay {
  private readonly saved = new Map<string, string | Uint8Array>();

  constructor(
    private readonly driver: Driver,
    private readonly print: (line: string) => void,
  ) {}

  perform(step: Step): Step & { response?: unknown } {
    if (step.wait !== undefined) {
      if (!waitFor(this.driver, step.node ?? 'node1', step.wait, step.timeout)) {
        this.print(`  wait failed: ${step.wait}`);
      }
    } else if (step.power) {
      this.driver.power(step.node!, step.power);
      if (step.power !== 'off') this.driver.runSeconds(1);
    } else if (step.request) return { ...step, response: this.exchange(step, step.request) };
    return { ...step };
  }

  private exchange(step: Step, request: RecordedRequest): Answer {
    const { driver } = this;
    const open = driver.openApi(step.node!, this.build(request));
    const started = driver.nowSeconds;
    if (step.during) {
      driver.runSeconds((step.during.after ?? DURING_AFTER_MS) / 1000);
      for (const other of step.during.requests) {
        const side = driver.openApi(step.node!, this.build(other));
        driver.runUntil(() => side.ended, GIVE_UP_SECONDS);
      }
    }
    if (request.stdin) this.feed(open, request.stdin);
    const limit = (step.ms ?? GIVE_UP_SECONDS * 1000) / 1000 - (driver.nowSeconds - started);
    const done = () => open.ended || enough(open, step.take);
    const inTime = driver.runUntil(done, Math.max(limit, 0));
    const cut = !inTime || !open.ended;
    if (cut) open.hangUp();
    const answer = recordAnswer(open, request.method, step.as, cut, STATUS_CODES);
    for (const [name, path] of Object.entries(step.save ?? {})) {
      const value = pick(open, answer, path);
      if (value !== undefined) this.saved.set(name, value);
    }
    return answer;
  }

  private feed(open: OpenExchange, stdin: readonly (string | number)[]): void {
    this.driver.runUntil(() => open.head !== undefined || open.ended, GIVE_UP_SECONDS);
    for (const item of stdin) {
      if (typeof item === 'number') this.driver.runSeconds(item / 1000);
      else open.send(Buffer.from(item));
    }
    open.closeInput();
  }

  private build(request: RecordedRequest): ApiRequest {
    const headers: Record<string, string> = { host: 'docker' };
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      headers[name.toLowerCase()] = this.fill(value);
    }
    return {
      method: request.method,
      path: this.fill(request.path),
      headers,
      body: this.body(request),
    };
  }

  private body(request: RecordedRequest): Uint8Array {
    if (request.bodyFrom !== undefined) {
      const saved = this.saved.get(request.bodyFrom);
      return typeof saved === 'string' || saved === undefined ? Buffer.from(saved ?? '') : saved;
    }
    if (request.base64 !== undefined) return Buffer.from(request.base64, 'base64');
    if (request.text !== undefined) return Buffer.from(this.fill(request.text));
    if (request.body === undefined) return new Uint8Array(0);
    let body = request.body;
    if (request.fill) {
      const { key, text, times } = request.fill;
      const data = Buffer.from(text.repeat(times)).toString('base64');
      body = { ...(body as object), [key]: data };
    }
    return Buffer.from(this.fill(JSON.stringify(body)));
  }

  private fill(text: string): string {
    return text.replace(/@([A-Z][A-Z0-9_]*)@/g, (whole, name: string) => {
      const value = this.saved.get(name);
      return typeof value === 'string' ? value : whole;
    });
  }
}

function enough(open: OpenExchange, take: Step['take']): boolean {
  if (!take) return false;
  const bytes = Buffer.concat(open.pieces);
  if (take.lines !== undefined) return bytes.toString().split('\n').length - 1 >= take.lines;
  let count = 0;
  for (let at = 0; at + 8 <= bytes.length; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (at + 8 + bytes.readUInt32BE(at + 4) <= bytes.length) count++;
  }
  return count >= (take.frames ?? 0);
}

export const runApiFile: OracleRunner = (file, content, options) => {
  if (!isRecording(content)) return undefined;
  if (options.only.length > 0 && !options.only.some((p) => content.name.startsWith(p))) {
    return { passed: 0, failed: 0 };
  }
  const replay = new Replay(new Driver(content.nodes), options.print);
  const simulated = { ...content, steps: content.steps.map((step) => replay.perform(step)) };
  options.write?.(file, simulated);
  return compareRecordings(content, simulated, options.print);
};
