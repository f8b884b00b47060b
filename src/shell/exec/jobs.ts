/**
 * Jobs: process groups, the terminal's foreground, and notices. Models bash `jobs.c` and ash `jobs.c`
 * with their different layouts.
 */
import { sys, SysError, type Sys, type WaitStatus } from '../../kernel';
import { printNode, type Node } from '../syntax';
import { LineAbort, LoopJump } from './control';
import type { Job, Shell } from './shell';
import { runTrap } from './traps';
import { describeSignal, reap, recordResult, signalNumber, statusOf, waitResult } from './waiting';

/** The text under which a job is kept. */
export function jobText(sh: Shell, node: Node): string {
  return printNode(node, sh.isBash ? 'job' : 'ash');
}

export function addJob(sh: Shell, pids: readonly number[], text: string, background: boolean): Job {
  const id = Math.max(0, ...sh.jobs.map((j) => j.id)) + 1;
  const job: Job = {
    id,
    pgid: pids[0]!,
    pids,
    text,
    results: pids.map(() => undefined),
    state: 'running',
    background,
    notified: true,
    controlled: sh.has('monitor'),
  };
  sh.jobs.push(job);
  return job;
}

export function findJob(sh: Shell, id: number): Job | undefined {
  return sh.jobs.find((j) => j.id === id);
}

export function removeJob(sh: Shell, id: number): void {
  sh.jobs = sh.jobs.filter((j) => j.id !== id);
}

export function replaceJob(sh: Shell, job: Job): void {
  sh.jobs = sh.jobs.map((j) => (j.id === job.id ? job : j));
}

/** The current job and the one before: stopped ones first, then the newest. */
export function currentJobs(sh: Shell): readonly [Job | undefined, Job | undefined] {
  const known = sh.jobs.length > 0 ? sh.jobs : sh.parentJobs;
  const alive = known.filter((j) => j.state !== 'done' || !j.notified);
  const order = [
    ...alive.filter((j) => j.state === 'stopped').reverse(),
    ...alive.filter((j) => j.state !== 'stopped').reverse(),
  ];
  return [order[0], order[1]];
}

/** `%1`, `%+`, `%-`, `%name`, `%?text`. */
export function jobBySpec(sh: Shell, spec: string): Job | undefined {
  return ownJobBySpec(sh, spec) ?? parentJobBySpec(sh, spec);
}

function parentJobBySpec(sh: Shell, spec: string): Job | undefined {
  const text = spec.replace(/^%/, '');
  if (/^[0-9]+$/.test(text)) return sh.parentJobs.find((j) => j.id === Number(text));
  return ['', '%', '+'].includes(text) ? sh.parentJobs.at(-1) : undefined;
}

function ownJobBySpec(sh: Shell, spec: string): Job | undefined {
  const text = spec.startsWith('%') ? spec.slice(1) : spec;
  const [now, before] = currentJobs(sh);
  if (text === '' || text === '%' || text === '+') return now;
  if (text === '-') return before ?? now;
  if (/^[0-9]+$/.test(text)) return findJob(sh, Number(text));
  if (text.startsWith('?')) return sh.jobs.findLast((j) => j.text.includes(text.slice(1)));
  return sh.jobs.findLast((j) => j.text.startsWith(text));
}

export function jobStatus(job: Job): number {
  return job.results.at(-1) ?? (job.signal ? 128 + signalNumber(job.signal) : 0);
}

function stateText(sh: Shell, job: Job): string {
  if (job.state === 'running') return 'Running';
  if (job.state === 'stopped') return describeSignal(job.signal ?? 'TSTP');
  if (job.signal) return describeSignal(job.signal);
  const status = job.results.at(-1) ?? 0;
  if (status === 0) return 'Done';
  return sh.isBash ? `Exit ${status}` : `Done(${status})`;
}

/** One line of `jobs`, without its end. */
export function jobLine(sh: Shell, job: Job, withPid = false): string {
  const [now, before] = currentJobs(sh);
  const mark = job.id === now?.id ? '+' : job.id === before?.id ? '-' : ' ';
  const state = stateText(sh, job);
  if (sh.isBash) {
    const pid = withPid ? `${job.pgid} `.padStart(6) : '';
    const tail = job.state === 'running' && job.background ? ' &' : '';
    return `[${job.id}]${mark}  ${pid}${state.padEnd(24)}${job.text}${tail}`;
  }
  const pid = withPid ? `${job.pgid} ` : '';
  // Without job control the commands of a job have no text.
  const text = sh.has('monitor') ? job.text : job.pids.map(() => '').join(' | ');
  const head = sh.dialect === 'ash' ? `[${job.id}]${mark}  ` : `[${job.id}] ${mark} `;
  return `${head}${pid}${state.padEnd(27)}${text}`;
}

