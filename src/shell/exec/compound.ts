/** Compound commands: if, loops, case, groups. Models `execute_cmd.c` of bash, `eval.c` of ash. */
import { decodeUtf8 } from '../../base';
import { sys, type FdMap, type Sys } from '../../kernel';
import {
  type CaseNode,
  type CompoundNode,
  type ForNode,
  type ListNode,
  type Node,
} from '../syntax';
import { evaluateCondition, RegexFault } from './conditional';
import { LoopJump } from './control';
import { arithmetic, ArithmeticAbort, expandPattern, expandText, expandWords } from './expand';
import { addJob, giveTerminal, jobText, waitForeground } from './jobs';
import { matches } from './pattern';
import { Rounds } from './rounds';
import type { Shell } from './shell';
import { spawnSubshell } from './spawning';
import { checkSignals, runPseudoTrap } from './traps';
import { ReadonlyFault } from './variables';

type Run = (sh: Shell, node: Node) => Sys<number>;

export function* runCompound(
  sh: Shell,
  node: CompoundNode,
  run: Run,
  fds: FdMap = [],
): Sys<number> {
  switch (node.k) {
    case 'brace':
      return yield* run(sh, node.body);
    case 'subshell':
      return yield* runSubshell(sh, node, fds, run);
    case 'if':
      return yield* runIf(sh, node, run);
    case 'while':
      return yield* runWhile(sh, node, run);
    case 'for':
      return yield* runFor(sh, node, run);
    case 'select':
      return yield* runSelect(sh, node, run);
    case 'arith-for':
      return yield* runArithmeticFor(sh, node, run);
    case 'case':
      return yield* runCase(sh, node, run);
    case 'arith': {
      sh.line = node.line;
      if (sh.traps.has('DEBUG')) yield* runPseudoTrap(sh, 'DEBUG');
      try {
        if (sh.has('xtrace')) yield* trace(sh, `((${node.inner.text}))`);
        return (yield* arithmetic(sh, node.inner, '((')) === 0n ? 1 : 0;
      } catch (error) {
        if (error instanceof ArithmeticAbort) return 1;
        throw error;
      }
    }
    case 'cond': {
      sh.line = node.line;
      if (sh.traps.has('DEBUG')) yield* runPseudoTrap(sh, 'DEBUG');
      try {
        return (yield* evaluateCondition(sh, node.expr)) ? 0 : 1;
      } catch (error) {
        if (error instanceof RegexFault) return 2;
        if (error instanceof ArithmeticAbort) return 1;
        throw error;
      }
    }
  }
}

export function* trace(sh: Shell, text: string): Sys<void> {
  const ps4 = sh.vars.get('PS4') ?? '+ ';
  yield* sh.stderr(`${ps4}${text}\n`);
}

function* runSubshell(
  sh: Shell,
  node: Extract<CompoundNode, { k: 'subshell' }>,
  fds: FdMap,
  run: Run,
): Sys<number> {
  // A subshell process may itself become the subshell when nothing follows.
  sh.line = node.line;
  if (sh.tailProcess && fds.length === 0 && sh.traps.size === 0) return yield* run(sh, node.body);
  const monitor = sh.has('monitor');
  const pid = yield* spawnSubshell(sh, node.body, { fds, ...(monitor ? { pgid: 0 } : {}) });
  if (monitor) yield* giveTerminal(sh, pid);
  const job = addJob(sh, [pid], jobText(sh, node), false);
  const status = yield* waitForeground(sh, job.id);
  if (monitor) yield* giveTerminal(sh, sh.ownPgid);
  return status;
}

/** A list whose failure decides something, so `set -e` does not bite. */
function* runTest(sh: Shell, list: ListNode, run: Run): Sys<boolean> {
  const tail = sh.tailProcess;
  sh.tailProcess = false;
  sh.noErrExit++;
  try {
    return (yield* run(sh, list)) === 0;
  } finally {
    sh.noErrExit--;
    sh.tailProcess = tail;
  }
}

function* runIf(sh: Shell, node: Extract<CompoundNode, { k: 'if' }>, run: Run): Sys<number> {
  for (const clause of node.clauses) {
    if (yield* runTest(sh, clause.test, run)) return yield* run(sh, clause.body);
  }
  return node.otherwise ? yield* run(sh, node.otherwise) : 0;
}

/** Runs a loop's body; answers its status, or undefined when the loop ends here. */
function* runBody(sh: Shell, body: ListNode, run: Run): Sys<{ status: number; stop: boolean }> {
  try {
    return { status: yield* run(sh, body), stop: false };
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1 && sh.loopDepth > 1) {
      error.levels--;
      throw error;
    }
    const status = sh.brokenStatus;
    sh.brokenStatus = 0;
    sh.status = status;
    return { status, stop: error.kind === 'break' };
  }
}

function* inLoop(sh: Shell, work: Sys<number>): Sys<number> {
  const tail = sh.tailProcess;
  sh.tailProcess = false;
  sh.loopDepth++;
  try {
    return yield* work;
  } finally {
    sh.loopDepth--;
    sh.tailProcess = tail;
  }
}

function* runWhile(sh: Shell, node: Extract<CompoundNode, { k: 'while' }>, run: Run): Sys<number> {
  return yield* inLoop(sh, whileLoop(sh, node, run));
}

