/**
 * Traps and the signals of the shell itself. Models bash `trap.c`, `sig.c` and ash `trap.c`: a trap runs
 * between commands; an interactive shell drops its line on ^C.
 */
import { sys, type Signal, type Sys } from '../../kernel';
import { LineAbort } from './control';
import type { Shell } from './shell';
import { signalNumber, takeSignals } from './waiting';

/** Runs after every command: takes signals and runs their traps. */
export function* checkSignals(sh: Shell): Sys<void> {
  yield* takeSignals(sh);
  while (sh.pendingSignals.length > 0) {
    const signal = sh.pendingSignals.shift()!;
    yield* handleSignal(sh, signal);
  }
}

/** Signals that end a shell; bash runs its EXIT trap before it goes. */
export const FATAL_SIGNALS: readonly Signal[] = ['HUP', 'INT', 'USR1', 'USR2', 'ALRM', 'TERM'];

/** The EXIT trap, then the same signal again, now with its default. */
function* dieOf(sh: Shell, signal: Signal): Sys<void> {
  const action = sh.traps.get('EXIT');
  sh.traps.delete('EXIT');
  sh.status = 128 + signalNumber(signal);
  if (action) yield* runTrap(sh, action);
  yield* sys.sigaction(signal, 'default');
  yield* sys.kill(sh.ownPid, signal);
}

function* handleSignal(sh: Shell, signal: Signal): Sys<void> {
  const action = sh.traps.get(signal);
  if (action !== undefined && action !== '') {
    yield* runTrap(sh, action);
    return;
  }
  const dies = action === undefined && sh.isBash && !sh.interactive && sh.traps.has('EXIT');
  if (dies && FATAL_SIGNALS.includes(signal)) yield* dieOf(sh, signal);
  if (signal === 'INT' && sh.interactive) {
    yield* sh.stderr('\n');
    throw new LineAbort(128 + signalNumber('INT'));
  }
}

/** Runs a trap's commands; `$?` is as before afterwards. */
export function* runTrap(sh: Shell, action: string): Sys<void> {
  const { status, line, pipeStatus } = sh;
  sh.runningTrap++;
  try {
    yield* sh.interp.runText(sh, action);
  } finally {
    sh.runningTrap--;
  }
  sh.status = status;
  sh.line = line;
  sh.pipeStatus = pipeStatus;
}

/** The trap of a pseudo-signal, if it is set and not running. */
export function* runPseudoTrap(sh: Shell, name: 'ERR' | 'EXIT' | 'DEBUG' | 'RETURN'): Sys<void> {
  const action = sh.traps.get(name);
  if (action === undefined || action === '' || sh.runningTrap > 0) return;
  yield* runTrap(sh, action);
}
