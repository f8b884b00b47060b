/**
 * Simple commands: assignments, redirections, and finding what a name is. Models bash `execute_cmd.c:
 * execute_simple_command` and ash `eval.c: evalcommand`.
 */
import { sys, SysError, type Sys } from '../../kernel';
import { isAssign, type Assign, type Node, type SimpleNode, type Word } from '../syntax';
import { builtinFor, type Builtin } from '../builtins';
import { assign } from './assign';
import { complainExec, complainMissing } from './complaints';
import { trace } from './compound';
import { FunctionReturn } from './control';
import { expandText, expandWords } from './expand';
import { addJob, giveTerminal, jobText, waitForeground } from './jobs';
import { quoteAsh, quoteForTrace } from './quoting';
import {
  applyPlan,
  closePlan,
  keepSaved,
  openRedirects,
  RedirectFault,
  restoreSaved,
  type Plan,
  type Saved,
} from './redirect';
import type { Shell } from './shell';
import { locate, spawnFile, type Placement } from './spawning';
import { runPseudoTrap } from './traps';
import type { Variable } from './variables';

const NO_PLAN: Plan = { changes: [], opened: [] };
const FUNCTION_DEPTH_MAX = 1000;

export function* runSimple(sh: Shell, node: SimpleNode): Sys<number> {
  sh.line = node.line;
  sh.builtin = undefined;
  sh.substitutionStatus = undefined;
  const declares = node.words.some(isAssign);
  const argv = declares
    ? yield* expandDeclaration(sh, node.words)
    : yield* expandWords(sh, node.words);
  if (argv.length === 0) return yield* runBare(sh, node);
  const name = argv[0]!;
  const last = argv.at(-1)!;
  const builtin = builtinFor(sh, name);
  const fn = builtin?.special === true && !sh.isBash ? undefined : sh.functions.get(name);
  let plan: Plan = NO_PLAN;
  try {
    if (node.redirects.length > 0) plan = yield* openRedirects(sh, node.redirects);
  } catch (error) {
    if (!(error instanceof RedirectFault)) throw error;
    return redirectFailure(sh, fn ? undefined : builtin);
  }
  sh.line = node.line;
  let status: number;
  if (fn)
    status = yield* withEnvironment(sh, node.assigns, argv, callFunction(sh, name, fn, argv, plan));
  else if (builtin) status = yield* runBuiltin(sh, builtin, node, argv, plan);
  else status = yield* runExternal(sh, argv, node, plan);
  yield* closeSubstituted(sh);
  if (sh.isBash) sh.vars.set('_', last);
  return status;
}

function redirectFailure(sh: Shell, builtin: Builtin | undefined): number {
  const status = sh.dialect === 'dash' ? 2 : 1;
  if (builtin?.special === true && !sh.isBash) throw sh.fatal(status);
  return status;
}

function* closeSubstituted(sh: Shell): Sys<void> {
  for (const fd of sh.substitutedFds.splice(0)) {
    sh.userFds.delete(fd);
    yield* sys.close(fd);
  }
}

/** Arguments of a declaration builtin: assignments among them are not split. */
function* expandDeclaration(sh: Shell, words: readonly (Word | Assign)[]): Sys<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (!isAssign(word)) out.push(...(yield* expandWords(sh, [word])));
    else if (word.array || !word.value) out.push(word.text);
    else {
      const index = word.index ? `[${word.index.text}]` : '';
      const value = yield* expandText(sh, word.value, true);
      out.push(`${word.name}${index}${word.append ? '+' : ''}=${value}`);
    }
  }
  return out;
}

/** Only assignments and redirections. */
function* runBare(sh: Shell, node: SimpleNode): Sys<number> {
  let saved: Saved | undefined;
  if (node.redirects.length > 0) {
    try {
      const plan = yield* openRedirects(sh, node.redirects);
      if (sh.isBash) yield* closePlan(plan);
      else saved = yield* applyPlan(sh, plan);
    } catch (error) {
      if (!(error instanceof RedirectFault)) throw error;
      return sh.dialect === 'dash' ? 2 : 1;
    }
  }
  try {
    return yield* assignAll(sh, node);
  } finally {
    if (saved) yield* restoreSaved(sh, saved);
  }
}

