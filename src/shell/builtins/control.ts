/** Builtins that steer execution: eval, source, exec, exit, break, return, shift, true, ... */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { complainExec } from '../exec/complaints';
import { FunctionReturn, LoopJump, ShellExit } from '../exec/control';
import type { Shell } from '../exec/shell';
import { childFds, locate } from '../exec/spawning';
import { evaluate, ArithmeticFault } from '../exec/arithmetic';
import type { Builtin } from './builtin';

function* evalText(sh: Shell, argv: readonly string[]): Sys<number> {
  const text = argv.slice(argv[1] === '--' ? 2 : 1).join(' ');
  if (text.trim() === '') return 0;
  sh.builtin = undefined;
  return yield* named(sh, 'eval', sh.interp.runText(sh, text));
}

/** Runs with the name under which the ash family complains. */
function* named(sh: Shell, name: string, work: Sys<number>): Sys<number> {
  const { commandName } = sh;
  if (!sh.isBash) sh.commandName = name;
  try {
    return yield* work;
  } finally {
    sh.commandName = commandName;
  }
}

/** Finds the file of `.`: PATH for a plain name, then (bash) the current directory. */
function* sourcePath(sh: Shell, name: string): Sys<string | undefined> {
  if (name.includes('/')) return name;
  for (const dir of (sh.vars.get('PATH') ?? '').split(':')) {
    const path = `${dir === '' ? '.' : dir}/${name}`;
    try {
      if ((yield* sys.stat(path)).type === 'file') return path;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  return sh.isBash ? name : undefined;
}

function* sourceFile(sh: Shell, argv: readonly string[]): Sys<number> {
  const args = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  const name = args[0];
  if (name === undefined) {
    if (sh.isBash) {
      yield* sh.complain('filename argument required');
      yield* sh.stderr(`${argv[0]!}: usage: ${argv[0]!} filename [arguments]\n`);
    }
    return sh.isBash ? 2 : 0;
  }
  const path = yield* sourcePath(sh, name);
  let text: string;
  try {
    if (path === undefined) {
      yield* sh.complain(`${name}: not found`);
      throw sh.fatal(sh.dialect === 'ash' ? 2 : 2);
    }
    if ((yield* sys.stat(path)).type === 'dir' && sh.isBash) {
      yield* sh.complain(`${name}: is a directory`);
      return 1;
    }
    text = decodeUtf8(yield* sys.readFile(path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (sh.isBash) {
      yield* sh.complain(`${name}: ${sh.errorText(error)}`, undefined);
      return 1;
    }
    const missing = error.errno === 'ENOENT';
    if (sh.dialect === 'dash') {
      yield* sh.complain(`cannot open ${name}: ${missing ? 'No such file' : sh.errorText(error)}`);
    } else yield* sh.complain(`can't open '${name}': ${sh.errorText(error)}`);
    throw sh.fatal(2);
  }
  const { positional, line, sourceName } = sh;
  const replaces = args.length > 1 && sh.dialect !== 'dash';
  if (replaces) sh.positional = args.slice(1);
  sh.builtin = undefined;
  sh.sourceDepth++;
  if (sh.isBash) sh.sourceName = path;
  try {
    return yield* named(sh, path, sh.interp.runText(sh, text, 1));
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    if (replaces) sh.positional = positional;
    sh.line = line;
    sh.sourceName = sourceName;
    sh.sourceDepth--;
  }
}

function* execCommand(sh: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let argv0: string | undefined;
  let clean = false;
  while (sh.isBash && args[0]?.startsWith('-') && args[0] !== '--') {
    if (args[0] === '-a') {
      argv0 = args[1];
      args = args.slice(2);
    } else if (args[0] === '-c' || args[0] === '-l') {
      clean ||= args[0] === '-c';
      args = args.slice(1);
    } else break;
  }
  if (args[0] === '--') args = args.slice(1);
  if (args.length === 0) {
    sh.keepRedirects = true;
    return 0;
  }
  const name = args[0]!;
  const found = yield* locate(sh, name);
  if (found.kind !== 'file') {
    const status = sh.isBash
      ? yield* complainExecBash(sh, name, found.kind)
      : yield* execMissing(sh, name, found.kind);
    if (sh.isBash && (sh.interactive || sh.shopt.has('execfail'))) return status;
    throw sh.interactive ? sh.fatal(status) : new ShellExit(status);
  }
  try {
    const env = clean ? {} : { ...sh.vars.environment(), _: found.path };
    const visible = new Set(childFds(sh).map(([fd]) => fd));
    for (const fd of yield* sys.fds()) if (!visible.has(fd)) yield* sys.close(fd);
    yield* resetSignals(sh);
    return yield* sys.exec(found.path, [argv0 ?? name, ...args.slice(1)], env);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const status = yield* complainExec(sh, name, error);
    throw new ShellExit(status);
  }
}

/** What the shell catches is default again in the program that replaces it. */
function* resetSignals(sh: Shell): Sys<void> {
  if (!sh.interactive) return;
  for (const signal of ['INT', 'TERM', 'QUIT', 'TSTP', 'TTIN', 'TTOU', 'WINCH'] as const) {
    yield* sys.sigaction(signal, 'default');
  }
}

function* complainExecBash(sh: Shell, name: string, kind: string): Sys<number> {
  const path = name.startsWith('/') ? name : `${sh.cwd}/${name.replace(/^\.\//, '')}`;
  if (kind === 'missing' && name.includes('/')) {
    yield* sh.complain(`${path}: No such file or directory`, undefined);
    return 127;
  }
  if (kind === 'missing') {
    yield* sh.complain(`${name}: not found`);
    return 127;
  }
  const reason = kind === 'directory' ? 'Is a directory' : 'Permission denied';
  yield* sh.complain(`${path}: ${reason}`, undefined);
  yield* sh.complain(`${path}: cannot execute: ${reason}`);
  return 126;
}

function* execMissing(sh: Shell, name: string, kind: string): Sys<number> {
  const missing = kind === 'missing';
  yield* sh.complain(`${name}: ${missing ? 'not found' : 'Permission denied'}`);
  return missing ? 127 : 126;
}

function* numberArgument(sh: Shell, text: string): Sys<number | undefined> {
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (sh.isBash) yield* sh.complain(`${text}: numeric argument required`);
  else yield* sh.complain(`${sh.dialect === 'dash' ? 'Illegal' : 'Illegal'} number: ${text}`);
  return undefined;
}

function* exitShell(sh: Shell, argv: readonly string[]): Sys<number> {
  const args = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  if (sh.interactive && !sh.subshell && sh.isBash && argv[0] === 'exit') yield* sh.stderr('exit\n');
  if (sh.interactive && !sh.warnedJobs && sh.jobs.some((j) => j.state === 'stopped')) {
    yield* sh.stderr(sh.isBash ? 'There are stopped jobs.\n' : 'You have stopped jobs.\n');
    sh.warnedJobs = true;
    return sh.isBash ? 1 : 0;
  }
  if (args.length === 0) throw new ShellExit(sh.status);
  const status = yield* numberArgument(sh, args[0]!);
  if (status === undefined) throw new ShellExit(2);
  if (status < 0 && !sh.isBash) {
    yield* sh.complain(`Illegal number: ${args[0]!}`);
    throw new ShellExit(2);
  }
  if (args.length > 1 && sh.isBash) {
    yield* sh.complain('too many arguments');
    throw sh.fatal(1);
  }
  throw new ShellExit(status & 255);
}

function* returnFrom(sh: Shell, argv: readonly string[]): Sys<number> {
  if (sh.functionNames.length === 0 && sh.sourceDepth === 0) {
    if (sh.isBash) {
      yield* sh.complain("can only `return' from a function or sourced script");
      return 2;
    }
    const status = argv[1] === undefined ? sh.status : Number(argv[1]);
    throw new ShellExit(status & 255);
  }
  if (argv[1] === undefined) throw new FunctionReturn(sh.status);
  const status = yield* numberArgument(sh, argv[1]);
  if (status === undefined) {
    if (sh.isBash) throw new FunctionReturn(2);
    throw sh.fatal(2);
  }
  if (status < 0 && !sh.isBash) {
    yield* sh.complain(`Illegal number: ${argv[1]}`);
    throw sh.fatal(2);
  }
  throw new FunctionReturn(sh.isBash ? status & 255 : status);
}

function* jumpLoop(sh: Shell, argv: readonly string[]): Sys<number> {
  const kind = argv[0] as 'break' | 'continue';
  const arg = argv[1] === '--' ? argv[2] : argv[1];
  if (sh.loopDepth === 0) {
    if (sh.isBash) {
      yield* sh.complain("only meaningful in a `for', `while', or `until' loop");
    }
    return 0;
  }
  let levels = 1;
  if (arg !== undefined) {
    if (!/^[-+]?[0-9]+$/.test(arg)) {
      yield* sh.complain(
        sh.isBash ? `${arg}: numeric argument required` : `Illegal number: ${arg}`,
      );
      throw sh.isBash ? new ShellExit(128) : sh.fatal(2);
    }
    levels = Number(arg);
    if (levels < 1) {
      if (!sh.isBash) {
        yield* sh.complain(`Illegal number: ${arg}`);
        throw sh.fatal(2);
      }
      yield* sh.complain(`${arg}: loop count out of range`);
      sh.brokenStatus = 1;
      throw new LoopJump('break', sh.loopDepth);
    }
  }
  throw new LoopJump(kind, Math.min(levels, sh.loopDepth));
}

function* shiftArgs(sh: Shell, argv: readonly string[]): Sys<number> {
  const arg = argv[1];
  let count = 1;
  if (arg !== undefined) {
    if (!/^[0-9]+$/.test(arg)) {
      if (sh.isBash && /^-[0-9]+$/.test(arg))
        yield* sh.complain(`${arg}: shift count out of range`);
      else
        yield* sh.complain(
          sh.isBash ? `${arg}: numeric argument required` : `Illegal number: ${arg}`,
        );
      if (!sh.isBash) throw sh.fatal(2);
      return 1;
    }
    count = Number(arg);
  }
  if (count > sh.positional.length) {
    if (sh.dialect === 'dash') {
      yield* sh.complain("can't shift that many");
      throw sh.fatal(2);
    }
    return 1;
  }
  sh.positional = sh.positional.slice(count);
  return 0;
}

function* letBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  if (argv.length < 2) {
    yield* sh.complain('expression expected');
    return sh.isBash ? 1 : 2;
  }
  let value = 0n;
  for (const text of argv.slice(1)) {
    try {
      value = evaluate(sh, text);
    } catch (error) {
      if (!(error instanceof ArithmeticFault)) throw error;
      yield* sh.complain(error.message);
      return sh.isBash ? 1 : 2;
    }
  }
  return value === 0n ? 1 : 0;
}

function* times(): Sys<number> {
  yield* sys.write(1, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
  return 0;
}

// eslint-disable-next-line require-yield -- a builtin that calls nothing
function* succeed(): Sys<number> {
  return 0;
}

// eslint-disable-next-line require-yield -- a builtin that calls nothing
function* failPlainly(): Sys<number> {
  return 1;
}

export const CONTROL_BUILTINS: readonly Builtin[] = [
  { name: ':', special: true, run: succeed },
  { name: 'true', run: succeed },
  { name: 'false', run: failPlainly },
  { name: 'eval', special: true, run: evalText },
  { name: '.', special: true, run: sourceFile },
  { name: 'source', only: ['bash', 'ash'], run: sourceFile },
  { name: 'exec', special: true, run: execCommand },
  { name: 'exit', special: true, run: exitShell },
  { name: 'logout', only: ['bash'], run: exitShell },
  { name: 'return', special: true, run: returnFrom },
  { name: 'break', special: true, run: jumpLoop },
  { name: 'continue', special: true, run: jumpLoop },
  { name: 'shift', special: true, run: shiftArgs },
  { name: 'times', special: true, run: times },
  { name: 'let', only: ['bash', 'ash'], run: letBuiltin },
];
