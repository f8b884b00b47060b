/** What runs when an executable names a program that the table does not have. */
import * as sys from './sys';
import type { ProcessStart, Sys } from './syscalls';

/** Exit status of what is not simulated. */
const NOT_SIMULATED = 125;

export function* unknownProgram(start: ProcessStart): Sys<number> {
  const path = start.argv[0] ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  yield* sys.write(2, `${name}: not simulated: Drydock does not know this program\n`);
  return NOT_SIMULATED;
}
