/** System calls on terminals: settings, size, the foreground group (`drivers/tty/tty_io.c`). */
import type { Kernel } from './kernel';
import type { Process } from './process';
import { SysError, type Syscall, type Termios } from './syscalls';
import type { Terminal } from './terminal/terminal';
import { waitOn } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

function terminalOf(process: Process, fd: number): Terminal {
  const { terminal } = process.descriptors.get(fd).file;
  if (!terminal) throw new SysError('ENOTTY');
  return terminal;
}

export function isatty(_kernel: Kernel, process: Process, call: Call<'isatty'>): boolean {
  return process.descriptors.get(call.fd).file.terminal !== undefined;
}

export function tcgetattr(_kernel: Kernel, process: Process, call: Call<'tcgetattr'>): Termios {
  return terminalOf(process, call.fd).settings;
}

export function tcsetattr(_kernel: Kernel, process: Process, call: Call<'tcsetattr'>): unknown {
  const terminal = terminalOf(process, call.fd);
  if (!terminal.mayUse(process, 'TTOU')) return waitOn(process, terminal.waitQueue);
  terminal.configure(Object.freeze({ ...call.settings }));
  return undefined;
}

export function winsize(_kernel: Kernel, process: Process, call: Call<'winsize'>): unknown {
  const { cols, rows } = terminalOf(process, call.fd);
  return { cols, rows };
}

export function tcgetpgrp(_kernel: Kernel, process: Process, call: Call<'tcgetpgrp'>): number {
  const terminal = terminalOf(process, call.fd);
  if (terminal.session !== process.session) throw new SysError('ENOTTY');
  return terminal.foreground?.id.in(process.pid.namespace) ?? 0;
}

export function tcsetpgrp(kernel: Kernel, process: Process, call: Call<'tcsetpgrp'>): unknown {
  const terminal = terminalOf(process, call.fd);
  if (terminal.session !== process.session) throw new SysError('ENOTTY');
  if (!terminal.mayUse(process, 'TTOU')) return waitOn(process, terminal.waitQueue);
  terminal.foreground = kernel.lifecycle.findGroup(process, call.pgid);
  // Whoever was refused as a background process may now be in front.
  terminal.waitQueue.wakeAll();
  return undefined;
}
