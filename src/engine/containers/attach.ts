/**
 * Clients that are attached to a container's or an exec's standard streams (moby `container/stream`,
 * `daemon/attach.go`): frames without a terminal, raw bytes with one, and the detach keys.
 */
import { streamFrame, type ApiCall, type ApiReceiver } from '../../api';
import { NO_BYTES } from '../../base';

export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** Whoever reads a container's output as it comes: an attached client, a build. */
export interface StreamReader {
  output(stream: 'stdout' | 'stderr', data: Uint8Array): void;
  /** Nothing more will come. */
  end(): void;
}

/** Where typed bytes go, and whom to tell that the client is gone. */
export interface AttachTarget {
  input(data: Uint8Array): void;
  inputClosed(): void;
  detached(attachment: Attachment): void;
}

/** ctrl-p, ctrl-q */
export const DEFAULT_DETACH_KEYS: readonly number[] = Object.freeze([16, 17]);

/** `term.ToBytes`; undefined where a key is none. */
export function parseDetachKeys(text: string): readonly number[] | undefined {
  if (text === '') return DEFAULT_DETACH_KEYS;
  const keys: number[] = [];
  for (const key of text.split(',')) {
    if (key.length === 1) keys.push(key.charCodeAt(0));
    else {
      const match = /^ctrl-([a-zA-Z@[\\\]^_])$/.exec(key);
      if (!match) return undefined;
      keys.push(match[1]!.toUpperCase().charCodeAt(0) - 64);
    }
  }
  return keys;
}

export class Attachment implements ApiReceiver, StreamReader {
  /** Of the detach keys, how many were typed in a row. */
  private matched = 0;

  constructor(
    private readonly call: ApiCall,
    private readonly target: AttachTarget,
    readonly streams: StreamChoice,
    /** With a terminal: bytes as they are. */
    private readonly raw: boolean,
    private readonly detachKeys: readonly number[],
  ) {}

  output(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    if (stream === 'stdout' ? !this.streams.stdout : !this.streams.stderr) return;
    this.call.write(this.raw ? data : streamFrame(stream === 'stdout' ? 1 : 2, data));
  }

  /** A sentence of the daemon in the stream. */
  say(text: string): void {
    const bytes = Uint8Array.from([...text].map((ch) => ch.charCodeAt(0) & 255));
    this.call.write(this.raw ? bytes : streamFrame(1, bytes));
  }

  end(): void {
    this.call.end();
  }

  receive(bytes: Uint8Array): void {
    if (!this.streams.stdin) return;
    const rest = this.raw ? this.watchKeys(bytes) : bytes;
    if (rest === undefined) {
      this.target.detached(this);
      this.call.end();
    } else if (rest.length > 0) this.target.input(rest);
  }

  closeInput(): void {
    if (this.streams.stdin) this.target.inputClosed();
  }

  hangUp(): void {
    this.target.detached(this);
  }

  /** Bytes for the container; undefined once the detach keys are complete. */
  private watchKeys(bytes: Uint8Array): Uint8Array | undefined {
    const out: number[] = [];
    for (const byte of bytes) {
      if (byte === this.detachKeys[this.matched]) {
        this.matched++;
        if (this.matched === this.detachKeys.length) return undefined;
        continue;
      }
      out.push(...this.detachKeys.slice(0, this.matched));
      this.matched = 0;
      out.push(byte);
    }
    return out.length === 0 ? NO_BYTES : Uint8Array.from(out);
  }
}
