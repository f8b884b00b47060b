/** export, readonly, local, declare, unset. Models bash `setattr.def`, `declare.def` and ash `var.c`. */
import { sys, type Sys } from '../../kernel';
import { isAssign, printFunction, type Assign, type Word } from '../syntax';
import { evaluate } from '../exec/arithmetic';
import { assignArray } from '../exec/assign';
import { doubleQuote, quoteAsh } from '../exec/quoting';
import type { Shell } from '../exec/shell';
import type { Variable } from '../exec/variables';
import { invalidOption, NAME, parseLetters, type Builtin } from './builtin';

function flagsOf(variable: Variable): string {
  const letters =
    (variable.array ? 'a' : '') +
    (variable.assoc ? 'A' : '') +
    (variable.integer ? 'i' : '') +
    (variable.lower ? 'l' : '') +
    (variable.nameref ? 'n' : '') +
    (variable.readonly ? 'r' : '') +
    (variable.upper ? 'u' : '') +
    (variable.exported ? 'x' : '');
  return letters === '' ? '--' : `-${letters}`;
}

/** `declare -p` of one variable. */
function declaration(name: string, variable: Variable): string {
  const head = `declare ${flagsOf(variable)} ${name}`;
  if (variable.array) {
    const items = [...variable.array].map(([k, v]) => `[${k}]=${doubleQuote(v)}`);
    return `${head}=(${items.join(' ')})`;
  }
  if (variable.assoc) {
    const items = [...variable.assoc].map(
      ([k, v]) => `[${/^\w+$/.test(k) ? k : doubleQuote(k)}]=${doubleQuote(v)} `,
    );
    return `${head}=(${items.join('')})`;
  }
  return variable.value === undefined ? head : `${head}=${doubleQuote(variable.value)}`;
}

function* listVariables(sh: Shell, verb: string, keep: (v: Variable) => boolean): Sys<number> {
  let text = '';
  for (const name of sh.vars.names()) {
    const variable = sh.vars.raw(name)!;
    if (!keep(variable)) continue;
    if (sh.isBash) text += `${declaration(name, variable)}\n`;
    else if (variable.value === undefined) text += `${verb} ${name}\n`;
    else {
      text += `${verb} ${name}=${quoteAsh(variable.value)}\n`;
    }
  }
  yield* sys.write(1, text);
  return 0;
}

/** `name`, `name=value`, `name+=value`, `name[i]=value`. */
function splitArgument(arg: string): {
  name: string;
  index?: string;
  append: boolean;
  value?: string;
} {
  const match = /^([^=+[]*)(?:\[([^\]]*)\])?(\+?)=([\s\S]*)$/.exec(arg);
  if (!match) return { name: arg, append: false };
  return {
    name: match[1]!,
    ...(match[2] === undefined ? {} : { index: match[2] }),
    append: match[3] === '+',
    value: match[4]!,
  };
}

function* badName(sh: Shell, arg: string): Sys<number> {
  if (sh.isBash) {
    yield* sh.complain(`\`${arg}': not a valid identifier`);
    return 1;
  }
  yield* sh.complain(`${arg.replace(/=.*$/s, '')}: bad variable name`);
  throw sh.fatal(2);
}

function setValue(sh: Shell, part: ReturnType<typeof splitArgument>): void {
  if (part.value === undefined) return;
  const variable = sh.vars.lookup(part.name);
  if (part.index !== undefined) {
    const key = variable?.assoc ? part.index : Number(evaluate(sh, part.index));
    sh.vars.setElement(part.name, key, part.value);
    return;
  }
  if (variable?.integer) {
    const before = part.append ? BigInt(sh.vars.get(part.name) || '0') : 0n;
    sh.vars.set(part.name, (before + evaluate(sh, part.value)).toString());
    return;
  }
  sh.vars.set(part.name, part.append ? (sh.vars.get(part.name) ?? '') + part.value : part.value);
}

function arrayFor(words: readonly (Word | Assign)[], arg: string): Assign | undefined {
  return words.find((w): w is Assign => isAssign(w) && w.array !== undefined && w.text === arg);
}

