/**
 * Runs program text: reads one complete command, runs it, goes on. Models bash `eval.c: reader_loop`,
 * `evalstring.c` and ash `main.c: cmdloop`.
 */
import type { Sys } from '../../kernel';
import {
  Lexer,
  Parser,
  parseNested,
  SyntaxFault,
  type Assign,
  type ListNode,
  type SimpleNode,
  type Word,
} from '../syntax';
import { builtinFor, builtinNames } from '../builtins';
import { LineAbort, ShellExit } from './control';
import { expandText } from './expand';
import { run } from './run';
import { Shell, type Interpreter } from './shell';
import { runSimple } from './simple';

export function aliasTable(sh: Shell): ReadonlyMap<string, string> {
  if (sh.isBash && !sh.interactive && !sh.shopt.has('expand_aliases')) return new Map();
  return sh.aliases;
}

export function makeLexer(sh: Shell, text: string, line: number, final: boolean): Lexer {
  const lexer = new Lexer(text, sh.dialect, 0, line, aliasTable(sh), parseNested, final);
  lexer.extGlob = sh.shopt.has('extglob');
  return lexer;
}

/** Writes a syntax error as the dialect does. */
export function* complainSyntax(sh: Shell, fault: SyntaxFault, context?: string): Sys<void> {
  const { line } = sh;
  sh.line = fault.lineNumber;
  const builtin = context ?? undefined;
  const lines = sh.isBash && sh.interactive ? fault.lines.slice(0, 1) : fault.lines;
  for (const text of lines) {
    if (sh.isBash) yield* sh.stderr(`${syntaxPrefix(sh, builtin)}${text}\n`);
    else yield* sh.complain(text, undefined);
  }
  sh.line = line;
}

function syntaxPrefix(sh: Shell, builtin: string | undefined): string {
  if (sh.interactive && builtin === undefined)
    return `${sh.name.replace(/^.*\//, '').replace(/^-/, '')}: `;
  const name = sh.interactive ? sh.name.replace(/^.*\//, '') : sh.name;
  if (builtin !== undefined) return `${name}: ${builtin}: line ${sh.line}: `;
  return `${name}: ${sh.commandString && sh.sourceDepth === 0 ? '-c: ' : ''}line ${sh.line}: `;
}

/** Runs all commands of a text within the shell (`eval`, `.`, traps). */
function* runText(sh: Shell, text: string, line?: number): Sys<number> {
  const context = line === undefined && sh.runningTrap === 0 ? 'eval' : undefined;
  const lexer = makeLexer(sh, text, line ?? (sh.line || 1), true);
  sh.builtin = undefined;
  let status = 0;
  for (;;) {
    const parser = new Parser(lexer);
    try {
      const before = lexer.pos;
      const list = parser.completeCommand();
      if (!list) return status;
      yield* echoSource(sh, lexer, before);
      if (sh.has('noexec')) continue;
      status = yield* run(sh, list);
      lexer.extGlob = sh.shopt.has('extglob');
      lexer.aliases = aliasTable(sh);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      yield* complainSyntax(sh, error, context);
      sh.status = 2;
      if (!sh.isBash) throw sh.fatal(2);
      return sh.status;
    }
  }
}

/**
 * The last command of `-c` needs no process of its own. dash and ash see to that wherever it stands,
 * bash where it is a simple command.
 */
function endsInProcess(sh: Shell, list: ListNode): boolean {
  const last = list.items.at(-1);
  if (!last || last.background) return false;
  if (!sh.isBash) return true;
  let { node } = last;
  while (node.k === 'and' || node.k === 'or') node = node.right;
  return node.k === 'simple';
}

function* echoSource(sh: Shell, lexer: Lexer, from: number): Sys<void> {
  if (sh.has('verbose')) yield* sh.stderr(lexer.src.slice(from, lexer.pos));
}

/** Runs a whole script from its text, to its end. */
export function* runScript(sh: Shell, text: string): Sys<number> {
  const lexer = makeLexer(sh, text, 1, true);
  let status = 0;
  for (;;) {
    const parser = new Parser(lexer);
    try {
      const before = lexer.pos;
      const list = parser.completeCommand();
      for (const warning of lexer.warnings.splice(0)) {
        if (!sh.isBash) continue;
        sh.line = warning.line;
        yield* sh.stderr(`${sh.prefix(undefined)}warning: ${warning.text}\n`);
      }
      sh.readLine = lexer.lineAt(lexer.pos);
      if (!list) return sh.status;
      yield* echoSource(sh, lexer, before);
      if (sh.has('noexec')) continue;
      sh.tailProcess =
        sh.commandString && /^\s*$/.test(lexer.src.slice(lexer.pos)) && endsInProcess(sh, list);
      status = yield* run(sh, list);
      sh.tailProcess = false;
      lexer.extGlob = sh.shopt.has('extglob');
      lexer.aliases = aliasTable(sh);
    } catch (error) {
      if (error instanceof SyntaxFault) {
        yield* complainSyntax(sh, error);
        if (error.soft) return sh.status;
        return error.lines[0]?.includes("matching `)'") && /^\w+=\(/.test(text) ? 1 : 2;
      }
      if (error instanceof LineAbort) {
        sh.status = error.status;
        continue;
      }
      throw error;
    }
    sh.status = status;
  }
}

/** Runs words as a command (`command`, `builtin`). */
function* runWords(
  sh: Shell,
  words: readonly string[],
  how: { functions: boolean; builtins: boolean },
): Sys<number> {
  const name = words[0]!;
  const hidden = how.functions ? undefined : sh.functions.get(name);
  if (hidden) sh.functions.delete(name);
  const quoted = (s: string): Word => ({ parts: [{ t: 'quoted', s }], text: s });
  const node: SimpleNode = {
    k: 'simple',
    assigns: [] as Assign[],
    words: words.map(quoted),
    redirects: [],
    line: sh.line,
  };
  const { keepRedirects } = sh;
  try {
    return yield* runSimple(sh, node);
  } catch (error) {
    // A special builtin's error does not end the script behind `command`.
    if (
      error instanceof ShellExit &&
      error.status === 2 &&
      builtinFor(sh, name)?.special &&
      name !== 'exit' &&
      name !== 'exec'
    ) {
      return 2;
    }
    throw error;
  } finally {
    sh.keepRedirects = sh.keepRedirects || keepRedirects || (name === 'exec' && words.length === 1);
    if (hidden) sh.functions.set(name, hidden);
  }
}

export const INTERPRETER: Interpreter = {
  run,
  runText,
  runWords,
  expandWord: (sh, word) => expandText(sh, word),
};

export function makeShell(dialect: Shell['dialect'], name: string): Shell {
  const sh = new Shell(dialect, name, INTERPRETER);
  sh.lookupBuiltin = (builtin) => builtinFor(sh, builtin);
  sh.builtinNames = () => builtinNames(sh);
  return sh;
}