function* assignAll(sh: Shell, node: SimpleNode): Sys<number> {
  const traced: string[] = [];
  for (const item of node.assigns) {
    const shown = yield* assign(sh, item);
    if (sh.has('xtrace')) traced.push(traceAssign(sh, shown));
  }
  for (const text of traced) yield* trace(sh, text);
  if (sh.isBash) sh.vars.set('_', '');
  return sh.substitutionStatus ?? 0;
}

function traceAssign(sh: Shell, text: string): string {
  const cut = text.indexOf('=');
  return `${text.slice(0, cut + 1)}${quoteTrace(sh, text.slice(cut + 1), true)}`;
}

function quoteTrace(sh: Shell, text: string, value: boolean): string {
  if (sh.dialect === 'dash') return text;
  if (sh.isBash) return value && text === '' ? '' : quoteForTrace(text);
  return traceAsh(text);
}

const ASH_KEYWORDS = [
  '!',
  '{',
  '}',
  'case',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'then',
  'until',
  'while',
];

/** ash quotes what is no plain word, and its keywords. */
function traceAsh(text: string): string {
  if (text === '') return text;
  if (ASH_KEYWORDS.includes(text)) return quoteAsh(text);
  if (text === '[' || text === ']') return text === '[' ? "'['" : text;
  return /[^\w@%+:,./-]/.test(text) ? quoteAsh(text) : text;
}

function* traceCommand(sh: Shell, assigns: readonly string[], argv: readonly string[]): Sys<void> {
  if (!sh.has('xtrace')) return;
  const words = [
    ...assigns.map((a) => traceAssign(sh, a)),
    ...argv.map((a) => quoteTrace(sh, a, false)),
  ];
  yield* trace(sh, words.join(' '));
}

/** Runs with assignments that last as long as the command. */
function* withEnvironment(
  sh: Shell,
  assigns: readonly Assign[],
  argv: readonly string[],
  work: Sys<number>,
): Sys<number> {
  if (assigns.length === 0) {
    yield* traceCommand(sh, [], argv);
    return yield* work;
  }
  const before = new Map<string, Variable | undefined>();
  const shown: string[] = [];
  for (const item of assigns) {
    if (!before.has(item.name)) before.set(item.name, sh.vars.raw(item.name));
    shown.push(yield* assign(sh, item));
    sh.vars.patch(item.name, { exported: true });
  }
  yield* traceCommand(sh, shown, argv);
  try {
    return yield* work;
  } finally {
    for (const [name, variable] of before) {
      if (sh.vars.raw(name)?.readonly) continue;
      if (variable) sh.vars.replace(name, variable);
      else sh.vars.unset(name);
    }
  }
}

/** DEBUG and RETURN traps rest in a function unless `set -T` says otherwise; it may set its own. */
function hideTraps(sh: Shell): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  if (sh.has('functrace')) return hidden;
  for (const name of ['DEBUG', 'RETURN']) {
    const action = sh.traps.get(name);
    if (action === undefined) continue;
    hidden.set(name, action);
    sh.traps.delete(name);
  }
  return hidden;
}

function* callFunction(
  sh: Shell,
  name: string,
  body: Node,
  argv: readonly string[],
  plan: Plan,
): Sys<number> {
  if (sh.functionNames.length >= FUNCTION_DEPTH_MAX) {
    yield* sh.complain(`${name}: maximum function nesting level exceeded (${FUNCTION_DEPTH_MAX})`);
    throw sh.fatal(1);
  }
  const saved = plan.changes.length > 0 ? yield* applyPlan(sh, plan) : undefined;
  const { positional, functionNames, tailProcess, loopDepth } = sh;
  const hidden = hideTraps(sh);
  sh.positional = argv.slice(1);
  sh.functionNames = [...functionNames, name];
  sh.tailProcess = false;
  if (sh.dialect !== 'ash') sh.loopDepth = 0;
  sh.vars.pushScope();
  try {
    return yield* sh.interp.run(sh, body);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    if (sh.traps.has('RETURN')) yield* runPseudoTrap(sh, 'RETURN');
    for (const [key, action] of hidden) if (!sh.traps.has(key)) sh.traps.set(key, action);
    sh.vars.popScope();
    sh.positional = positional;
    sh.functionNames = functionNames;
    sh.tailProcess = tailProcess;
    sh.loopDepth = loopDepth;
    if (saved) yield* restoreSaved(sh, saved);
  }
}

