/**
 * Runs trees: lists, pipelines, compound commands. Models bash `execute_cmd.c` and ash `eval.c`. `set
 * -e`, ERR traps and signals are looked at where those do.
 */
import { sys, type Sys } from '../../kernel';
import { type ListItem, type ListNode, type Node, type PipelineNode } from '../syntax';
import { FunctionReturn, LoopJump, ShellExit } from './control';
import { runCompound } from './compound';
import { ArithmeticAbort } from './expand';
import { addJob, giveTerminal, jobText, sweepJobs, waitForeground } from './jobs';
import {
  applyPlan,
  closePlan,
  openRedirects,
  RedirectFault,
  restoreSaved,
  type Plan,
} from './redirect';
import type { Shell } from './shell';
import { runSimple } from './simple';
import { spawnSubshell } from './spawning';
import { checkSignals, runPseudoTrap } from './traps';
import { ReadonlyFault } from './variables';

/** Runs any node and answers its status, which is in `$?` too. */
export function* run(sh: Shell, node: Node): Sys<number> {
  switch (node.k) {
    case 'list':
      return yield* runList(sh, node);
    case 'and':
    case 'or':
      return yield* runAndOr(sh, node);
    case 'pipeline':
      return yield* runPipeline(sh, node);
    case 'function':
      return yield* defineFunction(sh, node.name, node.body);
    case 'simple': {
      if (sh.traps.has('DEBUG')) yield* debugTrap(sh, node.line);
      const status = yield* guard(sh, runSimple(sh, node));
      sh.pipeStatus = [status];
      sh.status = status;
      yield* checkSignals(sh);
      return yield* settle(sh, status);
    }
    default:
      return yield* runRedirected(sh, node);
  }
}

/** The DEBUG trap runs before a command; in functions only where it is inherited. */
function* debugTrap(sh: Shell, line: number): Sys<void> {
  sh.line = line;
  yield* runPseudoTrap(sh, 'DEBUG');
}

function* defineFunction(sh: Shell, name: string, body: Node): Sys<number> {
  sh.functions.set(name, body);
  sh.status = 0;
  yield* checkSignals(sh);
  return 0;
}

/** Turns errors that drop a command into its status. */
function* guard(sh: Shell, work: Sys<number>): Sys<number> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof ReadonlyFault) {
      const text = sh.isBash ? 'readonly variable' : 'is read only';
      yield* sh.complain(`${error.variable}: ${text}`, sh.isBash ? undefined : sh.builtin);
      throw sh.isBash ? sh.fatal(1) : sh.fatal(2);
    }
    if (error instanceof ArithmeticAbort) throw sh.fatal(error.status);
    if (error instanceof RedirectFault) return 1;
    throw error;
  }
}

/** Sets `$?`; with `set -e` a failure ends the shell here. */
export function* settle(sh: Shell, status: number): Sys<number> {
  sh.status = status;
  if (status === 0 || sh.noErrExit > 0) return status;
  if (sh.traps.has('ERR') && (sh.functionNames.length === 0 || sh.has('errtrace'))) {
    yield* runPseudoTrap(sh, 'ERR');
  }
  if (sh.has('errexit')) throw new ShellExit(status);
  return status;
}

function* runList(sh: Shell, list: ListNode): Sys<number> {
  const tail = sh.tailProcess;
  let status = list.items.length === 0 ? 0 : sh.status;
  for (let i = 0; i < list.items.length; i++) {
    if (sh.has('noexec') && !sh.interactive) return sh.status;
    const item = list.items[i]!;
    sh.tailProcess = tail && i === list.items.length - 1;
    if (item.background) status = yield* runBackground(sh, item);
    else status = yield* run(sh, item.node);
  }
  sh.status = status;
  return status;
}

function* runAndOr(sh: Shell, node: Extract<Node, { k: 'and' | 'or' }>): Sys<number> {
  const tail = sh.tailProcess;
  sh.tailProcess = false;
  sh.noErrExit++;
  let left: number;
  try {
    left = yield* run(sh, node.left);
  } finally {
    sh.noErrExit--;
  }
  if ((left === 0) !== (node.k === 'and')) return left;
  sh.tailProcess = tail;
  return yield* run(sh, node.right);
}

