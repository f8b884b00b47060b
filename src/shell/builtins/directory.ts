/** cd, pwd, pushd, popd, dirs, umask. Models bash `cd.def`, `pushd.def` and ash `cd.c`. */
import { sys, SysError, type Sys } from '../../kernel';
import { ShellExit } from '../exec/control';
import type { Shell } from '../exec/shell';
import { invalidOption, parseLetters, type Builtin } from './builtin';

/** Joins and cleans a path by its text alone. */
export function normalizePath(base: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${base === '/' ? '' : base}/${path}`;
  const out: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  // Two slashes in front, no more and no fewer, are kept.
  return `${/^\/\/(?!\/)/.test(whole) ? '/' : ''}/${out.join('/')}`;
}

/** Changes directory and the variables with it; answers false after a complaint. */
function* change(sh: Shell, target: string, physical: boolean): Sys<boolean> {
  try {
    const path = physical ? target : normalizePath(sh.cwd, target);
    yield* sys.chdir(path);
    const before = sh.cwd;
    sh.cwd = physical ? yield* sys.getcwd() : path;
    sh.vars.set('OLDPWD', before);
    sh.vars.set('PWD', sh.cwd);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (sh.isBash) yield* sh.complain(`${target}: ${sh.errorText(error)}`);
    else if (sh.dialect === 'dash') yield* sh.complain(`can't cd to ${target}`);
    else yield* sh.complain(`can't cd to ${target}: ${sh.errorText(error)}`);
    return false;
  }
}

function* isDirectory(path: string): Sys<boolean> {
  try {
    return (yield* sys.stat(path)).type === 'dir';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** A directory found by CDPATH, with whether to print it. */
function* searchPath(sh: Shell, target: string): Sys<{ path: string; print: boolean }> {
  const cdpath = sh.vars.get('CDPATH');
  if (!cdpath || /^\.{0,2}\//.test(target) || target === '.' || target === '..') {
    return { path: target, print: false };
  }
  for (const dir of cdpath.split(':')) {
    const path = dir === '' ? target : `${dir.replace(/\/$/, '')}/${target}`;
    if (yield* isDirectory(normalizePath(sh.cwd, path))) return { path, print: dir !== '' };
  }
  return { path: target, print: false };
}

function* cd(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, sh.isBash ? 'LPe@' : 'LP');
  if (bad) {
    const status = yield* invalidOption(sh, bad, 'cd [-L|[-P [-e]] [-@]] [dir]');
    return status;
  }
  if (rest.length > 1 && sh.isBash) {
    yield* sh.complain('too many arguments');
    return 1;
  }
  const failed = sh.isBash ? 1 : 2;
  let target = rest[0];
  let print = false;
  if (target === undefined) {
    target = sh.vars.get('HOME');
    if (target === undefined) {
      if (!sh.isBash) return 0;
      yield* sh.complain('HOME not set');
      return 1;
    }
  } else if (target === '-') {
    target = sh.vars.get('OLDPWD');
    if (target === undefined) {
      if (sh.isBash) {
        yield* sh.complain('OLDPWD not set');
        return 1;
      }
      target = sh.cwd;
    }
    print = true;
  } else {
    const found = yield* searchPath(sh, target);
    target = found.path;
    ({ print } = found);
  }
  if (target === '') return 0;
  if (!(yield* change(sh, target, flags.has('P') || sh.has('physical')))) return failed;
  if (print) yield* sys.write(1, `${sh.cwd}\n`);
  return 0;
}

function* pwd(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, bad } = parseLetters(argv, 'LP');
  if (bad) return yield* invalidOption(sh, bad, 'pwd [-LP]');
  yield* sys.write(1, `${flags.has('P') ? yield* sys.getcwd() : sh.cwd}\n`);
  return 0;
}

