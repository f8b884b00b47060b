/** Process 1 of a machine (systemd in the real one): waits for orphans, for ever. */
import * as sys from './sys';
import { SysError, type ProcessStart, type Sys } from './syscalls';

export const INIT_ARGV: readonly string[] = ['/sbin/init'];

export function* initProgram(_start: ProcessStart): Sys<number> {
  yield* sys.sigaction('CHLD', 'catch');
  for (;;) {
    yield* sys.checkpoint(undefined);
    try {
      yield* sys.waitpid(-1);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.sigpending();
      if (error.errno === 'ECHILD') yield* pause();
    }
  }
}

/** Until a signal comes: the next child that ends. */
function* pause(): Sys<void> {
  try {
    yield* sys.poll([]);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
  }
}