/** `command &` */
function* runBackground(sh: Shell, item: ListItem): Sys<number> {
  const { node } = item;
  const monitor = sh.has('monitor');
  const text = jobText(sh, node).replace(/^! /, '');
  let pids: number[];
  if (node.k === 'pipeline' && node.commands.length > 1 && !node.negate) {
    pids = yield* spawnPipeline(sh, node, true);
  } else {
    const fds = monitor ? [] : yield* nullInput(sh);
    const place = { asynchronous: true, fds, ...(monitor ? { pgid: 0 } : {}) };
    pids = [yield* spawnSubshell(sh, node, place)];
    for (const [, ours] of fds) yield* sys.close(ours);
  }
  sh.lastBackground = pids.at(-1)!;
  const job = addJob(sh, pids, text, true);
  if (sh.interactive && !sh.subshell && sh.isBash)
    yield* sh.stderr(`[${job.id}] ${pids.at(-1)!}\n`);
  sh.status = 0;
  yield* checkSignals(sh);
  return 0;
}

function* nullInput(sh: Shell): Sys<(readonly [number, number])[]> {
  if (!sh.userFds.has(0)) return [];
  try {
    const fd = yield* sys.open('/dev/null', { read: true });
    const high = yield* sys.dup(fd, 10);
    yield* sys.close(fd);
    return [[0, high]];
  } catch {
    return [];
  }
}

function* runPipeline(sh: Shell, node: PipelineNode): Sys<number> {
  const begin = node.timed ? yield* sys.clock() : undefined;
  const tail = sh.tailProcess;
  if (node.negate || node.timed || node.commands.length > 1) sh.tailProcess = false;
  let status: number;
  if (node.negate) sh.noErrExit++;
  try {
    if (node.commands.length === 0) status = 0;
    else if (node.commands.length === 1) {
      status = yield* run(sh, node.commands[0]!);
    } else status = yield* runPipes(sh, node);
  } finally {
    if (node.negate) sh.noErrExit--;
    sh.tailProcess = tail;
  }
  if (begin) {
    const end = yield* sys.clock();
    yield* sh.stderr(timeText(node.timed!, end.monotonicUs - begin.monotonicUs));
  }
  if (node.negate) {
    sh.status = status === 0 ? 1 : 0;
    return sh.status;
  }
  if (node.commands.length > 1) return yield* settle(sh, status);
  sh.status = status;
  return status;
}

function timeText(style: 'bash' | 'posix', us: number): string {
  const seconds = us / 1e6;
  if (style === 'posix') return `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`;
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(3);
  return `\nreal\t${minutes}m${rest}s\nuser\t0m0.000s\nsys\t0m0.000s\n`;
}

function* runPipes(sh: Shell, node: PipelineNode): Sys<number> {
  if (sh.shopt.has('lastpipe') && !sh.has('monitor')) return yield* runLastHere(sh, node);
  const pids = yield* spawnPipeline(sh, node, false);
  const job = addJob(sh, pids, jobText(sh, node), false);
  if (sh.has('monitor')) yield* giveTerminal(sh, pids[0]!);
  const status = yield* waitForeground(sh, job.id);
  if (sh.has('monitor')) yield* giveTerminal(sh, sh.ownPgid);
  sweepJobs(sh);
  yield* checkSignals(sh);
  return status;
}

