/** Finding a container's command, with runc's words for what cannot be run. */
import type { ApiError } from '../../api';
import { SysError, type Errno, type Kernel, type MountNamespace } from '../../kernel';

export interface CommandFailure {
  /** runc's part of the sentence, without "OCI runtime ..." before and ": unknown" after. */
  readonly reason: string;
  readonly exitCode: 126 | 127 | 128;
}

const ERRNO_WORDS: Partial<Record<Errno, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ENOEXEC: 'exec format error',
  ELOOP: 'too many levels of symbolic links',
  ENOSPC: 'no space left on device',
};

export function errnoWords(errno: Errno): string {
  return ERRNO_WORDS[errno] ?? errno;
}

/** Full path of an executable in the container, or why there is none. */
export function findCommand(
  kernel: Kernel,
  namespace: MountNamespace,
  command: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
): string | CommandFailure {
  const quoted = `exec: ${JSON.stringify(command)}`;
  if (command.includes('/')) {
    const path = command.startsWith('/') ? command : `${cwd.replace(/\/$/, '')}/${command}`;
    const found = probe(kernel, namespace, path);
    if (found === 'ok') return path;
    if (found === 'denied') return { reason: `${quoted}: permission denied`, exitCode: 126 };
    const words = `${quoted}: stat ${command}: ${errnoWords(found)}`;
    return { reason: words, exitCode: found === 'ENOENT' ? 127 : 126 };
  }
  let denied = false;
  if (command === '')
    return { reason: `${quoted}: executable file not found in $PATH`, exitCode: 127 };
  for (const folder of (env['PATH'] ?? '').split(':')) {
    const path = `${folder === '' ? '.' : folder}/${command}`;
    const found = probe(kernel, namespace, path);
    if (found === 'ok') return path;
    denied ||= found === 'denied';
  }
  if (denied) return { reason: `${quoted}: permission denied`, exitCode: 126 };
  return { reason: `${quoted}: executable file not found in $PATH`, exitCode: 127 };
}

function probe(kernel: Kernel, namespace: MountNamespace, path: string): 'ok' | 'denied' | Errno {
  try {
    const { inode } = kernel.find(path, namespace);
    if (inode.type === 'dir') return 'denied';
    return (inode.fs.stat(inode).mode & 0o111) === 0 ? 'denied' : 'ok';
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

/** What `start` answers when runc could not start the command. */
export function startFailure(failure: CommandFailure): ApiError {
  const where = 'failed to create shim task: OCI runtime create failed: runc create failed';
  const message = `${where}: unable to start container process: ${failure.reason}: unknown`;
  return { status: failure.exitCode === 128 ? 500 : 400, message };
}

/** What an exec says in its stream, or answers when detached. */
export function execFailure(failure: CommandFailure): string {
  const where = 'OCI runtime exec failed: exec failed: unable to start container process';
  return `${where}: ${failure.reason}: unknown`;
}

/** Go's order: the last of two equal names counts. */
export function environmentOf(entries: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const entry of entries) {
    const mark = entry.indexOf('=');
    if (mark > 0) env[entry.slice(0, mark)] = entry.slice(mark + 1);
  }
  return env;
}
