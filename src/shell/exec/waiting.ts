/**
 * Waiting for children and taking their results. Models bash `jobs.c: waitchld` and ash `jobs.c:
 * dowait`: a result of another child than the one wanted is kept for its `wait`.
 */
import { sys, SysError, type Signal, type Sys, type WaitStatus } from '../../kernel';
import type { Job, Shell } from './shell';

const NUMBERS: Readonly<Record<Signal, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
};

export const SIGNAL_NAMES: readonly Signal[] = Object.keys(NUMBERS) as Signal[];

/** Names by number up to the last real-time signal; 32 and 33 belong to the C library. */
export function signalNameByNumber(number: number): string | undefined {
  if (number < 34) return SIGNAL_NAMES[number - 1];
  if (number > 64) return undefined;
  if (number <= 49) return `RTMIN${number === 34 ? '' : `+${number - 34}`}`;
  return `RTMAX${number === 64 ? '' : `-${64 - number}`}`;
}

/** bash's table of all signals. */
export function signalListText(): string {
  let text = '';
  let column = 0;
  for (let number = 1; number <= 64; number++) {
    const name = signalNameByNumber(number);
    if (name === undefined) continue;
    column++;
    text += `${String(number).padStart(2)}) SIG${name}${column % 5 === 0 ? '\n' : '\t'}`;
  }
  return `${text}\n`;
}

export function signalNumber(signal: Signal): number {
  return NUMBERS[signal];
}

/** Signal by name (with or without SIG) or number; 0 is the test signal. */
export function signalByName(text: string): Signal | 0 | undefined {
  if (/^[0-9]+$/.test(text)) {
    const number = Number(text);
    if (number === 0) return 0;
    return SIGNAL_NAMES.find((name) => NUMBERS[name] === number);
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  return SIGNAL_NAMES.find((s) => s === name);
}

const DESCRIPTIONS: Readonly<Partial<Record<Signal, string>>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
  STOP: 'Stopped (signal)',
  TSTP: 'Stopped',
  TTIN: 'Stopped (tty input)',
  TTOU: 'Stopped (tty output)',
};

export function describeSignal(signal: Signal): string {
  return DESCRIPTIONS[signal] ?? signal;
}

/** `$?` of an ended or stopped process. */
export function statusOf(result: WaitStatus): number {
  if (result.exitCode !== undefined) return result.exitCode;
  const signal = result.termSignal ?? result.stopSignal;
  return signal === undefined ? 0 : 128 + NUMBERS[signal];
}

/** Takes a result into the job that the process belongs to. */
export function recordResult(sh: Shell, result: WaitStatus): void {
  const index = sh.jobs.findIndex((job) => job.pids.includes(result.pid));
  if (index < 0) {
    if (result.stopSignal === undefined && !result.continued) {
      sh.finished.set(result.pid, statusOf(result));
    }
    return;
  }
  sh.jobs[index] = updateJob(sh.jobs[index]!, result);
}

export function updateJob(job: Job, result: WaitStatus): Job {
  if (result.continued) return { ...job, state: 'running' };
  if (result.stopSignal !== undefined) {
    const notified = job.state === 'stopped' && job.notified;
    return { ...job, state: 'stopped', signal: result.stopSignal, notified };
  }
  const results = job.pids.map((pid, i) =>
    pid === result.pid ? statusOf(result) : job.results[i],
  );
  const done = results.every((r) => r !== undefined);
  const last = job.pids.at(-1) === result.pid;
  const { signal: _old, ...rest } = job;
  const signal = last ? result.termSignal : job.state === 'stopped' ? undefined : job.signal;
  return {
    ...rest,
    results,
    state: done ? 'done' : job.state,
    ...(signal === undefined ? {} : { signal }),
    ...(result.termSignal === 'INT' ? { interrupted: true } : {}),
    notified: done ? false : job.notified,
  };
}

/** Blocks until this child ends; other signals only interrupt the wait. */
export function* waitResult(sh: Shell, pid: number, untraced: boolean): Sys<WaitStatus> {
  for (;;) {
    try {
      return yield* sys.waitpid(pid, untraced);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'ECHILD') return { pid, exitCode: 127 };
      if (error.errno !== 'EINTR') throw error;
      yield* takeSignals(sh);
    }
  }
}

/** Takes the signals that have come; their traps run at the next command. */
export function* takeSignals(sh: Shell): Sys<void> {
  for (const signal of yield* sys.sigpending()) sh.pendingSignals.push(signal);
}

/** Collects what has changed among the children, without waiting. */
export function* reap(sh: Shell): Sys<void> {
  for (;;) {
    try {
      const result = yield* sys.waitpidNow(-1, true);
      if (!result) return;
      recordResult(sh, result);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'EINTR') continue;
      return;
    }
  }
}
