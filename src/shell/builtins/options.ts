/** set, shopt, getopts, ulimit, history. Models bash `set.def`, `shopt.def`, `getopts.def` and ash `options.c`. */
import { sys, type Sys } from '../../kernel';
import { quoteAsh, quoteIfNeeded } from '../exec/quoting';
import type { OptionName, Shell } from '../exec/shell';
import { printFunction } from '../syntax';
import { invalidOption, NAME, parseLetters, type Builtin } from './builtin';

const LETTERS: Readonly<Record<string, OptionName>> = {
  a: 'allexport',
  b: 'notify',
  B: 'braceexpand',
  C: 'noclobber',
  e: 'errexit',
  E: 'errtrace',
  f: 'noglob',
  h: 'hashall',
  H: 'histexpand',
  k: 'keyword',
  m: 'monitor',
  n: 'noexec',
  p: 'privileged',
  P: 'physical',
  t: 'onecmd',
  T: 'functrace',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
};
const BASH_OPTIONS: readonly OptionName[] = [
  ...([
    'allexport',
    'braceexpand',
    'emacs',
    'errexit',
    'errtrace',
    'functrace',
    'hashall',
  ] as const),
  ...([
    'histexpand',
    'history',
    'ignoreeof',
    'interactive-comments',
    'keyword',
    'monitor',
  ] as const),
  ...([
    'noclobber',
    'noexec',
    'noglob',
    'nolog',
    'notify',
    'nounset',
    'onecmd',
    'physical',
  ] as const),
  ...(['pipefail', 'posix', 'privileged', 'verbose', 'vi', 'xtrace'] as const),
];
const ASH_OPTIONS: readonly OptionName[] = [
  ...([
    'errexit',
    'noglob',
    'ignoreeof',
    'monitor',
    'noexec',
    'xtrace',
    'verbose',
    'noclobber',
  ] as const),
  ...(['allexport', 'notify', 'nounset', 'vi', 'pipefail'] as const),
];
const SET_USAGE = 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]';

function optionNames(sh: Shell): readonly OptionName[] {
  if (sh.isBash) return BASH_OPTIONS;
  return sh.dialect === 'ash'
    ? ASH_OPTIONS
    : [...ASH_OPTIONS.filter((o) => o !== 'pipefail'), 'emacs', 'nolog'];
}

function* listOptions(sh: Shell, plus: boolean): Sys<number> {
  let text = sh.dialect === 'dash' && !plus ? 'Current option settings\n' : '';
  for (const name of optionNames(sh)) {
    const on = sh.has(name);
    if (plus) text += `set ${on ? '-' : '+'}o ${name}\n`;
    else
      text += `${name.padEnd(sh.isBash ? 15 : 16)}${sh.isBash ? '\t' : ''}${on ? 'on' : 'off'}\n`;
  }
  yield* sys.write(1, text);
  return 0;
}

function* switchOption(sh: Shell, name: OptionName, on: boolean): Sys<void> {
  if (name === 'monitor' && on && !sh.isBash && sh.terminal === undefined) {
    yield* sh.complain("can't access tty; job control turned off");
    return;
  }
  if (on) sh.options.add(name);
  else sh.options.delete(name);
  noteOptions(sh);
}

/** Keeps SHELLOPTS and BASHOPTS as the options are. */
export function noteOptions(sh: Shell): void {
  if (!sh.isBash) return;
  const on = BASH_OPTIONS.filter((name) => sh.has(name)).join(':');
  sh.vars.patch('SHELLOPTS', { value: on, readonly: true });
  const shopts = SHOPTS.filter((name) => sh.shopt.has(name)).join(':');
  sh.vars.patch('BASHOPTS', { value: shopts, readonly: true });
}

