/**
 * The system call table. A handler answers the call's result, `BLOCKED` when its process has to
 * wait (then it is called again when woken), or throws `SysError`.
 */
import { unreachable } from '../base';
import * as files from './file-calls';
import type { Kernel } from './kernel';
import { setns, unshare } from './namespace-calls';
import * as outside from './outside-calls';
import * as paths from './path-calls';
import type { Process } from './process';
import * as processes from './process-calls';
import * as sockets from './socket-calls';
import type { Syscall } from './syscalls';
import * as terminals from './terminal-calls';
import * as time from './time-calls';

type Handler<K extends Syscall['call']> = (
  kernel: Kernel,
  process: Process,
  call: Extract<Syscall, { call: K }>,
) => unknown;

const TABLE: { readonly [K in Syscall['call']]: Handler<K> } = {
  open: files.open,
  close: files.close,
  read: files.read,
  write: files.write,
  lseek: files.lseek,
  ftruncate: files.ftruncate,
  pipe: files.pipe,
  dup2: files.dup2,
  dup: files.dup,
  fstat: files.fstat,
  fds: files.fds,
  stat: paths.stat,
  statfs: paths.statfs,
  readdir: paths.readdir,
  mkdir: paths.mkdir,
  rmdir: paths.rmdir,
  unlink: paths.unlink,
  rename: paths.rename,
  link: paths.link,
  symlink: paths.symlink,
  readlink: paths.readlink,
  mknod: paths.mknod,
  chmod: paths.chmod,
  chown: paths.chown,
  utimes: paths.utimes,
  access: paths.access,
  chdir: paths.chdir,
  getcwd: paths.getcwd,
  umask: paths.umask,
  mount: paths.mount,
  umount: paths.umount,
  chroot: paths.chroot,
  isatty: terminals.isatty,
  tcgetattr: terminals.tcgetattr,
  tcsetattr: terminals.tcsetattr,
  winsize: terminals.winsize,
  tcgetpgrp: terminals.tcgetpgrp,
  tcsetpgrp: terminals.tcsetpgrp,
  memory: processes.memory,
  getpid: processes.getpid,
  getppid: processes.getppid,
  getuid: processes.getuid,
  getpgid: processes.getpgid,
  setpgid: processes.setpgid,
  setsid: processes.setsid,
  spawn: processes.spawn,
  exec: processes.exec,
  waitpid: processes.waitpid,
  kill: processes.kill,
  sigaction: processes.sigaction,
  sigpending: processes.sigpending,
  exit: processes.exit,
  setns,
  unshare,
  sethostname: processes.sethostname,
  uname: processes.uname,
  clock: time.clock,
  sleep: time.sleep,
  work: time.work,
  random: time.random,
  poll: time.poll,
  connect: sockets.connect,
  listen: sockets.listen,
  accept: sockets.accept,
  shutdown: sockets.shutdown,
  resolve: sockets.resolve,
  ping: sockets.ping,
  netinfo: sockets.netinfo,
  api: outside.api,
  chaos: outside.chaos,
  compute: outside.compute,
  checkpoint: outside.checkpoint,
  turn: outside.turn,
};

export function dispatch(kernel: Kernel, process: Process, request: Syscall): unknown {
  const handler = TABLE[request.call] as Handler<Syscall['call']> | undefined;
  if (!handler) return unreachable(request as never, 'system call');
  return handler(kernel, process, request as never);
}
