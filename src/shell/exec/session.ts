/**
 * The shells as programs: options, start-up files, the loop at the prompt, the way out. Models bash
 * `shell.c: main`, `eval.c: reader_loop` and ash `main.c`.
 */
import { decodeUtf8 } from '../../base';
import {
  sys,
  SysError,
  type ProcessStart,
  type Program,
  type Signal,
  type Sys,
} from '../../kernel';
import { SHOPT_DEFAULTS, applyOptions, noteOptions } from '../builtins/options';
import type { Dialect } from '../syntax';
import { FunctionReturn, LineAbort, LoopJump, ShellExit } from './control';
import { runInteractive } from './interactive';
import { makeShell, runScript } from './interpreter';
import { run } from './run';
import type { Shell, Snapshot, SubshellImage } from './shell';
import { runStandardInput } from './standard-input';
import { runPseudoTrap } from './traps';
import { ReadonlyFault } from './variables';

/** What an interactive shell keeps at each prompt. */
export interface Resume {
  readonly snapshot: Snapshot;
  readonly terminal: number;
  readonly ownPgid: number;
  readonly ownPid: number;
}

/** A shell of that dialect as a program. */
export function shellProgram(dialect: Dialect): Program {
  return function* shell(start: ProcessStart): Sys<number> {
    const sh = makeShell(dialect, start.argv[0] ?? dialect);
    if (start.resume !== undefined) return yield* resume(sh, start.resume as Resume);
    sh.ownPid = yield* sys.getpid();
    const image = start.image as { kind?: string } | undefined;
    if (image?.kind === 'subshell') return yield* runSubshellImage(sh, image as SubshellImage);
    return yield* finish(sh, startUp(sh, start));
  };
}

/** Runs the shell's work; on the way out comes the EXIT trap. */
function* finish(sh: Shell, work: Sys<number>): Sys<number> {
  let status: number;
  try {
    status = yield* leave(sh, work);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EPIPE') return 141;
    throw error;
  }
  sh.status = status;
  sh.tailProcess = false;
  sh.noErrExit++;
  const trapped = yield* leave(sh, exitTrap(sh));
  return trapped < 0 ? status : trapped;
}

function* exitTrap(sh: Shell): Sys<number> {
  sh.runningTrap = 0;
  yield* runPseudoTrap(sh, 'EXIT');
  return -1;
}

function* leave(sh: Shell, work: Sys<number>): Sys<number> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof ShellExit || error instanceof LineAbort) return error.status;
    if (error instanceof FunctionReturn) return error.status;
    if (error instanceof LoopJump) return sh.status;
    if (error instanceof ReadonlyFault) {
      yield* sh.complain(`${error.variable}: readonly variable`);
      return 1;
    }
    throw error;
  }
}

function* runSubshellImage(sh: Shell, image: SubshellImage): Sys<number> {
  sh.restore(image.snapshot);
  sh.subshell = true;
  sh.options.delete('monitor');
  if (sh.dialect !== 'dash' && image.listsJobs) sh.parentJobs = sh.jobs;
  sh.jobs = [];
  sh.finished = new Map();
  sh.pendingSignals = [];
  if (sh.isBash || (image.substitution && sh.dialect === 'ash')) sh.parentTraps = new Map(sh.traps);
  for (const [name, action] of [...sh.traps]) {
    const inherited =
      (name === 'ERR' && sh.has('errtrace')) ||
      ((name === 'DEBUG' || name === 'RETURN') && sh.has('functrace'));
    if (action !== '' && !inherited) sh.traps.delete(name);
  }
  sh.loopDepth = 0;
  sh.tailProcess = true;
  return yield* finish(sh, run(sh, image.node));
}

function* resume(sh: Shell, from: Resume): Sys<number> {
  sh.restore(from.snapshot);
  sh.terminal = from.terminal;
  sh.ownPgid = from.ownPgid;
  sh.ownPid = from.ownPid;
  return yield* finish(sh, runInteractive(sh, true));
}

interface Arguments {
  command?: string;
  script?: string;
  interactive: boolean;
  login: boolean;
  fromInput: boolean;
  noRc: boolean;
  noProfile: boolean;
}