/** `shopt -s lastpipe`: the last command of a pipeline runs in the shell itself. */
function* runLastHere(sh: Shell, node: PipelineNode): Sys<number> {
  const [readEnd, writeEnd] = yield* sys.pipe();
  const input = yield* sys.dup(readEnd, 10);
  const output = yield* sys.dup(writeEnd, 10);
  yield* sys.close(readEnd);
  yield* sys.close(writeEnd);
  const first: PipelineNode = { ...node, commands: node.commands.slice(0, -1) };
  const pids = yield* spawnPipeline(sh, first, false, output);
  yield* sys.close(output);
  const job = addJob(sh, pids, jobText(sh, node), false);
  const saved = yield* applyPlan(sh, { changes: [[0, input]], opened: [input] });
  let status: number;
  sh.noErrExit++;
  try {
    status = yield* run(sh, node.commands.at(-1)!);
  } finally {
    sh.noErrExit--;
    yield* restoreSaved(sh, saved);
  }
  const before = yield* waitForeground(sh, job.id);
  sh.pipeStatus = [...sh.pipeStatus, status];
  sweepJobs(sh);
  yield* checkSignals(sh);
  return sh.has('pipefail') && status === 0 ? before : status;
}

/** Starts the commands of a pipeline; `last` is where the output of the last one goes. */
function* spawnPipeline(
  sh: Shell,
  node: PipelineNode,
  asynchronous: boolean,
  lastOutput = -1,
): Sys<number[]> {
  const pids: number[] = [];
  const monitor = sh.has('monitor');
  let input = -1;
  if (asynchronous && !monitor) input = (yield* nullInput(sh))[0]?.[1] ?? -1;
  for (let i = 0; i < node.commands.length; i++) {
    const last = i === node.commands.length - 1;
    const fds: [number, number][] = [];
    let next = -1;
    let output = -1;
    if (!last) {
      const [readEnd, writeEnd] = yield* sys.pipe();
      next = yield* sys.dup(readEnd, 10);
      output = yield* sys.dup(writeEnd, 10);
      yield* sys.close(readEnd);
      yield* sys.close(writeEnd);
      fds.push([1, output]);
      if (node.both[i]) fds.push([2, output]);
    } else if (lastOutput >= 0) fds.push([1, lastOutput]);
    if (input >= 0) fds.push([0, input]);
    const pgid = monitor ? { pgid: pids[0] ?? 0 } : {};
    const command = node.commands[i]!;
    const place = { fds, asynchronous, listsJobs: command.k !== 'subshell', ...pgid };
    pids.push(yield* spawnSubshell(sh, command, place));
    if (monitor && i === 0 && !asynchronous) yield* giveTerminal(sh, pids[0]!);
    if (input >= 0) yield* sys.close(input);
    if (output >= 0) yield* sys.close(output);
    input = next;
  }
  return pids;
}

type CompoundWithRedirects = Exclude<
  Node,
  { k: 'list' | 'and' | 'or' | 'pipeline' | 'function' | 'simple' }
>;

function* runRedirected(sh: Shell, node: CompoundWithRedirects): Sys<number> {
  const tail = sh.tailProcess;
  if (node.redirects.length === 0) {
    return yield* afterCompound(sh, node, yield* guard(sh, runCompound(sh, node, run)));
  }
  sh.tailProcess = false;
  let plan: Plan;
  try {
    plan = yield* openRedirects(sh, node.redirects);
  } catch (error) {
    if (!(error instanceof RedirectFault)) throw error;
    return yield* settle(sh, sh.isBash ? 1 : sh.dialect === 'dash' ? 2 : 1);
  }
  if (node.k === 'subshell') {
    const status = yield* runCompound(sh, node, run, plan.changes);
    yield* closePlan(plan);
    return yield* afterCompound(sh, node, status);
  }
  const saved = yield* applyPlan(sh, plan);
  let status: number;
  try {
    status = yield* guard(sh, runCompound(sh, node, run));
  } finally {
    yield* restoreSaved(sh, saved);
    sh.tailProcess = tail;
  }
  return yield* afterCompound(sh, node, status);
}

function* afterCompound(sh: Shell, node: CompoundWithRedirects, status: number): Sys<number> {
  yield* checkSignals(sh);
  if (node.k === 'subshell' || node.k === 'cond' || node.k === 'arith') {
    sh.pipeStatus = [status];
    return yield* settle(sh, status);
  }
  sh.status = status;
  return status;
}

export { FunctionReturn, LoopJump };