function* whileLoop(sh: Shell, node: Extract<CompoundNode, { k: 'while' }>, run: Run): Sys<number> {
  const rounds = new Rounds(sh);
  let status = 0;
  for (;;) {
    status = yield* rounds.next(status);
    let go: boolean;
    try {
      go = (yield* runTest(sh, node.test, run)) !== node.until;
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      if (error.levels > 1 && sh.loopDepth > 1) {
        error.levels--;
        throw error;
      }
      if (error.kind === 'break') {
        const broken = sh.brokenStatus;
        sh.brokenStatus = 0;
        return broken;
      }
      continue;
    }
    if (!go) return status;
    const turn = yield* runBody(sh, node.body, run);
    status = turn.status;
    if (turn.stop) return status;
    yield* checkSignals(sh);
  }
}

function* runFor(sh: Shell, node: ForNode, run: Run): Sys<number> {
  sh.line = node.line;
  if (!/^[A-Za-z_]\w*$/.test(node.name)) {
    yield* sh.complain(`\`${node.name}': not a valid identifier`, undefined);
    return 1;
  }
  const words = node.words ? yield* expandWords(sh, node.words) : sh.positional;
  return yield* inLoop(sh, forLoop(sh, node, words, run));
}

function* forLoop(sh: Shell, node: ForNode, words: readonly string[], run: Run): Sys<number> {
  let status = 0;
  const shown = node.words?.map((w) => w.text).join(' ') ?? '"$@"';
  const rounds = new Rounds(sh);
  for (let i = 0; i < words.length; i++) {
    ({ i, status } = yield* rounds.next({ i, status }));
    const word = words[i]!;
    if (sh.traps.has('DEBUG')) yield* runPseudoTrap(sh, 'DEBUG');
    if (sh.has('xtrace') && sh.isBash) yield* trace(sh, `for ${node.name} in ${shown}`);
    try {
      sh.vars.set(node.name, word);
    } catch (error) {
      if (!(error instanceof ReadonlyFault) || !sh.isBash) throw error;
      yield* sh.complain(`${node.name}: readonly variable`, undefined);
      return 1;
    }
    const turn = yield* runBody(sh, node.body, run);
    status = turn.status;
    if (turn.stop) return status;
    yield* checkSignals(sh);
  }
  return status;
}

function* runArithmeticFor(
  sh: Shell,
  node: Extract<CompoundNode, { k: 'arith-for' }>,
  run: Run,
): Sys<number> {
  return yield* inLoop(sh, arithmeticLoop(sh, node, run));
}

function* arithmeticLoop(
  sh: Shell,
  node: Extract<CompoundNode, { k: 'arith-for' }>,
  run: Run,
): Sys<number> {
  const [first, test, update] = node.parts;
  let status = 0;
  try {
    yield* arithmetic(sh, first, '((');
    const rounds = new Rounds(sh);
    for (;;) {
      status = yield* rounds.next(status);
      if (test.text.trim() !== '' && (yield* arithmetic(sh, test, '((')) === 0n) return status;
      const turn = yield* runBody(sh, node.body, run);
      status = turn.status;
      if (turn.stop) return status;
      yield* arithmetic(sh, update, '((');
      yield* checkSignals(sh);
    }
  } catch (error) {
    if (error instanceof ArithmeticAbort) return 1;
    throw error;
  }
}

function* runCase(sh: Shell, node: CaseNode, run: Run): Sys<number> {
  sh.line = node.line;
  if (sh.traps.has('DEBUG')) yield* runPseudoTrap(sh, 'DEBUG');
  const subject = yield* expandText(sh, node.word);
  if (sh.has('xtrace') && sh.isBash) yield* trace(sh, `case ${node.word.text} in`);
  const extended = sh.isBash;
  let status = 0;
  let falling = false;
  for (const item of node.items) {
    let fits = falling;
    for (const word of fits ? [] : item.patterns) {
      const pattern = yield* expandPattern(sh, word);
      if (matches(pattern, subject, extended, sh.shopt.has('nocasematch'))) {
        fits = true;
        break;
      }
    }
    falling = false;
    if (!fits) continue;
    sh.status = 0;
    status = item.body.items.length === 0 ? 0 : yield* run(sh, item.body);
    if (item.end === ';;') return status;
    falling = item.end === ';&';
  }
  return status;
}

/** Reads one line from the standard input, byte by byte, as builtins must. */
export function* readLineBytes(fd: number): Sys<string | undefined> {
  const bytes: number[] = [];
  for (;;) {
    const got = yield* sys.read(fd, 1);
    if (got.length === 0) {
      if (bytes.length === 0) return undefined;
      break;
    }
    if (got[0] === 10) break;
    bytes.push(got[0]!);
  }
  return decodeUtf8(Uint8Array.from(bytes));
}

function* runSelect(sh: Shell, node: ForNode, run: Run): Sys<number> {
  const words = node.words ? yield* expandWords(sh, node.words) : sh.positional;
  return yield* inLoop(sh, selectLoop(sh, node, words, run));
}

function* selectLoop(sh: Shell, node: ForNode, words: readonly string[], run: Run): Sys<number> {
  let status = 0;
  let show = true;
  const rounds = new Rounds(sh);
  for (;;) {
    ({ status, show } = yield* rounds.next({ status, show }));
    if (show) {
      const width = String(words.length).length;
      for (let i = 0; i < words.length; i++) {
        yield* sh.stderr(`${String(i + 1).padStart(width)}) ${words[i]!}\n`);
      }
    }
    yield* sh.stderr(sh.vars.get('PS3') ?? '#? ');
    const line = yield* readLineBytes(0);
    if (line === undefined) {
      yield* sys.write(1, '\n');
      return 1;
    }
    show = line.trim() === '';
    if (show) continue;
    sh.vars.set('REPLY', line);
    sh.vars.set(node.name, words[Number(line.trim()) - 1] ?? '');
    const turn = yield* runBody(sh, node.body, run);
    status = turn.status;
    if (turn.stop) return status;
  }
}
