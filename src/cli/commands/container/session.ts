/**
 * A hijacked connection to a container's or an exec's streams (docker/cli:
 * container/hijack.go): stdin to the connection, output to stdout and stderr, raw terminal and
 * its size, detach keys, forwarded signals.
 */
import { SysError, sys, type Signal, type Sys, type Termios } from '../../../kernel';
import { fetchJson, open, post } from '../../client';
import { CliError } from '../../errors';
import { err, out } from '../../invocation';
import { FrameReader } from '../../streams';
import { DetachKeys } from './detach-keys';

export interface SessionOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys: string;
  /** Signals go to the process instead of to us. */
  readonly sigProxy: boolean;
}

const UPGRADE = { upgrade: 'tcp', connection: 'Upgrade' };
const FORWARDED: readonly Signal[] = ['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2'];

export class Session {
  private frames: FrameReader;
  private keys: DetachKeys;
  private inputOpen: boolean;

  constructor(
    private readonly fd: number,
    /** `/containers/ID` or `/exec/ID`: where resizes and signals go. */
    private readonly path: string,
    private readonly options: SessionOptions,
  ) {
    this.frames = new FrameReader(fd);
    this.keys = new DetachKeys(options.detachKeys);
    this.inputOpen = options.stdin;
  }

  /** Runs until the other side closes or the user types the detach keys. */
  *run(): Sys<'closed' | 'detached'> {
    const terminal = this.options.tty && (yield* sys.isatty(1));
    const saved = yield* this.makeRaw();
    const signals: Signal[] = [];
    if (terminal) signals.push('WINCH');
    if (this.options.sigProxy) signals.push(...FORWARDED);
    for (const signal of signals) yield* sys.sigaction(signal, 'catch');
    try {
      if (terminal) yield* this.resize();
      return yield* this.loop();
    } finally {
      for (const signal of signals) yield* sys.sigaction(signal, 'default');
      if (saved) yield* sys.tcsetattr(0, saved);
    }
  }

  private *makeRaw(): Sys<Termios | undefined> {
    if (!this.options.tty || !this.options.stdin || !(yield* sys.isatty(0))) return undefined;
    const saved = yield* sys.tcgetattr(0);
    yield* sys.tcsetattr(0, {
      icanon: false,
      echo: false,
      isig: false,
      icrnl: false,
      opost: saved.opost,
    });
    return saved;
  }

  private *loop(): Sys<'closed' | 'detached'> {
    for (;;) {
      const { frames, keys, inputOpen } = this;
      const state = yield* sys.turn('session', { frames, keys, inputOpen });
      this.frames = state.frames;
      this.keys = state.keys;
      this.inputOpen = state.inputOpen;
      const entries = [{ fd: this.fd, read: true }];
      if (this.inputOpen) entries.push({ fd: 0, read: true });
      let ready;
      try {
        ready = yield* sys.poll(entries);
      } catch (error) {
        if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
        yield* this.signals();
        continue;
      }
      if (ready.some((entry) => entry.fd === this.fd)) {
        const piece = yield* sys.read(this.fd);
        if (piece.length === 0) return 'closed';
        yield* this.show(piece);
      }
      if (ready.some((entry) => entry.fd === 0) && (yield* this.input())) return 'detached';
    }
  }

  private *show(piece: Uint8Array): Sys<void> {
    if (this.options.tty) {
      yield* out(piece);
      return;
    }
    for (const frame of this.frames.feed(piece)) {
      if (frame.stream === 2) yield* err(frame.data);
      else yield* out(frame.data);
    }
  }

  /** True when the detach keys were typed. */
  private *input(): Sys<boolean> {
    const piece = yield* sys.read(0);
    if (piece.length === 0) {
      this.inputOpen = false;
      yield* sys.shutdown(this.fd);
      return false;
    }
    const { pass, detached } = this.options.tty
      ? this.keys.filter(piece)
      : { pass: piece, detached: false };
    if (pass.length > 0) {
      try {
        yield* sys.write(this.fd, pass);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        this.inputOpen = false;
      }
    }
    if (detached) yield* sys.close(this.fd);
    return detached;
  }

  private *signals(): Sys<void> {
    for (const signal of yield* sys.sigpending()) {
      if (signal === 'WINCH') yield* this.resize();
      else if (this.path.startsWith('/containers')) {
        try {
          yield* post(`${this.path}/kill`, { query: { signal } });
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
        }
      }
    }
  }

  private *resize(): Sys<void> {
    try {
      const { cols, rows } = yield* sys.winsize(1);
      if (cols > 0) yield* post(`${this.path}/resize`, { query: { h: rows, w: cols } });
    } catch (error) {
      if (!(error instanceof CliError) && !(error instanceof SysError)) throw error;
    }
  }
}

/** Attaches to a container that may not run yet. */
export function* attachTo(id: string, options: SessionOptions): Sys<Session> {
  const opened = yield* open('POST', `/containers/${id}/attach`, {
    query: {
      stream: 1,
      stdin: options.stdin ? 1 : undefined,
      stdout: options.stdout ? 1 : undefined,
      stderr: options.stderr ? 1 : undefined,
      detachKeys: options.detachKeys || undefined,
    },
    headers: UPGRADE,
    stream: true,
  });
  return new Session(opened.fd, `/containers/${id}`, options);
}

/** Starts an exec and takes over its connection. */
export function* startExec(id: string, options: SessionOptions): Sys<Session> {
  const opened = yield* open('POST', `/exec/${id}/start`, {
    body: { Detach: false, Tty: options.tty },
    headers: UPGRADE,
    stream: true,
  });
  return new Session(opened.fd, `/exec/${id}`, options);
}

/** Begins to wait for the end of a container; the answer's head comes at once. */
export function* openWait(id: string, condition: string): Sys<number> {
  return (yield* open('POST', `/containers/${id}/wait`, { query: { condition } })).fd;
}

/** The exit code that the wait answers. */
export function* waitedCode(fd: number): Sys<number> {
  const bytes = yield* sys.readAll(fd);
  yield* sys.close(fd);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  if (text.trim() === '') return 125;
  const answer = JSON.parse(text) as { StatusCode: number; Error?: { Message: string } | null };
  if (answer.Error?.Message) {
    yield* err(`Error waiting for container: ${answer.Error.Message}\n`);
    return 125;
  }
  return answer.StatusCode ?? 0;
}

/** The exit code of an exec that has ended. */
export function* execCode(id: string): Sys<number> {
  const details = yield* fetchJson<{ ExitCode: number | null }>('GET', `/exec/${id}/json`);
  return details.ExitCode ?? 0;
}
