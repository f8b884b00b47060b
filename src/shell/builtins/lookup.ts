/** type, command, builtin, hash, alias, enable, which names mean what. Models bash `type.def`, ash `exec.c`. */
import { sys, type Sys } from '../../kernel';
import { printFunction } from '../syntax';
import { quoteAsh, singleQuote } from '../exec/quoting';
import type { Shell } from '../exec/shell';
import { locate } from '../exec/spawning';
import { invalidOption, parseLetters, type Builtin } from './builtin';

const KEYWORDS_BASH = [
  ...['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do'],
  ...['done', 'in', 'function', 'time', '{', '}', '!', '[[', ']]', 'coproc'],
];
const KEYWORDS_ASH = [
  ...['!', '{', '}', 'case', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for', 'function', 'if'],
  ...['in', 'then', 'until', 'while'],
];

export function keywordsOf(sh: Shell): readonly string[] {
  if (sh.isBash) return KEYWORDS_BASH;
  return sh.dialect === 'ash' ? KEYWORDS_ASH : KEYWORDS_ASH.filter((k) => k !== 'function');
}

/** Meanings of a name in the order in which they are tried. */
type Meaning =
  | { readonly kind: 'alias'; readonly value: string }
  | { readonly kind: 'keyword' }
  | { readonly kind: 'function' }
  | { readonly kind: 'builtin'; readonly special: boolean }
  | { readonly kind: 'file'; readonly path: string };

function* meanings(sh: Shell, name: string, all: boolean, noFunctions = false): Sys<Meaning[]> {
  const out: Meaning[] = [];
  const alias = sh.aliases.get(name);
  if (alias !== undefined && (!sh.isBash || sh.interactive || sh.shopt.has('expand_aliases'))) {
    out.push({ kind: 'alias', value: alias });
  }
  if (keywordsOf(sh).includes(name)) out.push({ kind: 'keyword' });
  if (sh.functions.has(name) && !noFunctions) out.push({ kind: 'function' });
  const builtin = findBuiltin(sh, name);
  if (builtin) out.push({ kind: 'builtin', special: builtin.special === true });
  if (out.length === 0 || all) {
    if (all && !name.includes('/')) {
      for (const dir of (sh.vars.get('PATH') ?? '').split(':')) {
        const found = yield* locate(sh, `${dir}/${name}`);
        if (found.kind === 'file') out.push({ kind: 'file', path: found.path });
      }
    } else {
      const found = yield* locate(sh, name);
      if (found.kind === 'file') out.push({ kind: 'file', path: found.path });
    }
  }
  return out;
}

/** Set by the table, which stands above this file. */
function findBuiltin(sh: Shell, name: string): Builtin | undefined {
  return sh.lookupBuiltin(name);
}

function describe(sh: Shell, name: string, meaning: Meaning): string {
  switch (meaning.kind) {
    case 'alias':
      if (sh.isBash) return `${name} is aliased to \`${meaning.value}'`;
      return `${name} is an alias for ${meaning.value}`;
    case 'keyword':
      return `${name} is a shell keyword`;
    case 'function': {
      if (!sh.isBash) return `${name} is a ${sh.dialect === 'dash' ? 'shell ' : ''}function`;
      return `${name} is a function\n${printFunction(name, sh.functions.get(name)!).trimEnd()}`;
    }
    case 'builtin':
      return `${name} is a ${meaning.special && !sh.isBash ? 'special ' : ''}shell builtin`;
    default:
      return `${name} is ${meaning.path}`;
  }
}

function* typeBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = sh.isBash
    ? parseLetters(argv, 'afptP')
    : { flags: new Set<string>(), rest: argv.slice(argv[1] === '--' ? 2 : 1), bad: undefined };
  if (bad) return yield* invalidOption(sh, bad, 'type [-afptP] name [name ...]');
  let status = 0;
  if (sh.dialect === 'ash' && rest[0]?.startsWith('-')) {
    // Whatever the option is, it means the short form.
    for (const name of rest.slice(1)) {
      const meaning = (yield* meanings(sh, name, false))[0];
      if (meaning) yield* sys.write(1, `${terse(sh, name, meaning)}\n`);
      else status = 127;
    }
    return status;
  }
  for (const name of rest) {
    let list = yield* meanings(sh, name, flags.has('a') || flags.has('P'), flags.has('f'));
    if (flags.has('p') || flags.has('P')) list = list.filter((m) => m.kind === 'file');
    if (!flags.has('a')) list = list.slice(0, 1);
    if (list.length === 0) {
      status = sh.isBash ? 1 : 127;
      if (flags.has('t') || flags.has('p') || flags.has('P')) continue;
      if (sh.isBash) yield* sh.complain(`${name}: not found`);
      else yield* sys.write(1, `${name}: not found\n`);
      continue;
    }
    for (const meaning of list) {
      let text = describe(sh, name, meaning);
      if (flags.has('t')) text = meaning.kind;
      else if (flags.has('p') || flags.has('P')) text = meaning.kind === 'file' ? meaning.path : '';
      yield* sys.write(1, `${text}\n`);
    }
  }
  return status;
}