/** Applies option words; answers where the positional parameters begin, or a status after a complaint. */
export function* applyOptions(
  sh: Shell,
  argv: readonly string[],
  from: number,
): Sys<{ next: number; status?: number; explicit: boolean }> {
  let i = from;
  for (; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--') return { next: i + 1, explicit: true };
    if (arg === '-') {
      sh.options.delete('xtrace');
      sh.options.delete('verbose');
      return { next: i + 1, explicit: argv.length > i + 1 };
    }
    if (!/^[-+]/.test(arg) || arg === '+') break;
    const on = arg[0] === '-';
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = argv[++i];
        if (name === undefined)
          return { next: i, status: yield* listOptions(sh, !on), explicit: false };
        if (!optionNames(sh).includes(name as OptionName)) {
          if (sh.isBash) yield* sh.complain(`${name}: invalid option name`);
          else if (sh.dialect === 'dash') yield* sh.complain(`Illegal option -o ${name}`);
          else yield* sh.complain(`illegal option ${on ? '-' : '+'}o ${name}`);
          return { next: i, status: 2, explicit: false };
        }
        yield* switchOption(sh, name as OptionName, on);
        continue;
      }
      const name = LETTERS[letter];
      if (
        name === undefined ||
        (!sh.isBash && !optionNames(sh).includes(name) && name !== 'errtrace')
      ) {
        return {
          next: i,
          status: yield* invalidOption(sh, `${arg[0]!}${letter}`, SET_USAGE),
          explicit: false,
        };
      }
      yield* switchOption(sh, name, on);
    }
  }
  return { next: i, explicit: false };
}

function* setBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  if (argv.length === 1) return yield* listAll(sh);
  const result = yield* applyOptions(sh, argv, 1);
  if (result.status !== undefined) {
    if (result.status !== 0 && !sh.isBash) throw sh.fatal(2);
    return result.status;
  }
  if (result.explicit || result.next < argv.length) sh.positional = argv.slice(result.next);
  return 0;
}

function* listAll(sh: Shell): Sys<number> {
  let text = '';
  for (const name of sh.vars.names()) {
    const variable = sh.vars.raw(name)!;
    if (variable.array) {
      const items = [...variable.array].map(([k, v]) => `[${k}]="${v}"`);
      text += `${name}=(${items.join(' ')})\n`;
    } else if (variable.value !== undefined) {
      const quote = sh.isBash ? quoteIfNeeded : quoteAsh;
      text += `${name}=${quote(variable.value)}\n`;
    }
  }
  if (sh.isBash) {
    for (const [name, body] of [...sh.functions].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      text += printFunction(name, body);
    }
  }
  yield* sys.write(1, text);
  return 0;
}

const SHOPTS = [
  ...['autocd', 'assoc_expand_once', 'cdable_vars', 'cdspell', 'checkhash', 'checkjobs'],
  ...['checkwinsize', 'cmdhist', 'compat31', 'compat32', 'compat40', 'compat41', 'compat42'],
  ...['compat43', 'compat44', 'complete_fullquote', 'direxpand', 'dirspell', 'dotglob', 'execfail'],
  ...['expand_aliases', 'extdebug', 'extglob', 'extquote', 'failglob', 'force_fignore'],
  ...['globasciiranges', 'globskipdots', 'globstar', 'gnu_errfmt', 'histappend', 'histreedit'],
  ...['histverify', 'hostcomplete', 'huponexit', 'inherit_errexit', 'interactive_comments'],
  ...['lastpipe', 'lithist', 'localvar_inherit', 'localvar_unset', 'login_shell', 'mailwarn'],
  ...['no_empty_cmd_completion', 'nocaseglob', 'nocasematch', 'noexpand_translation', 'nullglob'],
  ...['patsub_replacement', 'progcomp', 'progcomp_alias', 'promptvars', 'restricted_shell'],
  ...['shift_verbose', 'sourcepath', 'varredir_close', 'xpg_echo'],
];
/** On from the start, as in bash 5.2. */
export const SHOPT_DEFAULTS = [
  ...['checkwinsize', 'cmdhist', 'complete_fullquote', 'extquote', 'force_fignore'],
  ...['globasciiranges', 'globskipdots', 'hostcomplete', 'interactive_comments'],
  ...['patsub_replacement', 'progcomp', 'promptvars', 'sourcepath'],
];