function tildePath(sh: Shell, path: string): string {
  const home = sh.vars.get('HOME');
  if (!home || home === '/') return path;
  if (path === home) return '~';
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function* printStack(sh: Shell): Sys<number> {
  yield* sys.write(1, `${[sh.cwd, ...sh.dirStack].map((p) => tildePath(sh, p)).join(' ')}\n`);
  return 0;
}

function* pushd(sh: Shell, argv: readonly string[]): Sys<number> {
  const arg = argv[1];
  const stack = [sh.cwd, ...sh.dirStack];
  if (arg === undefined) {
    if (stack.length < 2) {
      yield* sh.complain('no other directory');
      return 1;
    }
    if (!(yield* change(sh, stack[1]!, false))) return 1;
    sh.dirStack = [stack[0]!, ...stack.slice(2)];
    return yield* printStack(sh);
  }
  const turn = /^([-+])([0-9]+)$/.exec(arg);
  if (turn) {
    const n = turn[1] === '+' ? Number(turn[2]) : stack.length - 1 - Number(turn[2]);
    if (n < 0 || n >= stack.length) {
      yield* sh.complain(`${arg}: directory stack index out of range`);
      return 1;
    }
    const turned = [...stack.slice(n), ...stack.slice(0, n)];
    if (!(yield* change(sh, turned[0]!, false))) return 1;
    sh.dirStack = turned.slice(1);
    return yield* printStack(sh);
  }
  if (!(yield* change(sh, arg, false))) return 1;
  sh.dirStack = stack;
  return yield* printStack(sh);
}

function* popd(sh: Shell): Sys<number> {
  const [next, ...rest] = sh.dirStack;
  if (next === undefined) {
    yield* sh.complain('directory stack empty');
    return 1;
  }
  if (!(yield* change(sh, next, false))) return 1;
  sh.dirStack = rest;
  return yield* printStack(sh);
}

function* dirs(sh: Shell, argv: readonly string[]): Sys<number> {
  if (argv[1] === '-c') {
    sh.dirStack = [];
    return 0;
  }
  if (argv[1] === '-p' || argv[1] === '-v') {
    const lines = [sh.cwd, ...sh.dirStack].map((p, i) => {
      return argv[1] === '-v' ? `${String(i).padStart(2)}  ${tildePath(sh, p)}` : tildePath(sh, p);
    });
    yield* sys.write(1, `${lines.join('\n')}\n`);
    return 0;
  }
  return yield* printStack(sh);
}

function symbolic(mask: number): string {
  const show = (shift: number) => {
    const bits = 7 - ((mask >> shift) & 7);
    return (bits & 4 ? 'r' : '') + (bits & 2 ? 'w' : '') + (bits & 1 ? 'x' : '');
  };
  return `u=${show(6)},g=${show(3)},o=${show(0)}`;
}

/** Applies `u=rwx,g-w` to the permissions that a mask leaves. */
function applySymbolic(mask: number, text: string): number | undefined {
  let allowed = 0o777 & ~mask;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] === '' || match[1]!.includes('a') ? 'ugo' : match[1]!;
    const bits =
      (match[3]!.includes('r') ? 4 : 0) |
      (match[3]!.includes('w') ? 2 : 0) |
      (match[3]!.includes('x') ? 1 : 0);
    for (const ch of who) {
      const shift = ch === 'u' ? 6 : ch === 'g' ? 3 : 0;
      if (match[2] === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else if (match[2] === '+') allowed |= bits << shift;
      else allowed &= ~(bits << shift);
    }
  }
  return 0o777 & ~allowed;
}

function* umask(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, 'Sp');
  if (bad) return yield* invalidOption(sh, bad, 'umask [-p] [-S] [mode]');
  const current = yield* sys.umask(0);
  yield* sys.umask(current);
  const arg = rest[0];
  if (arg === undefined) {
    const octal = current.toString(8).padStart(4, '0');
    yield* sys.write(
      1,
      `${flags.has('p') ? 'umask ' : ''}${flags.has('S') ? symbolic(current) : octal}\n`,
    );
    return 0;
  }
  if (/^[0-9]/.test(arg)) {
    if (/^[0-7]+$/.test(arg) && parseInt(arg, 8) <= 0o7777) {
      yield* sys.umask(parseInt(arg, 8) & 0o777);
      return 0;
    }
    if (sh.isBash) yield* sh.complain(`${arg}: octal number out of range`);
    else yield* sh.complain(`${sh.dialect === 'dash' ? 'Illegal number' : 'illegal mode'}: ${arg}`);
    return sh.isBash ? 1 : 2;
  }
  const mask = applySymbolic(current, arg);
  if (mask === undefined) {
    if (sh.isBash) yield* sh.complain(`\`${arg[0]!}': invalid symbolic mode operator`);
    else yield* sh.complain(`${sh.dialect === 'dash' ? 'Illegal mode' : 'illegal mode'}: ${arg}`);
    if (sh.isBash) return 1;
    throw new ShellExit(2);
  }
  yield* sys.umask(mask);
  if (flags.has('S') && sh.isBash) yield* sys.write(1, `${symbolic(mask)}\n`);
  return 0;
}

export const DIRECTORY_BUILTINS: readonly Builtin[] = [
  { name: 'cd', run: cd },
  { name: 'chdir', only: ['dash', 'ash'], run: cd },
  { name: 'pwd', run: pwd },
  { name: 'pushd', only: ['bash'], run: pushd },
  { name: 'popd', only: ['bash'], run: popd },
  { name: 'dirs', only: ['bash'], run: dirs },
  { name: 'umask', run: umask },
];