function* startUp(sh: Shell, start: ProcessStart): Sys<number> {
  sh.shellPid = sh.ownPid;
  sh.applet = (start.argv[0] ?? 'ash').replace(/^.*\//, '').replace(/^-/, '');
  yield* importEnvironment(sh, start.env);
  const args: Arguments = {
    interactive: false,
    login: (start.argv[0] ?? '').startsWith('-'),
    fromInput: false,
    noRc: false,
    noProfile: false,
  };
  const status = yield* parseArguments(sh, start, args);
  if (status !== undefined) return status;
  if (args.command !== undefined) {
    sh.commandString = true;
    if (args.login) yield* profile(sh, args);
    return yield* runScript(sh, args.command);
  }
  if (args.script !== undefined) return yield* runScriptFile(sh, args.script);
  const terminal = (yield* sys.isatty(0)) && (yield* sys.isatty(2));
  if (args.interactive || terminal) {
    yield* beginInteractive(sh);
    if (args.login) yield* profile(sh, args);
    if (!args.noRc) yield* rcFiles(sh, args);
    return yield* runInteractive(sh);
  }
  if (args.login) yield* profile(sh, args);
  return yield* runStandardInput(sh);
}

function* importEnvironment(sh: Shell, env: Readonly<Record<string, string>>): Sys<void> {
  for (const [name, value] of Object.entries(env)) {
    if (/^[A-Za-z_]\w*$/.test(name)) sh.vars.replace(name, { value, exported: true });
  }
  sh.cwd = yield* sys.getcwd();
  const claimed = env['PWD'];
  if (claimed && claimed !== sh.cwd && claimed.startsWith('/')) {
    try {
      const a = yield* sys.stat(claimed);
      const b = yield* sys.stat('.');
      if (a.ino === b.ino && a.dev === b.dev) sh.cwd = claimed;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  sh.vars.set('PWD', sh.cwd);
  sh.vars.set('IFS', ' \t\n');
  sh.vars.patch('IFS', { exported: false });
  sh.vars.set('OPTIND', '1');
  sh.vars.replace('PPID', {
    value: String(yield* sys.getppid()),
    ...(sh.isBash ? { readonly: true, integer: true } : {}),
  });
  if (sh.dialect !== 'bash') yield* ashDefaults(sh, env);
  if (sh.vars.get('PATH') === undefined) {
    sh.vars.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  }
  if (sh.dialect !== 'bash') return;
  sh.vars.patch('PWD', { exported: true });
  yield* importBash(sh, env);
}

/** What dash and ash set when they start, interactive or not. */
function* ashDefaults(sh: Shell, env: Readonly<Record<string, string>>): Sys<void> {
  const root = (yield* sys.getuid()).uid === 0;
  const prompt = sh.dialect === 'ash' ? '\\w \\$ ' : root ? '# ' : '$ ';
  const defaults: [string, string][] = [
    ['PS1', prompt],
    ['PS2', '> '],
    ['PS4', '+ '],
  ];
  for (const [name, value] of defaults) {
    if (sh.vars.get(name) === undefined) sh.vars.set(name, value);
  }
  if (sh.dialect !== 'ash') return;
  const level = Number(env['SHLVL'] ?? '0') + 1;
  sh.vars.replace('SHLVL', { value: String(Number.isNaN(level) ? 1 : level), exported: true });
  sh.randomState = sh.ownPid * 7919;
}

function* importBash(sh: Shell, env: Readonly<Record<string, string>>): Sys<void> {
  if (env['OLDPWD'] === undefined) sh.vars.patch('OLDPWD', { exported: true });
  const level = Number(env['SHLVL'] ?? '0') + 1;
  sh.vars.replace('SHLVL', { value: String(Number.isNaN(level) ? 1 : level), exported: true });
  const uname = yield* sys.uname();
  const uid = (yield* sys.getuid()).uid;
  const fixed: [string, string][] = [
    ['BASH', '/bin/bash'],
    ['BASH_VERSION', '5.2.15(1)-release'],
    ['HOSTNAME', uname.nodename],
    ['HOSTTYPE', 'x86_64'],
    ['MACHTYPE', 'x86_64-pc-linux-gnu'],
    ['OSTYPE', 'linux-gnu'],
    ['PS4', '+ '],
    ['SHELL', env['SHELL'] ?? (yield* loginShell())],
  ];
  for (const [name, value] of fixed) {
    if (name !== 'HOSTNAME' || env['HOSTNAME'] === undefined) {
      sh.vars.replace(name, {
        ...sh.vars.raw(name),
        value: name === 'PS4' ? (env['PS4'] ?? value) : value,
      });
    }
  }
  sh.vars.replace('UID', { value: String(uid), readonly: true, integer: true });
  sh.vars.replace('EUID', { value: String(uid), readonly: true, integer: true });
  const versions = ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'];
  sh.vars.replace('BASH_VERSINFO', {
    array: new Map(versions.map((v, i) => [i, v])),
    readonly: true,
  });
  for (const name of SHOPT_DEFAULTS) sh.shopt.add(name);
  for (const name of ['braceexpand', 'hashall', 'interactive-comments'] as const)
    sh.options.add(name);
  noteOptions(sh);
  sh.secondsBase = (yield* sys.clock()).monotonicUs;
  sh.randomState = (sh.ownPid * 7919 + sh.secondsBase) >>> 0;
}

/** The shell of the user in /etc/passwd, which bash takes when SHELL is not set. */
function* loginShell(): Sys<string> {
  try {
    const { uid } = yield* sys.getuid();
    for (const line of (yield* sys.readText('/etc/passwd')).split('\n')) {
      const fields = line.split(':');
      if (fields[2] === String(uid) && fields[6]) return fields[6];
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return '/bin/sh';
}

const USAGE_BASH = `Usage:\tbash [GNU long option] [option] ...
\tbash [GNU long option] [option] script-file ...
GNU long options:
\t--debug
\t--debugger
\t--dump-po-strings
\t--dump-strings
\t--help
\t--init-file
\t--login
\t--noediting
\t--noprofile
\t--norc
\t--posix
\t--pretty-print
\t--rcfile
\t--restricted
\t--verbose
\t--version
Shell options:
\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option
`;

function* badOption(sh: Shell, option: string): Sys<number> {
  if (sh.isBash) yield* sh.stderr(`${sh.name}: ${option}: invalid option\n${USAGE_BASH}`);
  else if (sh.dialect === 'dash') yield* sh.stderr(`${sh.name}: 0: Illegal option ${option}\n`);
  else yield* sh.stderr(`${sh.name}: illegal option ${option}\n`);
  return 2;
}

/** Reads options and operands; a number is the status to leave with. */
function* parseArguments(sh: Shell, start: ProcessStart, args: Arguments): Sys<number | undefined> {
  const { argv } = start;
  let i = 1;
  let command = false;
  for (; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--')) {
      const status = yield* longOption(sh, arg, args);
      if (status !== undefined) return status;
      continue;
    }
    for (const letter of arg.slice(1)) {
      if (letter === 'c') command = true;
      else if (letter === 'i') args.interactive = true;
      else if (letter === 's') args.fromInput = true;
      else if (letter === 'l') args.login = true;
      else if (letter === 'o' || letter === 'O') {
        const name = argv[++i] ?? '';
        if (letter === 'O') sh.shopt.add(name);
        else yield* applyOptions(sh, ['set', `${arg[0]!}o`, name], 1);
      } else {
        if (
          !/[abefhkmnptuvxBCEHPTDr]/.test(letter) ||
          (!sh.isBash && !/[abefmnuvxCI]/.test(letter))
        ) {
          return yield* badOption(sh, `${arg[0]!}${letter}`);
        }
        yield* applyOptions(sh, ['set', `${arg[0]!}${letter}`], 1);
      }
    }
  }
  const rest = argv.slice(i);
  if (command) {
    if (rest.length === 0) {
      if (sh.isBash) yield* sh.stderr(`${sh.name}: -c: option requires an argument\n`);
      else
        yield* sh.stderr(
          `${sh.name}: ${sh.dialect === 'dash' ? '0: ' : ''}-c requires an argument\n`,
        );
      return 2;
    }
    args.command = rest[0]!;
    if (rest[1] !== undefined) {
      sh.name = rest[1];
      sh.named = true;
    }
    sh.positional = rest.slice(2);
  } else if (args.fromInput || rest.length === 0) sh.positional = rest;
  else {
    args.script = rest[0]!;
    sh.positional = rest.slice(1);
  }
  return undefined;
}

function* longOption(sh: Shell, arg: string, args: Arguments): Sys<number | undefined> {
  switch (arg) {
    case '--login':
      args.login = true;
      return undefined;
    case '--norc':
      args.noRc = true;
      return undefined;
    case '--noprofile':
      args.noProfile = true;
      return undefined;
    case '--posix':
    case '--noediting':
      return undefined;
    case '--version':
      if (!sh.isBash) return yield* badOption(sh, '--');
      yield* sys.write(
        1,
        'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n',
      );
      return 0;
    default:
      return yield* badOption(sh, sh.isBash ? arg : '--');
  }
}

function* runScriptFile(sh: Shell, path: string): Sys<number> {
  let text: string;
  try {
    if ((yield* sys.stat(path)).type === 'dir') {
      yield* sh.stderr(`${sh.name}: ${path}: Is a directory\n`);
      return 126;
    }
    text = decodeUtf8(yield* sys.readFile(path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = sh.errorText(error);
    if (sh.isBash) yield* sh.stderr(`${sh.name}: ${path}: ${reason}\n`);
    else if (sh.dialect === 'dash') {
      yield* sh.stderr(
        `${sh.name}: 0: cannot open ${path}: ${error.errno === 'ENOENT' ? 'No such file' : reason}\n`,
      );
    } else yield* sh.stderr(`${sh.name}: can't open '${path}': ${reason}\n`);
    return sh.isBash ? (error.errno === 'ENOENT' ? 127 : 126) : 2;
  }
  sh.name = path;
  sh.named = true;
  return yield* runScript(sh, text);
}

/** Takes the terminal: own process group in the foreground, signals that do not end the shell. */
function* beginInteractive(sh: Shell): Sys<void> {
  sh.interactive = true;
  if (sh.isBash) {
    for (const name of ['histexpand', 'history', 'emacs'] as const) sh.options.add(name);
    sh.shopt.add('expand_aliases');
  }
  if (sh.vars.get('PS1') === undefined) sh.vars.set('PS1', '\\s-\\v\\$ ');
  if (sh.vars.get('PS2') === undefined) sh.vars.set('PS2', '> ');
  const caught: readonly Signal[] = ['INT', 'TERM', 'QUIT', 'TSTP', 'TTIN', 'TTOU', 'WINCH'];
  for (const signal of caught)
    yield* sys.sigaction(signal, signal === 'INT' || signal === 'WINCH' ? 'catch' : 'ignore');
  if (!(yield* sys.isatty(0))) return;
  sh.terminal = yield* sys.dup(0, 200);
  if ((yield* sys.getpgid()) !== sh.ownPid) {
    try {
      yield* sys.setpgid(0, 0);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  sh.ownPgid = yield* sys.getpgid();
  try {
    yield* sys.tcsetpgrp(sh.terminal, sh.ownPgid);
    sh.options.add('monitor');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sh.stderr(`${sh.name}: cannot set terminal process group: ${sh.errorText(error)}\n`);
    if (sh.isBash) yield* sh.stderr(`${sh.name}: no job control in this shell\n`);
  }
}

function* sourceIfThere(sh: Shell, path: string): Sys<boolean> {
  let text: string;
  try {
    text = decodeUtf8(yield* sys.readFile(path));
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
  try {
    yield* sh.interp.runText(sh, text, 1);
  } catch (error) {
    if (!(error instanceof LineAbort) && !(error instanceof FunctionReturn)) throw error;
  }
  return true;
}

function* profile(sh: Shell, args: Arguments): Sys<void> {
  if (args.noProfile) return;
  yield* sourceIfThere(sh, '/etc/profile');
  const home = sh.vars.get('HOME') ?? '';
  const names = sh.isBash ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
  for (const name of names) if (yield* sourceIfThere(sh, `${home}/${name}`)) break;
}

function* rcFiles(sh: Shell, args: Arguments): Sys<void> {
  if (!sh.isBash) {
    const env = sh.vars.get('ENV');
    if (env) yield* sourceIfThere(sh, env);
    return;
  }
  if (args.login) return;
  yield* sourceIfThere(sh, '/etc/bash.bashrc');
  yield* sourceIfThere(sh, `${sh.vars.get('HOME') ?? ''}/.bashrc`);
}