/** Gives the terminal to a process group. */
export function* giveTerminal(sh: Shell, pgid: number): Sys<void> {
  if (sh.terminal === undefined) return;
  try {
    yield* sys.tcsetpgrp(sh.terminal, pgid);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

/** Waits for a job in the foreground; it may stop instead of end. */
export function* waitForeground(sh: Shell, id: number): Sys<number> {
  const controlled = sh.has('monitor');
  const modes =
    controlled && sh.terminal !== undefined ? yield* sys.tcgetattr(sh.terminal) : undefined;
  for (;;) {
    const job = findJob(sh, id)!;
    if (job.state !== 'running') break;
    const open = job.pids.find((_, i) => job.results[i] === undefined)!;
    sh.killedJobs.clear();
    const result = yield* waitResult(sh, open, controlled);
    recordResult(sh, result);
    if (!sh.isBash) yield* mournProcess(sh, result);
  }
  const job = findJob(sh, id)!;
  // Killed or stopped in raw mode, a program leaves a terminal that nobody can type at.
  const broken = job.state === 'stopped' || job.results.some((result) => (result ?? 0) > 128);
  if (modes && broken && sh.terminal !== undefined) {
    yield* giveTerminal(sh, sh.ownPgid);
    yield* sys.tcsetattr(sh.terminal, modes);
  }
  if (job.state === 'stopped') {
    // ash tells at its next prompt, on the line of the terminal's ^Z.
    const later = sh.dialect === 'ash' && sh.interactive;
    replaceJob(sh, { ...job, notified: !later, background: false });
    if (!later) yield* sh.stderr(`\n${jobLine(sh, job)}\n`);
    const status = 128 + signalNumber(job.signal ?? 'TSTP');
    if (sh.isBash && controlled && sh.loopDepth > 0) {
      // ^Z in a loop leaves all loops around it (bash `wait_for`, `breaking`).
      sh.brokenStatus = status;
      throw new LoopJump('break', sh.loopDepth);
    }
    return status;
  }
  const results = job.results.map((r) => r ?? 0);
  sh.pipeStatus = results;
  removeJob(sh, id);
  yield* mournJob(sh, job);
  if (sh.has('pipefail')) return results.findLast((r) => r !== 0) ?? 0;
  return results.at(-1)!;
}

/** ^C ended the foreground command, so the rest of the line is dropped. ash runs an INT trap first. */
export function* abandonLine(sh: Shell): Sys<never> {
  const action = sh.traps.get('INT');
  yield* giveTerminal(sh, sh.ownPgid);
  sh.status = 128 + signalNumber('INT');
  if (action && !sh.isBash) yield* runTrap(sh, action);
  else yield* sh.stderr('\n');
  throw new LineAbort(128 + signalNumber('INT'));
}

/** dash and ash speak of each process of the foreground that was killed. */
export function* mournProcess(sh: Shell, result: WaitStatus): Sys<void> {
  const signal = result.termSignal;
  if (signal === undefined || signal === 'PIPE' || signal === 'INT') return;
  yield* sh.stderr(`${describeSignal(signal)}\n`);
}

/** What bash says when its foreground command was killed. */
export function* mournJob(sh: Shell, job: Job): Sys<void> {
  if (job.interrupted && sh.interactive && !sh.subshell) yield* abandonLine(sh);
  if (!sh.isBash || !job.signal || job.signal === 'PIPE' || job.signal === 'INT') return;
  const text = describeSignal(job.signal);
  if (sh.interactive || (job.signal === 'TERM' && !job.background)) {
    yield* sh.stderr(`${text}\n`);
    return;
  }
  const pid = String(job.pids.at(-1)).padStart(5);
  yield* sh.stderr(`${sh.prefix(undefined)}${pid} ${text.padEnd(23)} ${job.text}\n`);
}

/** A script of bash tells of background jobs that a signal ended, but for those that are wanted. */
export function* mournBackground(sh: Shell): Sys<void> {
  if (!sh.isBash || sh.interactive) return;
  for (const job of sh.jobs) {
    if (job.state !== 'done' || !job.background || !job.signal || job.notified) continue;
    if (!['INT', 'TERM', 'PIPE'].includes(job.signal)) yield* mournJob(sh, job);
    replaceJob(sh, { ...job, notified: true });
  }
  sweepJobs(sh);
}

/** Notices before a prompt; ended jobs leave the table. */
export function* notifyJobs(sh: Shell): Sys<void> {
  yield* reap(sh);
  for (const job of [...sh.jobs]) {
    if (job.notified || job.state === 'running' || sh.killedJobs.has(job.id)) continue;
    yield* sh.stderr(`${jobLine(sh, job)}\n`);
    replaceJob(sh, { ...findJob(sh, job.id)!, notified: true });
  }
  sh.killedJobs.clear();
  sweepJobs(sh);
}

/** Forgets ended jobs that have been shown; `wait` still knows their results. */
export function sweepJobs(sh: Shell): void {
  for (const job of sh.jobs) {
    if (job.state !== 'done' || !job.notified) continue;
    job.pids.forEach((pid, i) => sh.finished.set(pid, job.results[i] ?? 0));
  }
  sh.jobs = sh.jobs.filter((j) => j.state !== 'done' || !j.notified);
}

/** Waits for one background job to end (`wait %1`, `wait PID`). */
export function* waitForJob(sh: Shell, id: number): Sys<number> {
  for (;;) {
    const job = findJob(sh, id);
    if (!job) return 127;
    if (job.state !== 'running') break;
    const open = job.pids.find((_, i) => job.results[i] === undefined)!;
    const result = yield* sys.waitpid(open, sh.has('monitor'));
    recordResult(sh, result);
    if (result.exitCode === undefined && result.termSignal === undefined) return statusOf(result);
  }
  const job = findJob(sh, id)!;
  return jobStatus(job);
}
