/** Files that the user names, and Go's words when they cannot be read. */
import { decodeUtf8 } from '../base';
import { SysError, sys, type Sys } from '../kernel';
import { CliError } from './errors';

/** Text of a file that the user named, or Go's sentence about it. */
export function* readUserFile(path: string): Sys<string> {
  return decodeUtf8(yield* readUserBytes(path));
}

/** Bytes of a file that the user named, or Go's sentence about it. */
export function* readUserBytes(path: string): Sys<Uint8Array> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (error instanceof SysError) throw new CliError(`open ${path}: ${errnoText(error)}`);
    throw error;
  }
}

/** What Go prints for a failed system call. */
export function errnoText(error: SysError): string {
  const texts: Partial<Record<SysError['errno'], string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'not a directory',
  };
  return texts[error.errno] ?? error.errno;
}
