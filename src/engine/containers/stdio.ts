/**
 * The daemon's ends of a process's standard streams: what it writes goes to the log and to whoever is
 * attached, what clients type goes to it (containerd-shim's FIFOs, moby `container/stream`).
 */
import type {
  ExitStatus,
  InputPipe,
  Kernel,
  OpenFile,
  OutputListener,
  ProcessListener,
  Terminal,
  TerminalListener,
  TerminalRegistry,
} from '../../kernel';
import { signalNumber } from '../../kernel';

/** Whom the streams belong to: a container or an exec. */
export interface StdioOwner {
  streamOutput(stream: 'stdout' | 'stderr', data: Uint8Array): void;
  /** The process ended and nobody holds its streams open. */
  streamsEnded(): void;
  processEnded(exitCode: number): void;
}

export interface StdioOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly cols: number;
  readonly rows: number;
  readonly terminals: TerminalRegistry;
}

export class Stdio implements OutputListener, TerminalListener, ProcessListener {
  terminal: Terminal | undefined;
  input: InputPipe | undefined;
  private openPipes = 0;
  private exited = false;
  private told = false;

  constructor(private readonly owner: StdioOwner) {}

  /** The three files for `startProcess`. */
  open(kernel: Kernel, options: StdioOptions): [OpenFile, OpenFile, OpenFile] {
    if (options.tty) {
      const { cols, rows, terminals: registry } = options;
      this.terminal = kernel.openTerminal({ listener: this, cols, rows, registry });
      const file = this.terminal.openSlave();
      return [file, file, file];
    }
    this.input = options.stdin ? kernel.openInput() : undefined;
    this.openPipes = 2;
    return [
      this.input ?? kernel.nullFile(),
      kernel.openOutput(this, 'stdout'),
      kernel.openOutput(this, 'stderr'),
    ];
  }

  type(data: Uint8Array): void {
    if (this.terminal) this.terminal.input(data);
    else this.input?.feed(data);
  }

  endInput(): void {
    this.input?.end();
  }

  onOutput(tag: string, data: Uint8Array): void {
    this.owner.streamOutput(tag === 'stderr' ? 'stderr' : 'stdout', data);
  }

  onOutputEnd(): void {
    this.openPipes--;
    this.maybeEnded();
  }

  onTerminalOutput(_terminal: Terminal, data: Uint8Array): void {
    this.owner.streamOutput('stdout', data);
  }

  onExit(_pid: number, status: ExitStatus): void {
    this.exited = true;
    this.terminal?.hangUp();
    this.owner.processEnded(exitCodeOf(status));
    this.maybeEnded();
  }

  private maybeEnded(): void {
    if (!this.exited || this.openPipes > 0 || this.told) return;
    this.told = true;
    this.owner.streamsEnded();
  }
}

/** 128 and the number of the signal that ended it. */
export function exitCodeOf(status: ExitStatus): number {
  if (status.termSignal !== undefined) return 128 + signalNumber(status.termSignal);
  return status.exitCode ?? 0;
}
