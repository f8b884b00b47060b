/**
 * A kernel for tests of the command line: runs the program to its end, answers its API calls
 * from a function and keeps what it printed. Time passes only when the program sleeps.
 */
import { concatBytes, decodeUtf8, encodeUtf8, NO_BYTES } from '../base';
import type { ApiRequest } from '../api';
import { SysError, type Syscall } from '../kernel';
import { dockerProgram } from './program';

export interface FakeAnswer {
  readonly status: number;
  readonly body?: string;
  readonly json?: unknown;
  readonly hijacked?: boolean;
}
export interface FakeOptions {
  readonly answer: (request: ApiRequest) => FakeAnswer;
  readonly stdin?: string;
  readonly terminal?: { readonly cols: number; readonly rows: number };
  readonly files?: Readonly<Record<string, string>>;
  readonly nowUs?: number;
  readonly env?: Readonly<Record<string, string>>;
}
export interface FakeResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** "METHOD PATH BODY" of each call. */
  readonly requests: readonly string[];
}

/** How many system calls one command may make. */
const CALLS_MAX = 100_000;

class FakeKernel {
  private readonly out: Uint8Array[] = [];
  private readonly err: Uint8Array[] = [];
  private readonly requests: string[] = [];
  private readonly open = new Map<number, Uint8Array>();
  private nextFd = 10;
  private nowUs: number;
  private input: Uint8Array;

  constructor(private readonly options: FakeOptions) {
    this.nowUs = options.nowUs ?? 1_795_000_000_000_000;
    this.input = encodeUtf8(options.stdin ?? '');
  }

  run(argv: readonly string[]): FakeResult {
    const program = dockerProgram({
      argv: ['docker', ...argv],
      env: this.options.env ?? { HOME: '/root' },
      resume: undefined,
      image: undefined,
    });
    let step = program.next();
    for (let calls = 0; !step.done; calls++) {
      if (calls > CALLS_MAX) throw new Error('the command does not end');
      let result: unknown;
      try {
        result = this.call(step.value);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        step = program.throw(error);
        continue;
      }
      step = program.next(result);
    }
    return {
      stdout: decodeUtf8(concatBytes(this.out)),
      stderr: decodeUtf8(concatBytes(this.err)),
      exit: step.value,
      requests: this.requests,
    };
  }

  private call(call: Syscall): unknown {
    switch (call.call) {
      case 'write':
        if (call.fd === 1) this.out.push(call.data);
        else if (call.fd === 2) this.err.push(call.data);
        return call.data.length;
      case 'read':
        return this.read(call.fd, call.max);
      case 'isatty':
        return this.options.terminal !== undefined;
      case 'winsize':
        if (!this.options.terminal) throw new SysError('ENOTTY');
        return this.options.terminal;
      case 'clock':
        return { unixUs: this.nowUs, monotonicUs: this.nowUs, cpuUs: 0 };
      case 'sleep':
        this.nowUs += call.us;
        return undefined;
      case 'open':
        // What is written to files is not looked at.
        return call.flags.write ? this.nextFd++ : this.openFile(call.path);
      case 'close':
        this.open.delete(call.fd);
        return undefined;
      case 'api':
        return this.api(call.request);
      case 'poll':
        return call.entries;
      case 'sigaction':
        return 'default';
      case 'turn':
        return call.state;
      case 'getcwd':
        return '/root';
      case 'sigpending':
        return [];
      case 'mkdir':
        return undefined;
      case 'stat':
        throw new SysError('ENOENT');
      case 'tcgetattr':
        return { icanon: true, echo: true, isig: true, icrnl: true, opost: true };
      case 'tcsetattr':
      case 'shutdown':
        return undefined;
      default:
        throw new Error(`the fake kernel has no ${call.call}`);
    }
  }

  private read(fd: number, max: number): Uint8Array {
    const from = fd === 0 ? this.input : (this.open.get(fd) ?? NO_BYTES);
    const piece = from.slice(0, max);
    if (fd === 0) this.input = from.slice(max);
    else this.open.set(fd, from.slice(max));
    return piece;
  }

  private openFile(path: string): number {
    const text = this.options.files?.[path];
    if (text === undefined) throw new SysError('ENOENT');
    this.open.set(this.nextFd, encodeUtf8(text));
    return this.nextFd++;
  }

  private api(request: ApiRequest): unknown {
    const body = decodeUtf8(request.body).trim();
    this.requests.push(`${request.method} ${request.path}${body === '' ? '' : ` ${body}`}`);
    const answer = this.options.answer(request);
    const text =
      answer.body ?? (answer.json === undefined ? '' : `${JSON.stringify(answer.json)}\n`);
    this.open.set(this.nextFd, encodeUtf8(text));
    const headers = answer.json === undefined ? {} : { 'Content-Type': 'application/json' };
    const fd = this.nextFd++;
    return { fd, status: answer.status, headers, hijacked: answer.hijacked ?? false };
  }
}

export function runDocker(argv: readonly string[], options: FakeOptions): FakeResult {
  return new FakeKernel(options).run(argv);
}