function* runBuiltin(
  sh: Shell,
  builtin: Builtin,
  node: SimpleNode,
  argv: readonly string[],
  plan: Plan,
): Sys<number> {
  const saved = plan.changes.length > 0 ? yield* applyPlan(sh, plan) : undefined;
  sh.keepRedirects = false;
  try {
    const lasting = builtin.special === true && !sh.isBash;
    if (lasting || node.assigns.length === 0) {
      const shown: string[] = [];
      for (const item of node.assigns) shown.push(yield* assign(sh, item));
      yield* traceCommand(sh, shown, argv);
      return yield* callBuiltin(sh, builtin, node, argv);
    }
    return yield* withEnvironment(sh, node.assigns, argv, callBuiltin(sh, builtin, node, argv));
  } finally {
    sh.builtin = undefined;
    if (saved) {
      if (sh.keepRedirects) yield* keepSaved(saved);
      else yield* restoreSaved(sh, saved);
    }
    sh.keepRedirects = false;
  }
}

function* callBuiltin(
  sh: Shell,
  builtin: Builtin,
  node: SimpleNode,
  argv: readonly string[],
): Sys<number> {
  sh.builtin = argv[0];
  try {
    return yield* builtin.run(sh, argv, node.words);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'EPIPE') throw error;
    if (error.errno === 'EINTR') return 130;
    const text = sh.errorText(error);
    if (sh.isBash) yield* sh.complain(`write error: ${text}`);
    else if (sh.dialect === 'dash') yield* sh.complain(`${argv[0]!}: I/O error`);
    else yield* sh.stderr(`${sh.applet}: write error: ${text}\n`);
    return 1;
  }
}

function* runExternal(
  sh: Shell,
  argv: readonly string[],
  node: SimpleNode,
  plan: Plan,
): Sys<number> {
  const { assigns } = node;
  const env = sh.vars.environment();
  const shown: string[] = [];
  let path = sh.vars.get('PATH');
  const before = new Map<string, Variable | undefined>();
  for (const item of assigns) {
    const value = item.value ? yield* expandText(sh, item.value, true) : '';
    env[item.name] = item.append ? (env[item.name] ?? '') + value : value;
    if (item.name === 'PATH') path = env[item.name];
    shown.push(`${item.name}=${value}`);
    // Later assignments see earlier ones.
    if (assigns.length > 1 && !sh.vars.raw(item.name)?.readonly) {
      if (!before.has(item.name)) before.set(item.name, sh.vars.raw(item.name));
      sh.vars.replace(item.name, { value: env[item.name]!, exported: true });
    }
  }
  for (const [key, variable] of before) {
    if (variable) sh.vars.replace(key, variable);
    else sh.vars.unset(key);
  }
  yield* traceCommand(sh, shown, argv);
  const name = argv[0]!;
  const found = yield* locate(sh, name, path);
  if (found.kind !== 'file') {
    const saved = plan.changes.length > 0 ? yield* applyPlan(sh, plan) : undefined;
    const status = yield* complainMissing(sh, name, found);
    if (saved) yield* restoreSaved(sh, saved);
    return name === '' ? 127 : status;
  }
  if (sh.isBash) env['_'] = found.path;
  try {
    if (sh.tailProcess && sh.traps.size === 0) {
      yield* applyPlan(sh, plan);
      return yield* becomeFile(sh, found.path, argv, env);
    }
    return yield* startFile(sh, found.path, argv, env, plan, jobText(sh, node));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* complainExec(sh, name, error);
  }
}

/** Replaces this process; a file without a header is read as a script. */
export function* becomeFile(
  sh: Shell,
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Sys<number> {
  try {
    return yield* sys.exec(path, argv, env);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'ENOEXEC') throw error;
    const place: Placement = {};
    const pid = yield* spawnFile(sh, path, argv, env, place);
    const job = addJob(sh, [pid], argv.join(' '), false);
    return yield* waitForeground(sh, job.id);
  }
}

function* startFile(
  sh: Shell,
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  plan: Plan,
  text: string,
): Sys<number> {
  const monitor = sh.has('monitor');
  let pid: number;
  try {
    pid = yield* spawnFile(sh, path, argv, env, {
      fds: plan.changes,
      ...(monitor ? { pgid: 0 } : {}),
    });
  } finally {
    yield* closePlan(plan);
  }
  if (monitor) yield* giveTerminal(sh, pid);
  const job = addJob(sh, [pid], text, false);
  const status = yield* waitForeground(sh, job.id);
  if (monitor) yield* giveTerminal(sh, sh.ownPgid);
  return status;
}
