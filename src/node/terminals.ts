/**
 * The terminals that the page opens on a machine: each a pseudo-terminal with a login shell, as ssh
 * would give it. A machine that is off has none; what is typed then is lost.
 */
import { encodeUtf8 } from '../base';
import type { ExitStatus, Kernel, ProcessListener, Terminal, TerminalListener } from '../kernel';
import type { Outbox } from './outbox';
import { StreamDecoder } from './text-decoder';

const LOGIN_ENVIRONMENT: Readonly<Record<string, string>> = Object.freeze({
  HOME: '/root',
  LANG: 'C.UTF-8',
  LOGNAME: 'root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  PWD: '/root',
  SHELL: '/bin/bash',
  TERM: 'xterm-256color',
  USER: 'root',
});

/** One open terminal. */
class HostTerminalLine implements TerminalListener, ProcessListener {
  readonly terminal: Terminal;
  private readonly decoder = new StreamDecoder();

  constructor(
    private readonly owner: Terminals,
    readonly id: string,
    kernel: Kernel,
    cols: number,
    rows: number,
  ) {
    this.terminal = kernel.openTerminal({ listener: this, cols, rows, tag: id });
    const file = this.terminal.openSlave();
    kernel.startProcess({
      path: '/bin/bash',
      argv: ['-bash'],
      env: LOGIN_ENVIRONMENT,
      cwd: '/root',
      stdio: [file, file, file],
      listener: this,
    });
  }

  onTerminalOutput(_terminal: Terminal, data: Uint8Array): void {
    const text = this.decoder.decode(data);
    if (text !== '') this.owner.output(this.id, text);
  }

  onExit(_pid: number, _status: ExitStatus): void {
    this.owner.ended(this.id);
  }
}

export class Terminals {
  private readonly lines = new Map<string, HostTerminalLine>();

  constructor(
    private readonly kernel: Kernel,
    private readonly outbox: Outbox,
  ) {}

  open(id: string, cols: number, rows: number): void {
    this.close(id);
    this.lines.set(id, new HostTerminalLine(this, id, this.kernel, cols, rows));
  }

  type(id: string, data: string): void {
    this.lines.get(id)?.terminal.input(encodeUtf8(data));
  }

  resize(id: string, cols: number, rows: number): void {
    this.lines.get(id)?.terminal.resize(cols, rows);
  }

  /** The pane is gone: the shell is hung up. */
  close(id: string): void {
    const line = this.lines.get(id);
    if (!line) return;
    this.lines.delete(id);
    line.terminal.hangUp();
  }

  /** Power is gone: the panes stay, dark. */
  lose(): void {
    for (const id of this.lines.keys()) {
      this.output(id, '\r\n\u001b[2mConnection to the machine is lost.\u001b[0m\r\n');
      this.outbox.put({ kind: 'terminal-closed', terminal: id });
    }
    this.lines.clear();
  }

  output(id: string, data: string): void {
    this.outbox.put({ kind: 'terminal', terminal: id, data });
  }

  ended(id: string): void {
    if (!this.lines.delete(id)) return;
    this.outbox.put({ kind: 'terminal-closed', terminal: id });
  }
}
