/**
 * Command lines that tests and programs run on a machine by `sh -c` in /root, as the oracle's
 * recorder did: without a terminal stdout and stderr are kept apart, with one they arrive
 * together.
 */
import { MILLISECOND_US, encodeUtf8, type Wakeable } from '../base';
import {
  SysError,
  errnoText,
  type ExitStatus,
  type Kernel,
  type OpenFile,
  type OutputListener,
  type ProcessListener,
  type Terminal,
  type TerminalListener,
} from '../kernel';
import type { Outbox } from './outbox';
import { StreamDecoder } from './text-decoder';

const ENVIRONMENT: Readonly<Record<string, string>> = Object.freeze({
  HOME: '/root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  PWD: '/root',
  TERM: 'xterm',
});
/** 128 + signal number, for the signals that end commands. */
const SIGNAL_EXIT: Readonly<Record<string, number>> = {
  HUP: 129,
  INT: 130,
  QUIT: 131,
  ABRT: 134,
  KILL: 137,
  SEGV: 139,
  PIPE: 141,
  ALRM: 142,
  TERM: 143,
};

export interface ExecRequest {
  readonly exec: string;
  readonly command: string;
  readonly stdin: string;
  readonly tty?: { readonly cols: number; readonly rows: number };
}

/**
 * On a terminal lines are typed as the recorder did: each some time after the last, ^D at the end.
 */
const TYPING_US = 1_200 * MILLISECOND_US;
const LAST_US = 1_500 * MILLISECOND_US;

class ExecRun implements OutputListener, ProcessListener, TerminalListener, Wakeable {
  pid = 0;
  private readonly decoders = { stdout: new StreamDecoder(), stderr: new StreamDecoder() };
  private exitCode: number | undefined;
  private openPipes = 0;
  private terminal: Terminal | undefined;

  constructor(
    private readonly owner: Execs,
    readonly id: string,
  ) {}

  start(kernel: Kernel, request: ExecRequest): void {
    this.pid = kernel.startProcess({
      path: '/bin/sh',
      argv: ['sh', '-c', request.command],
      env: ENVIRONMENT,
      cwd: '/root',
      stdio: request.tty ? this.onTerminal(kernel, request) : this.onPipes(kernel, request),
      listener: this,
    });
  }

  private onTerminal(kernel: Kernel, request: ExecRequest): [OpenFile, OpenFile, OpenFile] {
    const { cols, rows } = request.tty!;
    this.terminal = kernel.openTerminal({ listener: this, cols, rows });
    const file = this.terminal.openSlave();
    const lines = request.stdin.match(/[^\n]*\n|[^\n]+/g) ?? [];
    if (lines.length > 0) {
      lines.forEach((line, i) => kernel.runtime.setTimer(TYPING_US * (i + 1), this, 'type', line));
      kernel.runtime.setTimer(TYPING_US * lines.length + LAST_US, this, 'type', '\x04');
    }
    return [file, file, file];
  }

  wake(_tag: string, text: unknown): void {
    if (this.exitCode === undefined) this.terminal?.input(encodeUtf8(text as string));
  }

  private onPipes(kernel: Kernel, request: ExecRequest): [OpenFile, OpenFile, OpenFile] {
    const input = kernel.openInput();
    input.feed(encodeUtf8(request.stdin));
    input.end();
    this.openPipes = 2;
    return [input, kernel.openOutput(this, 'stdout'), kernel.openOutput(this, 'stderr')];
  }

  onTerminalOutput(_terminal: Terminal, data: Uint8Array): void {
    this.onOutput('stdout', data);
  }

  onOutput(tag: string, data: Uint8Array): void {
    const stream = tag === 'stderr' ? 'stderr' : 'stdout';
    const text = this.decoders[stream].decode(data);
    if (text !== '') this.owner.output(this.id, stream, text);
  }

  onOutputEnd(): void {
    this.openPipes--;
    this.maybeDone();
  }

  onExit(_pid: number, status: ExitStatus): void {
    this.exitCode = status.exitCode ?? SIGNAL_EXIT[status.termSignal ?? ''] ?? 128;
    this.terminal?.hangUp();
    this.maybeDone();
  }

  /** Done when the shell has ended and nobody holds its output open (background jobs do). */
  private maybeDone(): void {
    if (this.exitCode !== undefined && this.openPipes <= 0) this.owner.done(this.id, this.exitCode);
  }
}

export class Execs {
  private readonly runs = new Map<string, ExecRun>();

  constructor(
    private readonly kernel: Kernel,
    private readonly outbox: Outbox,
  ) {}

  start(request: ExecRequest): void {
    const run = new ExecRun(this, request.exec);
    this.runs.set(request.exec, run);
    try {
      run.start(this.kernel, request);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.output(request.exec, 'stderr', `sh: ${errnoText(error.errno)}\n`);
      this.done(request.exec, 127);
    }
  }

  /** Kills what it runs, the whole process group. */
  kill(id: string): void {
    const run = this.runs.get(id);
    const shell = run && this.kernel.process(run.pid);
    if (!run || !shell) return;
    for (const info of this.kernel.processes()) {
      if (info.sid === run.pid) this.kernel.signal(info.pid, 'KILL');
    }
  }

  output(exec: string, stream: 'stdout' | 'stderr', data: string): void {
    this.outbox.put({ kind: 'exec-output', exec, stream, data });
  }

  done(exec: string, exitCode: number): void {
    if (this.runs.delete(exec)) this.outbox.put({ kind: 'exec-exit', exec, exitCode });
  }

  /** Power is gone. */
  lose(): void {
    for (const exec of [...this.runs.keys()]) this.done(exec, 255);
  }
}
