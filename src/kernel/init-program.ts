/** Process 1 of a machine (systemd in the real one): waits for orphans, for ever. */
import * as sys from './sys';
import { SysError, type ProcessStart, type Sys } from './syscalls';

export const INIT_ARGV: readonly string[] = ['/sbin/init'];

export function* initProgram(start: ProcessStart): Sys<number> {
  const resumed = start.resume !== undefined;
  if (!resumed) yield* sys.sigaction('CHLD', 'catch');
  // A copy goes on behind the checkpoint.
  for (let first = resumed; ; first = false) {
    if (!first) yield* sys.checkpoint('waiting');
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
