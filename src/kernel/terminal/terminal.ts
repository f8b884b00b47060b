/**
 * A pseudo-terminal: its master end is the screen and keyboard outside (a pane of the page, a
 * docker client's connection), its other end the files that processes hold. Models
 * `drivers/tty/pty.c` and the job control of `tty_jobctrl.c`.
 */
import { NO_BYTES, encodeUtf8 } from '../../base';
import type { OpenFile, Readiness } from '../open-file';
import type { Kernel } from '../kernel';
import type { Process, ProcessGroup, Session } from '../process';
import { SysError } from '../syscalls';
import type { FileStat, Signal, Termios } from '../syscalls';
import { WaitQueue } from '../wait-queue';
import { LineDiscipline, type LineDriver } from './line-discipline';

/** Major number of pseudo-terminals (UNIX98_PTY_SLAVE_MAJOR). */
export const PTS_MAJOR = 136;

export interface TerminalListener {
  /** Bytes for the screen; a character of UTF-8 may be split over two of them. */
  onTerminalOutput(terminal: Terminal, data: Uint8Array): void;
}

export interface TerminalOptions {
  readonly listener: TerminalListener;
  readonly cols: number;
  readonly rows: number;
  /** The owner's own name for it. */
  readonly tag?: string;
  /** Where it shows (/dev/pts of a container); the machine's own if not given. */
  readonly registry?: TerminalRegistry;
}

/** The terminals of one devpts mount; numbers start at 0 in each. */
export class TerminalRegistry {
  readonly terminals = new Map<number, Terminal>();

  add(terminal: Terminal): number {
    let index = 0;
    while (this.terminals.has(index)) index++;
    this.terminals.set(index, terminal);
    return index;
  }

  remove(terminal: Terminal): void {
    this.terminals.delete(terminal.index);
  }
}

export class Terminal implements LineDriver {
  readonly waitQueue = new WaitQueue();
  readonly index: number;
  readonly tag: string;
  /** Unix time at which it was made. */
  readonly createdUs: number;
  cols: number;
  rows: number;
  session: Session | undefined;
  foreground: ProcessGroup | undefined;
  hungUp = false;
  /** Files open on it. */
  openCount = 0;
  private readonly discipline = new LineDiscipline();
  private readonly listener: TerminalListener;
  readonly registry: TerminalRegistry;

  constructor(
    private readonly kernel: Kernel,
    options: TerminalOptions,
  ) {
    this.listener = options.listener;
    this.cols = options.cols;
    this.rows = options.rows;
    this.tag = options.tag ?? '';
    this.registry = options.registry ?? kernel.terminals;
    this.index = this.registry.add(this);
    this.createdUs = kernel.wallClock.now();
  }

  /** "/dev/pts/0" */
  get path(): string {
    return `/dev/pts/${this.index}`;
  }

  openSlave(): TerminalFile {
    if (this.hungUp) throw new SysError('EIO');
    this.openCount++;
    return new TerminalFile(this);
  }

  /** Keys. The readers get their turn at once, without virtual time passing, until they block. */
  input(data: string | Uint8Array): void {
    if (this.hungUp) return;
    const { scheduler } = this.kernel;
    const typing = scheduler.beginTyping();
    this.discipline.input(typeof data === 'string' ? encodeUtf8(data) : data, this);
    if (this.discipline.readable) this.waitQueue.wakeAll();
    if (typing) scheduler.endTyping();
  }

  resize(cols: number, rows: number): void {
    if (cols === this.cols && rows === this.rows) return;
    this.cols = cols;
    this.rows = rows;
    if (this.foreground) this.kernel.signalling.toGroup(this.foreground, 'WINCH');
  }

  /** The other side is gone: the session gets SIGHUP, reads end, writes fail. */
  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    this.registry.remove(this);
    const leader = this.session && this.kernel.signalling.leaderOf(this.session);
    const { foreground } = this;
    if (leader) {
      this.kernel.signalling.send(leader, 'HUP');
      this.kernel.signalling.send(leader, 'CONT');
    }
    if (foreground && foreground !== leader?.group)
      this.kernel.signalling.toGroup(foreground, 'HUP');
    this.waitQueue.wakeAll();
  }

  /** Makes it the controlling terminal of a session that has none. */
  adopt(session: Session, foreground: ProcessGroup): void {
    if (this.session || session.terminal) return;
    this.session = session;
    this.foreground = foreground;
    session.terminal = this;
  }

  /** The session is over or gave it up. */
  disown(): void {
    if (this.session) this.session.terminal = undefined;
    this.session = undefined;
    this.foreground = undefined;
  }

  show(bytes: Uint8Array): void {
    if (!this.hungUp) this.listener.onTerminalOutput(this, bytes);
  }

  raise(signal: Signal): void {
    if (this.foreground) this.kernel.signalling.toGroup(this.foreground, signal);
  }

  get settings(): Termios {
    return this.discipline.settings;
  }

  configure(settings: Termios): void {
    this.discipline.configure(settings);
    if (this.discipline.readable) this.waitQueue.wakeAll();
  }

  get readable(): boolean {
    return this.hungUp || this.discipline.readable;
  }

  read(max: number, caller: Process): Uint8Array | undefined {
    if (this.hungUp) return NO_BYTES;
    if (!this.mayUse(caller, 'TTIN')) return undefined;
    return this.discipline.read(max);
  }

  write(data: Uint8Array): number {
    if (this.hungUp) throw new SysError('EIO');
    this.show(this.discipline.output(data));
    return data.length;
  }

  /**
   * Job control: a background process that touches its terminal is stopped with its whole group and
   * tries again when it is continued (tty_check_change, job_control).
   */
  mayUse(caller: Process, signal: 'TTIN' | 'TTOU'): boolean {
    const { session } = caller;
    if (session !== this.session || !this.foreground || caller.group === this.foreground)
      return true;
    const ignored = caller.actions.get(signal) === 'ignore';
    if (ignored && signal === 'TTOU') return true;
    if (ignored || this.kernel.signalling.isOrphaned(caller.group)) throw new SysError('EIO');
    this.kernel.signalling.toGroup(caller.group, signal);
    if (!caller.stopped && caller.actions.get(signal) === 'catch')
      throw new SysError('EINTR', signal);
    return false;
  }
}

/** A descriptor's end of a terminal (/dev/pts/N, /dev/tty). */
export class TerminalFile implements OpenFile {
  readonly waitQueue: WaitQueue;

  constructor(readonly terminal: Terminal) {
    this.waitQueue = terminal.waitQueue;
  }

  read(max: number, caller: Process): Uint8Array | undefined {
    return this.terminal.read(max, caller);
  }

  write(data: Uint8Array): number {
    return this.terminal.write(data);
  }

  readiness(): Readiness {
    return { read: this.terminal.readable, write: true };
  }

  stat(): FileStat {
    return terminalStat(this.terminal);
  }

  describe(): string {
    return this.terminal.path;
  }

  reopen(): OpenFile {
    return this.terminal.openSlave();
  }

  close(): void {
    this.terminal.openCount--;
  }
}

export function terminalStat(terminal: Terminal): FileStat {
  return {
    type: 'char',
    dev: 24,
    ino: terminal.index + 3,
    mode: 0o620,
    nlink: 1,
    uid: 0,
    gid: 5,
    size: 0,
    mtimeUs: terminal.createdUs,
    atimeUs: terminal.createdUs,
    ctimeUs: terminal.createdUs,
    rdev: (PTS_MAJOR << 8) | terminal.index,
  };
}
