/**
 * The loop at the prompt. Models bash `eval.c: reader_loop` with `parse.y: read_secondary_line` and ash
 * `main.c: cmdloop`. Its state is kept by a checkpoint before each prompt.
 */
import { sys, SysError, type Sys } from '../../kernel';
import { SyntaxFault, type ListNode } from '../syntax';
import { LineEditor, type EditorResult } from '../edit';
import { LineAbort, LoopJump, FunctionReturn, ShellExit } from './control';
import { completerFor } from './completion';
import { expandHistory } from './history-expansion';
import { loadHistory, rememberLine } from './history';
import { complainSyntax } from './interpreter';
import { giveTerminal, notifyJobs } from './jobs';
import { expandPrompt } from './prompt';
import { run } from './run';
import type { Shell } from './shell';
import { parseAll, readInputLine } from './standard-input';
import { checkSignals, runTrap } from './traps';
import { reap, takeSignals } from './waiting';

/** `resumed`: in a copy, which goes on behind the checkpoint. */
export function* runInteractive(sh: Shell, resumed = false): Sys<number> {
  if (!resumed && sh.history.length === 0) yield* loadHistory(sh);
  for (let first = resumed; ; first = false) {
    try {
      if (!first) yield* beforePrompt(sh);
      const lists = yield* readCommand(sh);
      if (lists === 'eof') {
        if (yield* mayLeave(sh)) return sh.status;
        continue;
      }
      const warned = sh.warnedJobs;
      for (const list of lists) yield* run(sh, list);
      if (warned && lists.length > 0) sh.warnedJobs = false;
    } catch (error) {
      if (error instanceof LineAbort) sh.status = error.status;
      else if (error instanceof LoopJump || error instanceof FunctionReturn) sh.status = 0;
      else throw error;
      yield* resetAfterAbort(sh);
    }
  }
}

function* beforePrompt(sh: Shell): Sys<void> {
  if (sh.isBash || sh.dialect === 'ash') yield* notifyJobs(sh);
  else yield* reap(sh);
  yield* sys.checkpoint({
    snapshot: sh.snapshot(),
    terminal: sh.terminal,
    ownPgid: sh.ownPgid,
    ownPid: sh.ownPid,
  });
}

/** Puts back what an abandoned command may have left changed. */
function* resetAfterAbort(sh: Shell): Sys<void> {
  while (sh.vars.scopes.length > 0) sh.vars.popScope();
  sh.functionNames = [];
  sh.loopDepth = 0;
  sh.noErrExit = 0;
  sh.runningTrap = 0;
  sh.tailProcess = false;
  yield* giveTerminal(sh, sh.ownPgid);
}

/** At the end of input: stopped jobs hold the shell once. */
function* mayLeave(sh: Shell): Sys<boolean> {
  const stopped = sh.jobs.some((j) => j.state === 'stopped');
  if (stopped && !sh.warnedJobs) {
    yield* sh.stderr(sh.isBash ? 'exit\nThere are stopped jobs.\n' : 'You have stopped jobs.\n');
    sh.warnedJobs = true;
    return false;
  }
  yield* sh.stderr(sh.isBash ? 'exit\n' : sh.dialect === 'ash' ? '\n' : '');
  return true;
}

/** One command with its continuation lines; complains about a wrong one and answers nothing. */
function* readCommand(sh: Shell): Sys<ListNode[] | 'eof'> {
  let text = '';
  let remembered = '';
  for (;;) {
    const first = text === '';
    if (first && sh.isBash) yield* promptCommand(sh);
    const second = !first || sh.promptsAgain;
    sh.promptsAgain = false;
    const prompt = yield* expandPrompt(sh, sh.vars.get(second ? 'PS2' : 'PS1') ?? '');
    const got = yield* readLine(sh, prompt);
    yield* checkSignals(sh);
    if (got.kind === 'interrupt') {
      sh.status = 130;
      const action = sh.traps.get('INT');
      if (action) yield* runTrap(sh, action);
      if (action && sh.isBash) yield* sh.stderr('\n');
      return [];
    }
    if (sh.leavesNext) throw new ShellExit(0);
    if (got.kind === 'eof') {
      if (first) return 'eof';
      return yield* endWithin(sh, text);
    }
    const expanded =
      sh.isBash && sh.has('histexpand') ? yield* expandHistory(sh, got.text) : got.text;
    if (expanded === undefined) return [];
    text += `${expanded}\n`;
    remembered = yield* rememberLine(sh, remembered, expanded, text);
    try {
      const lists = parseAll(sh, text, 1, false);
      return lists;
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      if (error.unfinished) continue;
      yield* complainSyntax(sh, error);
      sh.status = 2;
      return [];
    }
  }
}

function* endWithin(sh: Shell, text: string): Sys<ListNode[] | 'eof'> {
  const warnings: string[] = [];
  try {
    const lists = parseAll(sh, text, 1, true, (warning) => warnings.push(warning));
    for (const warning of warnings) {
      if (sh.isBash) yield* sh.stderr(`${sh.prefix(undefined)}warning: ${warning}\n`);
    }
    return lists;
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    if (sh.dialect === 'dash') yield* sh.stderr('\n');
    yield* complainSyntax(sh, error);
    // bash takes the end for that of the quote alone: its next prompt is still the second.
    sh.promptsAgain = sh.isBash && error.unfinished?.kind === 'quote';
    sh.leavesNext = sh.promptsAgain;
    sh.status = 2;
    if (sh.dialect === 'dash') throw new ShellExit(2);
    return [];
  }
}

function* promptCommand(sh: Shell): Sys<void> {
  const command = sh.vars.get('PROMPT_COMMAND');
  if (!command) return;
  const { status } = sh;
  yield* sh.interp.runText(sh, command, 1);
  sh.status = status;
}

function* readLine(sh: Shell, prompt: string): Sys<EditorResult> {
  if (sh.terminal === undefined || sh.dialect === 'dash') return yield* readPlain(sh, prompt);
  const editor = new LineEditor(sh.isBash ? 'readline' : 'ash', sh.history, completerFor(sh), {
    trapped: !!sh.traps.get('INT'),
    ...(sh.isBash ? { runTraps: () => runTrapsAtPrompt(sh) } : {}),
  });
  return yield* editor.readLine(prompt);
}

/** The traps of signals other than ^C, which the editor itself sees. */
function* runTrapsAtPrompt(sh: Shell): Sys<boolean> {
  yield* takeSignals(sh);
  const mine = sh.pendingSignals.filter((s) => s !== 'INT' && sh.traps.get(s));
  sh.pendingSignals = sh.pendingSignals.filter((s) => !mine.includes(s));
  for (const signal of mine) yield* runTrap(sh, sh.traps.get(signal)!);
  return mine.length > 0;
}

/** dash has no line editor: the terminal's own line discipline does what is done. */
function* readPlain(sh: Shell, prompt: string): Sys<EditorResult> {
  yield* sh.stderr(prompt);
  try {
    const line = yield* readInputLine();
    return line === '' ? { kind: 'eof' } : { kind: 'line', text: line.replace(/\n$/, '') };
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    yield* sys.sigpending();
    yield* sh.stderr('\n');
    return { kind: 'interrupt' };
  }
}