function* shopt(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, 'opqsu');
  if (bad) return yield* invalidOption(sh, bad, 'shopt [-pqsu] [-o] [optname ...]');
  if (flags.has('o')) {
    let status = 0;
    for (const name of rest) {
      if (flags.has('s') || flags.has('u'))
        yield* switchOption(sh, name as OptionName, flags.has('s'));
      else if (!sh.has(name as OptionName)) status = 1;
    }
    return status;
  }
  const change = flags.has('s') || flags.has('u');
  let status = 0;
  for (const name of rest.length > 0 ? rest : SHOPTS) {
    if (!SHOPTS.includes(name)) {
      yield* sh.complain(`${name}: invalid shell option name`);
      status = 1;
      continue;
    }
    if (change && rest.length > 0) {
      if (flags.has('s')) sh.shopt.add(name);
      else sh.shopt.delete(name);
      noteOptions(sh);
      continue;
    }
    const on = sh.shopt.has(name);
    if (rest.length > 0 && !on) status = 1;
    if (flags.has('q') || (change && on !== flags.has('s'))) continue;
    if (flags.has('p')) yield* sys.write(1, `shopt ${on ? '-s' : '-u'} ${name}\n`);
    else yield* sys.write(1, `${name.padEnd(20)}\t${on ? 'on' : 'off'}\n`);
  }
  return status;
}

function* getoptsUsage(sh: Shell): Sys<number> {
  if (sh.isBash) yield* sh.stderr('getopts: usage: getopts optstring name [arg ...]\n');
  else
    yield* sh.complain(
      sh.dialect === 'dash'
        ? 'Usage: getopts optstring var [arg...]'
        : 'usage: getopts optstring var [arg]',
    );
  return 2;
}

/** dash knows no OPTERR; in ash it acts as the colon does. */
function silence(sh: Shell, spec: string): { colon: boolean; silent: boolean } {
  const quiet = sh.dialect !== 'dash' && sh.vars.get('OPTERR') === '0';
  const colon = spec.startsWith(':') || (quiet && sh.dialect === 'ash');
  return { colon, silent: colon || quiet };
}

function* badVariable(sh: Shell, name: string): Sys<number> {
  yield* sh.complain(
    sh.isBash ? `\`${name}': not a valid identifier` : `${name}: bad variable name`,
  );
  return sh.isBash ? 1 : 2;
}

function* getopts(sh: Shell, argv: readonly string[]): Sys<number> {
  const spec = argv[1];
  const name = argv[2];
  if (spec === undefined || name === undefined) return yield* getoptsUsage(sh);
  const args = argv.length > 3 ? argv.slice(3) : sh.positional;
  let index = Number(sh.vars.get('OPTIND') ?? '1');
  if (!(index >= 1)) index = 1;
  if (sh.getoptsIndex !== index) sh.getoptsAt = 0;
  const finish = (value: string, status: number): number => {
    sh.vars.set('OPTIND', String(index));
    sh.getoptsIndex = index;
    sh.vars.set(name, value);
    return status;
  };
  if (!NAME.test(name)) return yield* badVariable(sh, name);
  const word = args[index - 1];
  if (sh.getoptsAt === 0) {
    const ends = word === undefined || !word.startsWith('-') || word === '-';
    if (ends || word === '--') {
      if (word === '--') index++;
      sh.vars.unset('OPTARG');
      return finish('?', 1);
    }
    sh.getoptsAt = 1;
  }
  const letter = word![sh.getoptsAt]!;
  sh.getoptsAt++;
  const last = sh.getoptsAt >= word!.length;
  const place = letter === ':' ? -1 : spec.indexOf(letter, spec.startsWith(':') ? 1 : 0);
  const { colon, silent } = silence(sh, spec);
  if (place < 0) {
    if (last) nextWord();
    if (colon) sh.vars.set('OPTARG', letter);
    else {
      sh.vars.unset('OPTARG');
      if (!silent) yield* complainOption(sh, letter, 'illegal');
    }
    return finish('?', 0);
  }
  if (spec[place + 1] !== ':') {
    if (last) nextWord();
    sh.vars.unset('OPTARG');
    return finish(letter, 0);
  }
  const attached = last ? undefined : word!.slice(sh.getoptsAt);
  nextWord();
  if (attached !== undefined) sh.vars.set('OPTARG', attached);
  else if (args[index - 1] === undefined) {
    if (colon) {
      sh.vars.set('OPTARG', letter);
      return finish(':', 0);
    }
    sh.vars.unset('OPTARG');
    if (!silent) yield* complainOption(sh, letter, 'missing');
    return finish('?', 0);
  } else {
    sh.vars.set('OPTARG', args[index - 1]!);
    index++;
  }
  return finish(letter, 0);

  function nextWord(): void {
    index++;
    sh.getoptsAt = 0;
  }
}

