/** trap. Models bash `trap.def` and ash `trap.c: trapcmd`. */
import { sys, type Signal, type Sys } from '../../kernel';
import { quoteAsh, singleQuote } from '../exec/quoting';
import type { Shell } from '../exec/shell';
import { FATAL_SIGNALS } from '../exec/traps';
import { signalByName, signalListText, SIGNAL_NAMES } from '../exec/waiting';
import { invalidOption, parseLetters, type Builtin } from './builtin';

const PSEUDO = ['EXIT', 'ERR', 'DEBUG', 'RETURN'];

/** The name under which a trap is kept; undefined if there is no such signal. */
function trapName(sh: Shell, text: string): string | undefined {
  if (text === '0') return 'EXIT';
  if (sh.dialect === 'dash' && /^sig/i.test(text)) return undefined;
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'EXIT') return 'EXIT';
  if (sh.isBash && PSEUDO.includes(name)) return name;
  if (sh.dialect === 'ash' && name === 'ERR') return name;
  const signal = signalByName(text);
  return signal === 0 ? undefined : signal;
}

function* listTraps(sh: Shell, only: readonly string[]): Sys<number> {
  const order = ['EXIT', ...SIGNAL_NAMES, 'DEBUG', 'ERR', 'RETURN'];
  const traps = sh.parentTraps ?? sh.traps;
  for (const name of order) {
    const action = traps.get(name);
    if (action === undefined || (only.length > 0 && !only.includes(name))) continue;
    const shown = sh.isBash && !PSEUDO.includes(name) ? `SIG${name}` : name;
    const quoted = sh.isBash ? singleQuote(action) : quoteAsh(action);
    yield* sys.write(1, `trap -- ${quoted} ${shown}\n`);
  }
  return 0;
}

function* trapBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, sh.isBash ? 'lp' : '');
  if (bad) {
    const status = yield* invalidOption(sh, bad, 'trap [-lp] [[arg] signal_spec ...]');
    if (!sh.isBash) throw sh.fatal(2);
    return status;
  }
  if (flags.has('l')) {
    yield* sys.write(1, signalListText());
    return 0;
  }
  if (flags.has('p') || rest.length === 0) {
    return yield* listTraps(
      sh,
      rest.map((r) => trapName(sh, r) ?? r),
    );
  }
  let [action, ...signals] = rest as [string, ...string[]];
  // A lone signal, or a number in front, means: back to the default.
  if (signals.length === 0 || (/^[0-9]+$/.test(action) && trapName(sh, action) !== undefined)) {
    if (signals.length === 0 && trapName(sh, action) === undefined) {
      if (sh.isBash) yield* sh.stderr('trap: usage: trap [-lp] [[arg] signal_spec ...]\n');
      else if (sh.dialect === 'dash') yield* sh.stderr(`trap: ${action}: bad trap\n`);
      else yield* sh.complain(`${action}: invalid signal specification`);
      return sh.isBash ? 2 : 1;
    }
    signals = [...rest];
    action = '-';
  }
  let status = 0;
  for (const text of signals) {
    const name = trapName(sh, text);
    if (name === undefined) {
      if (sh.isBash) yield* sh.complain(`${text}: invalid signal specification`);
      else if (sh.dialect === 'dash') yield* sh.stderr(`trap: ${text}: bad trap\n`);
      else yield* sh.complain(`${text}: invalid signal specification`);
      status = 1;
      if (sh.dialect === 'dash') return 1;
      continue;
    }
    yield* setTrap(sh, name, action);
  }
  return status;
}

export function* setTrap(sh: Shell, name: string, action: string): Sys<void> {
  sh.parentTraps = undefined;
  if (name === 'EXIT' && sh.isBash && !sh.interactive) yield* catchFatal(sh, action !== '-');
  if (action === '-') sh.traps.delete(name);
  else sh.traps.set(name, action);
  if (PSEUDO.includes(name) || name === 'KILL' || name === 'STOP') return;
  const how =
    action === '-'
      ? sh.interactive && name === 'INT'
        ? 'catch'
        : 'default'
      : action === ''
        ? 'ignore'
        : 'catch';
  yield* sys.sigaction(name as Signal, how);
}

/** bash runs its EXIT trap when a signal ends it, so it has to catch those. */
function* catchFatal(sh: Shell, on: boolean): Sys<void> {
  for (const signal of FATAL_SIGNALS) {
    if (!sh.traps.has(signal)) yield* sys.sigaction(signal, on ? 'catch' : 'default');
  }
}

export const TRAP_BUILTINS: readonly Builtin[] = [
  { name: 'trap', special: true, run: trapBuiltin },
];
