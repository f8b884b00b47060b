/** OSError and its kin from errno (`Objects/exceptions.c`, PEP 3151). */
import { errnoText, type Errno } from '../../kernel';
import { exceptionType, makeException } from './classes';
import type { PyObject, Value } from './values';

const CLASSES: Partial<Record<Errno, string>> = {
  EACCES: 'PermissionError',
  EPERM: 'PermissionError',
  ENOENT: 'FileNotFoundError',
  EEXIST: 'FileExistsError',
  EISDIR: 'IsADirectoryError',
  ENOTDIR: 'NotADirectoryError',
  EPIPE: 'BrokenPipeError',
  ECONNREFUSED: 'ConnectionRefusedError',
  ECONNRESET: 'ConnectionResetError',
  ECHILD: 'ChildProcessError',
  ESRCH: 'ProcessLookupError',
  ETIMEDOUT: 'TimeoutError',
  EAGAIN: 'BlockingIOError',
};
/** Numbers of Linux. */
export const ERRNO_NUMBERS: Partial<Record<Errno, number>> = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETUNREACH: 101,
  ECONNRESET: 104,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
};

export function osError(errno: Errno, path?: Value): PyObject {
  const number = ERRNO_NUMBERS[errno] ?? 5;
  const made = makeException(exceptionType(CLASSES[errno] ?? 'OSError'), number, errnoText(errno));
  made.names.set('errno', number);
  made.names.set('strerror', errnoText(errno));
  made.names.set('filename', path ?? null);
  return made;
}