function* complainOption(sh: Shell, letter: string, what: 'illegal' | 'missing'): Sys<void> {
  if (sh.isBash) {
    const text = what === 'illegal' ? 'illegal option' : 'option requires an argument';
    yield* sh.stderr(`${sh.name}: ${text} -- ${letter}\n`);
  } else if (sh.dialect === 'dash') {
    yield* sh.stderr(
      what === 'illegal' ? `Illegal option -${letter}\n` : `No arg for -${letter} option\n`,
    );
  } else {
    yield* sh.stderr(
      what === 'illegal' ? `Illegal option -${letter}\n` : `No arg for -${letter} option\n`,
    );
  }
}

const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  c: ['core file size', '0'],
  d: ['data seg size', 'unlimited'],
  f: ['file size', 'unlimited'],
  l: ['max locked memory', '8192'],
  m: ['max memory size', 'unlimited'],
  n: ['open files', '1024'],
  s: ['stack size', '8192'],
  t: ['cpu time', 'unlimited'],
  u: ['max user processes', 'unlimited'],
  v: ['virtual memory', 'unlimited'],
};

function* ulimit(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, 'HSacdflmnstuv');
  if (bad) return yield* invalidOption(sh, bad, 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]');
  const letter = [...flags].find((f) => LIMITS[f]) ?? 'f';
  const known = sh.limits.get(letter) ?? LIMITS[letter]![1];
  const value = rest[0];
  if (value === undefined) {
    yield* sys.write(1, `${known}\n`);
    return 0;
  }
  if (!/^[0-9]+$/.test(value) && value !== 'unlimited') {
    if (sh.isBash) yield* sh.complain(`${value}: invalid number`);
    else if (sh.dialect === 'dash') yield* sh.complain('bad number');
    else yield* sh.stderr(`ash: invalid number '${value}'\n`);
    return sh.isBash ? 1 : sh.dialect === 'dash' ? 2 : 1;
  }
  sh.limits.set(letter, value);
  return 0;
}

function* history(sh: Shell, argv: readonly string[]): Sys<number> {
  if (argv[1] === '-c') {
    sh.history = [];
    return 0;
  }
  if (argv[1] === '-d' && argv[2] !== undefined) {
    sh.history.splice(Number(argv[2]) - 1, 1);
    return 0;
  }
  const count = argv[1] === undefined ? sh.history.length : Number(argv[1]);
  if (Number.isNaN(count)) {
    if (argv[1]!.startsWith('-')) return 0;
    yield* sh.complain(`${argv[1]!}: numeric argument required`);
    return 1;
  }
  const from = Math.max(0, sh.history.length - count);
  const width = sh.isBash ? 5 : 4;
  for (let i = from; i < sh.history.length; i++) {
    const number = String(sh.isBash ? i + 1 : i).padStart(width);
    yield* sys.write(
      1,
      sh.isBash ? `${number}  ${sh.history[i]!}\n` : `${number} ${sh.history[i]!}\n`,
    );
  }
  return 0;
}

export const OPTION_BUILTINS: readonly Builtin[] = [
  { name: 'set', special: true, run: setBuiltin },
  { name: 'shopt', only: ['bash'], run: shopt },
  { name: 'getopts', run: getopts },
  { name: 'ulimit', run: ulimit },
  { name: 'history', only: ['bash', 'ash'], run: history },
];