function* markVariables(
  sh: Shell,
  argv: readonly string[],
  words: readonly (Word | Assign)[],
  attribute: 'exported' | 'readonly',
): Sys<number> {
  const usage =
    attribute === 'exported'
      ? 'export [-fn] [name[=value] ...] or export -p'
      : 'readonly [-aAf] [name[=value] ...] or readonly -p';
  const { flags, rest, bad } = parseLetters(
    argv,
    sh.isBash ? 'aAfnp' : 'p' + (sh.dialect === 'ash' ? 'n' : ''),
  );
  if (bad) {
    const status = yield* invalidOption(sh, bad, usage);
    if (!sh.isBash) throw sh.fatal(2);
    return status;
  }
  if (rest.length === 0) return yield* listVariables(sh, argv[0]!, (v) => v[attribute] === true);
  let status = 0;
  for (const arg of rest) {
    const array = arrayFor(words, arg);
    const part = array ? { name: array.name, append: array.append } : splitArgument(arg);
    if (flags.has('f')) {
      if (sh.functions.has(part.name)) continue;
      yield* sh.complain(`${part.name}: not a function`);
      status = 1;
      continue;
    }
    if (!NAME.test(part.name)) {
      status = yield* badName(sh, arg);
      continue;
    }
    if (array) yield* assignArray(sh, array.name, array.array!, array.append);
    else setValue(sh, part);
    sh.vars.patch(part.name, { [attribute]: !flags.has('n') });
  }
  return status;
}

function* local(
  sh: Shell,
  argv: readonly string[],
  words: readonly (Word | Assign)[],
): Sys<number> {
  if (sh.functionNames.length === 0) {
    yield* sh.complain(sh.isBash ? 'can only be used in a function' : 'not in a function');
    if (!sh.isBash) throw sh.fatal(2);
    return 1;
  }
  if (argv.length === 1) return yield* listLocals(sh);
  if (sh.isBash) return yield* declare(sh, argv, words);
  for (const arg of argv.slice(1)) yield* declareOne(sh, arg, words, new Set(), new Set());
  return 0;
}

/** bash lists the local names; the ash family says nothing. */
function* listLocals(sh: Shell): Sys<number> {
  if (!sh.isBash) return 0;
  let text = '';
  for (const name of [...(sh.vars.scopes.at(-1)?.keys() ?? [])].sort()) {
    const variable = sh.vars.raw(name);
    if (variable) text += `${declaration(name, variable).replace(/^declare -\S+ /, '')}\n`;
  }
  if (text !== '') yield* sys.write(1, text);
  return 0;
}

const DECLARE_USAGE =
  'declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]';

function* showFunctions(sh: Shell, names: readonly string[], onlyNames: boolean): Sys<number> {
  const list = names.length > 0 ? names : [...sh.functions.keys()].sort();
  let status = 0;
  for (const name of list) {
    const body = sh.functions.get(name);
    if (!body) status = 1;
    else if (onlyNames)
      yield* sys.write(1, names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* sys.write(1, printFunction(name, body));
  }
  return status;
}

function* showDeclarations(sh: Shell, names: readonly string[]): Sys<number> {
  let status = 0;
  for (const name of names) {
    const variable = sh.vars.raw(name);
    if (variable) yield* sys.write(1, `${declaration(name, variable)}\n`);
    else {
      yield* sh.complain(`${name}: not found`);
      status = 1;
    }
  }
  return status;
}

function attributesOf(flags: ReadonlySet<string>, off: ReadonlySet<string>): Partial<Variable> {
  const table: [string, keyof Variable][] = [
    ['i', 'integer'],
    ['l', 'lower'],
    ['u', 'upper'],
    ['r', 'readonly'],
    ['x', 'exported'],
    ['n', 'nameref'],
  ];
  const out: Record<string, boolean> = {};
  for (const [letter, key] of table) {
    if (flags.has(letter)) out[key] = true;
    else if (off.has(letter)) out[key] = false;
  }
  return out;
}

function* declare(
  sh: Shell,
  argv: readonly string[],
  words: readonly (Word | Assign)[],
): Sys<number> {
  const flags = new Set<string>();
  const off = new Set<string>();
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (!'aAfFgiIlnrtuxp'.includes(letter)) {
        return yield* invalidOption(
          sh,
          `${arg[0]!}${letter}`,
          DECLARE_USAGE.replace(/declare/g, argv[0]!),
        );
      }
      (arg[0] === '-' ? flags : off).add(letter);
    }
  }
  const rest = argv.slice(i);
  if (flags.has('f') || flags.has('F')) return yield* showFunctions(sh, rest, flags.has('F'));
  if (flags.has('p') && rest.length > 0) return yield* showDeclarations(sh, rest);
  if (rest.length === 0) return yield* listDeclared(sh, flags);
  let status = 0;
  for (const arg of rest) {
    const failed = yield* declareOne(sh, arg, words, flags, off);
    if (failed !== 0) status = failed;
  }
  return status;
}