/** `command -v`: something that could be typed. */
function terse(sh: Shell, name: string, meaning: Meaning): string {
  if (meaning.kind === 'alias') {
    const quote = sh.isBash ? singleQuote : quoteAsh;
    return `alias ${name}=${quote(meaning.value)}`;
  }
  return meaning.kind === 'file' ? meaning.path : name;
}

function* commandBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, 'pvV');
  if (bad) return yield* invalidOption(sh, bad, 'command [-pVv] command [arg ...]');
  if (flags.has('v') || flags.has('V')) {
    let status = rest.length === 0 ? 0 : sh.isBash ? 1 : 127;
    // dash and ash look at one name.
    for (const name of sh.isBash ? rest : rest.slice(0, 1)) {
      const meaning = (yield* meanings(sh, name, false))[0];
      if (!meaning) {
        if (flags.has('V')) {
          if (sh.isBash) yield* sh.complain(`${name}: not found`);
          else yield* sys.write(sh.dialect === 'ash' ? 1 : 1, `${name}: not found\n`);
        }
        continue;
      }
      status = 0;
      yield* sys.write(
        1,
        `${flags.has('v') ? terse(sh, name, meaning) : describe(sh, name, meaning)}\n`,
      );
    }
    return status;
  }
  if (rest.length === 0) return 0;
  sh.builtin = undefined;
  return yield* sh.interp.runWords(sh, rest, { functions: false, builtins: true });
}

function* builtinBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const rest = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  if (rest.length === 0) return 0;
  if (!findBuiltin(sh, rest[0]!)) {
    yield* sh.complain(`${rest[0]!}: not a shell builtin`);
    return 1;
  }
  return yield* sh.interp.runWords(sh, rest, { functions: false, builtins: true });
}

function* hash(sh: Shell, argv: readonly string[]): Sys<number> {
  const { rest } = parseLetters(argv, 'rdlpt');
  let status = 0;
  for (const name of rest) {
    if (findBuiltin(sh, name)) continue;
    const found = yield* locate(sh, name);
    if (found.kind === 'file') continue;
    yield* sh.complain(`${name}: not found`);
    status = 1;
  }
  if (argv.length === 1 && sh.isBash) yield* sys.write(1, 'hash: hash table empty\n');
  return status;
}

function aliasLine(sh: Shell, name: string, value: string): string {
  if (sh.isBash) return `alias ${name}=${singleQuote(value)}\n`;
  return `${name}=${quoteAsh(value)}\n`;
}

function* aliasBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const args = argv.slice(1).filter((a) => a !== '-p' && a !== '--');
  if (args.length === 0) {
    for (const name of [...sh.aliases.keys()].sort()) {
      yield* sys.write(1, aliasLine(sh, name, sh.aliases.get(name)!));
    }
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const cut = arg.indexOf('=', 1);
    if (cut > 0) {
      sh.aliases.set(arg.slice(0, cut), arg.slice(cut + 1));
      continue;
    }
    const value = sh.aliases.get(arg);
    if (value !== undefined) yield* sys.write(1, aliasLine(sh, arg, value));
    else {
      if (sh.isBash) yield* sh.complain(`${arg}: not found`);
      else yield* sh.stderr(`alias: ${arg} not found\n`);
      status = 1;
    }
  }
  return status;
}

function* unalias(sh: Shell, argv: readonly string[]): Sys<number> {
  if (argv[1] === '-a') {
    sh.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of argv.slice(1)) {
    if (sh.aliases.delete(name)) continue;
    if (sh.isBash) yield* sh.complain(`${name}: not found`);
    else yield* sh.stderr(`unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
}

function* enable(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest } = parseLetters(argv, 'anps');
  for (const name of rest) {
    if (flags.has('n')) sh.disabled.add(name);
    else if (!sh.disabled.delete(name) && !findBuiltin(sh, name)) {
      yield* sh.complain(`${name}: not a shell builtin`);
      return 1;
    }
  }
  return 0;
}

const ASH_HELP = `Built-in commands:
------------------
\t. : [ [[ alias bg break cd chdir command continue echo eval exec
\texit export false fg getopts hash help history jobs kill let
\tlocal printf pwd read readonly return set shift source test times
\ttrap true type ulimit umask unalias unset wait
`;

function* help(sh: Shell, argv: readonly string[]): Sys<number> {
  if (sh.dialect === 'ash') {
    yield* sys.write(1, ASH_HELP);
    return 0;
  }
  for (const name of argv.slice(1)) {
    if (findBuiltin(sh, name)) {
      yield* sys.write(1, `${name}: ${name}\n`);
      continue;
    }
    yield* sh.complain(
      `no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`,
    );
    return 1;
  }
  return 0;
}

export const LOOKUP_BUILTINS: readonly Builtin[] = [
  { name: 'type', run: typeBuiltin },
  { name: 'command', run: commandBuiltin },
  { name: 'builtin', only: ['bash'], run: builtinBuiltin },
  { name: 'hash', run: hash },
  { name: 'alias', run: aliasBuiltin },
  { name: 'unalias', run: unalias },
  { name: 'enable', only: ['bash'], run: enable },
  { name: 'help', only: ['bash', 'ash'], run: help },
];