function* listDeclared(sh: Shell, flags: ReadonlySet<string>): Sys<number> {
  const wanted = Object.keys(attributesOf(flags, new Set()));
  return yield* listVariables(sh, 'declare', (v) => {
    if (flags.has('a') && !v.array) return false;
    if (flags.has('A') && !v.assoc) return false;
    return wanted.every((key) => v[key as keyof Variable]);
  });
}

function* declareOne(
  sh: Shell,
  arg: string,
  words: readonly (Word | Assign)[],
  flags: ReadonlySet<string>,
  off: ReadonlySet<string>,
): Sys<number> {
  const array = arrayFor(words, arg);
  const part = array ? { name: array.name, append: array.append } : splitArgument(arg);
  if (!NAME.test(part.name)) return yield* badName(sh, arg);
  const { name } = part;
  if (sh.functionNames.length > 0 && !flags.has('g')) sh.vars.makeLocal(name);
  const old = sh.vars.raw(name);
  if (flags.has('A') && !old?.assoc) sh.vars.replace(name, { assoc: new Map() });
  else if (flags.has('a') && !old?.array) {
    sh.vars.replace(name, { array: new Map(old?.value === undefined ? [] : [[0, old.value]]) });
  }
  const attributes = attributesOf(flags, off);
  const { readonly: lock, nameref, ...early } = attributes;
  if (!sh.isBash && part.value === undefined && !old) sh.vars.patch(name, {});
  else sh.vars.patch(name, early);
  if (nameref !== undefined) {
    sh.vars.patch(name, { nameref, ...('value' in part ? { value: part.value! } : {}) });
    return 0;
  }
  if (array) yield* assignArray(sh, name, array.array!, array.append);
  else setValue(sh, part);
  if (lock !== undefined) {
    if (!lock && old?.readonly) {
      yield* sh.complain(`${name}: readonly variable`);
      return 1;
    }
    sh.vars.patch(name, { readonly: lock });
  }
  return 0;
}

function* unset(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, sh.isBash ? 'fnv' : 'fv');
  if (bad) {
    const status = yield* invalidOption(sh, bad, 'unset [-f] [-v] [-n] [name ...]');
    if (!sh.isBash) throw sh.fatal(2);
    return status;
  }
  let status = 0;
  for (const arg of rest) {
    if (flags.has('f')) {
      sh.functions.delete(arg);
      continue;
    }
    const element = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(arg);
    if (element && sh.isBash) {
      const assoc = sh.vars.lookup(element[1]!)?.assoc !== undefined;
      if (!assoc && (element[2] === '@' || element[2] === '*')) sh.vars.unset(element[1]!);
      else
        sh.vars.unsetElement(element[1]!, assoc ? element[2]! : Number(evaluate(sh, element[2]!)));
      continue;
    }
    if (!NAME.test(arg)) {
      if (!sh.isBash && !/^[A-Za-z_]/.test(arg)) status = yield* badName(sh, arg);
      else status = yield* badName(sh, arg);
      continue;
    }
    if (sh.vars.raw(arg)?.readonly) {
      if (!sh.isBash) {
        yield* sh.complain(`${arg}: is read only`);
        throw sh.fatal(2);
      }
      yield* sh.complain(`${arg}: cannot unset: readonly variable`);
      status = 1;
      continue;
    }
    if (!sh.vars.raw(arg) && sh.isBash && !flags.has('v')) sh.functions.delete(arg);
    sh.vars.unset(arg);
  }
  return status;
}

export const DECLARE_BUILTINS: readonly Builtin[] = [
  {
    name: 'export',
    special: true,
    run: (sh, argv, words) => markVariables(sh, argv, words, 'exported'),
  },
  {
    name: 'readonly',
    special: true,
    run: (sh, argv, words) => markVariables(sh, argv, words, 'readonly'),
  },
  { name: 'local', run: local },
  { name: 'declare', only: ['bash'], run: declare },
  { name: 'typeset', only: ['bash'], run: declare },
  { name: 'unset', special: true, run: unset },
];
