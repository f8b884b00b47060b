/** jobs, fg, bg, kill, wait, disown. Models bash `jobs.def`, `kill.def`, `wait.def` and ash `jobs.c`. */
import { sys, SysError, type Sys } from '../../kernel';
import {
  currentJobs,
  findJob,
  giveTerminal,
  jobBySpec,
  jobLine,
  jobStatus,
  mournJob,
  removeJob,
  replaceJob,
  sweepJobs,
  waitForeground,
  waitForJob,
} from '../exec/jobs';
import type { Job, Shell } from '../exec/shell';
import {
  reap,
  recordResult,
  signalByName,
  signalNumber,
  SIGNAL_NAMES,
  takeSignals,
} from '../exec/waiting';
import { invalidOption, parseLetters, type Builtin } from './builtin';

function* noSuchJob(sh: Shell, spec: string): Sys<number> {
  yield* sh.complain(`${spec}: no such job`);
  return sh.isBash ? 1 : 2;
}

function* jobs(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, sh.isBash ? 'lnprs' : 'lp');
  if (bad)
    return yield* invalidOption(sh, bad, 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]');
  yield* reap(sh);
  let list = sh.jobs;
  if (rest.length > 0) {
    list = [];
    for (const spec of rest) {
      const job = jobBySpec(sh, spec);
      if (!job) return yield* noSuchJob(sh, spec);
      list.push(job);
    }
  }
  if (!sh.isBash) list = sh.dialect === 'ash' ? [...list].reverse() : list;
  for (const job of list) {
    if (flags.has('r') && job.state !== 'running') continue;
    if (flags.has('s') && job.state !== 'stopped') continue;
    if (flags.has('p')) yield* sys.write(1, `${job.pgid}\n`);
    else yield* sys.write(1, `${jobLine(sh, job, flags.has('l'))}\n`);
    if (job.state === 'done') replaceJob(sh, { ...job, notified: true });
  }
  sweepJobs(sh);
  return 0;
}

/** The job that `fg` or `bg` means, or undefined after a complaint. */
function* pickJob(sh: Shell, spec: string | undefined): Sys<Job | undefined> {
  if (!sh.has('monitor') && sh.isBash) {
    yield* sh.complain('no job control');
    return undefined;
  }
  yield* reap(sh);
  const job = spec === undefined ? currentJobs(sh)[0] : jobBySpec(sh, spec);
  if (!job) {
    const shown = spec ?? (sh.isBash ? 'current' : '');
    if (sh.isBash) yield* sh.complain(`${shown}: no such job`);
    else yield* sh.complain(spec === undefined ? 'No current job' : `${spec}: no such job`);
    return undefined;
  }
  if (!job.controlled) {
    yield* sh.complain(`job ${spec ?? '(null)'} not created under job control`);
    return undefined;
  }
  return job;
}

function* fg(sh: Shell, argv: readonly string[]): Sys<number> {
  const job = yield* pickJob(sh, argv[1]);
  if (!job) return sh.isBash ? 1 : 2;
  if (job.state === 'done') {
    yield* sh.complain('job has terminated');
    removeJob(sh, job.id);
    return 1;
  }
  yield* sys.write(1, `${job.text}\n`);
  yield* giveTerminal(sh, job.pgid);
  replaceJob(sh, { ...job, state: 'running', background: false, notified: true });
  yield* continueJob(job);
  const status = yield* waitForeground(sh, job.id);
  yield* giveTerminal(sh, sh.ownPgid);
  return status;
}

function* continueJob(job: Job): Sys<void> {
  try {
    yield* sys.kill(-job.pgid, 'CONT');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function* bg(sh: Shell, argv: readonly string[]): Sys<number> {
  const specs = argv.length > 1 ? argv.slice(1) : [undefined];
  let status = 0;
  for (const spec of specs) {
    const job = yield* pickJob(sh, spec);
    if (!job) return sh.isBash ? 1 : 2;
    if (job.state === 'running' && sh.isBash) {
      yield* sh.complain(`job ${job.id} already in background`);
      continue;
    }
    const mark = currentJobs(sh)[0]?.id === job.id ? '+' : '-';
    replaceJob(sh, { ...job, state: 'running', background: true, notified: true });
    yield* sys.write(
      1,
      sh.isBash ? `[${job.id}]${mark} ${job.text} &\n` : `[${job.id}] ${job.text}\n`,
    );
    yield* continueJob(job);
    status = 0;
  }
  return status;
}

function* disown(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest } = parseLetters(argv, 'ahr');
  if (flags.has('a')) {
    sh.jobs = [];
    return 0;
  }
  const specs = rest.length > 0 ? rest : [undefined];
  for (const spec of specs) {
    const job = spec === undefined ? currentJobs(sh)[0] : findTarget(sh, spec);
    if (!job) {
      yield* sh.complain(`${spec ?? 'current'}: no such job`);
      return 1;
    }
    if (!flags.has('h')) removeJob(sh, job.id);
  }
  return 0;
}

function findTarget(sh: Shell, spec: string): Job | undefined {
  if (spec.startsWith('%')) return jobBySpec(sh, spec);
  return sh.jobs.find((j) => j.pids.includes(Number(spec)));
}

/** Waits for all background jobs. */
function* waitAll(sh: Shell): Sys<number> {
  for (;;) {
    const open = sh.jobs.find((j) => j.state === 'running');
    if (!open) break;
    const status = yield* interruptible(sh, waitForJob(sh, open.id));
    if (status.interrupted) return status.value;
  }
  for (const job of sh.jobs)
    if (job.state === 'done') replaceJob(sh, { ...job, notified: !sh.interactive });
  sweepJobs(sh);
  return 0;
}

/** A wait that a trapped signal ends, with 128 and its number. */
function* interruptible(
  sh: Shell,
  work: Sys<number>,
): Sys<{ value: number; interrupted: boolean }> {
  try {
    return { value: yield* work, interrupted: false };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ECHILD') return { value: 127, interrupted: false };
    if (error.errno !== 'EINTR') throw error;
    yield* takeSignals(sh);
    const signal = sh.pendingSignals.find(
      (s) => sh.traps.get(s) || (s === 'INT' && sh.interactive),
    );
    if (!signal) return { value: 0, interrupted: false };
    return { value: 128 + signalNumber(signal), interrupted: true };
  }
}

function* waitBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest } = parseLetters(argv, sh.isBash ? 'nf' : '');
  if (flags.has('n')) return yield* waitNext(sh);
  if (rest.length === 0) return yield* waitAll(sh);
  let status = 0;
  for (const arg of rest) {
    status = yield* waitOne(sh, arg);
    if (sh.pendingSignals.length > 0) break;
  }
  return status;
}

function* waitNext(sh: Shell): Sys<number> {
  const open = sh.jobs.filter((j) => j.state === 'running');
  if (open.length === 0) return 127;
  for (;;) {
    const result = yield* sys.waitpid(-1);
    const job = sh.jobs.find((j) => j.pids.includes(result.pid));
    recordResult(sh, result);
    if (!job) continue;
    const now = findJob(sh, job.id)!;
    if (now.state !== 'done') continue;
    removeJob(sh, job.id);
    return jobStatus(now);
  }
}

function* waitOne(sh: Shell, arg: string): Sys<number> {
  let job: Job | undefined;
  if (arg.startsWith('%')) {
    job = jobBySpec(sh, arg);
    if (!job) {
      yield* sh.complain(`${arg}: no such job`);
      return sh.isBash ? 127 : 2;
    }
  } else if (!/^[0-9]+$/.test(arg)) {
    if (sh.isBash) yield* sh.complain(`\`${arg}': not a pid or valid job spec`);
    else yield* sh.complain(`Illegal number: ${arg}`);
    return sh.isBash ? 1 : 2;
  } else job = sh.jobs.find((j) => j.pids.includes(Number(arg)));
  if (!job) {
    const known = sh.finished.get(Number(arg));
    if (known !== undefined) return known;
    if (sh.isBash) yield* sh.complain(`pid ${arg} is not a child of this shell`);
    return 127;
  }
  const { id } = job;
  const status = yield* interruptible(sh, waitWhileRunning(sh, id));
  if (status.interrupted) return status.value;
  const ended = findJob(sh, id);
  if (ended?.state === 'done') {
    const index = ended.pids.indexOf(Number(arg));
    const value = index >= 0 ? (ended.results[index] ?? 0) : jobStatus(ended);
    if (ended.signal && !sh.interactive) yield* mourn(sh, ended);
    replaceJob(sh, { ...ended, notified: !sh.interactive || !sh.isBash ? true : ended.notified });
    sweepJobs(sh);
    return value;
  }
  return status.value;
}

function* waitWhileRunning(sh: Shell, id: number): Sys<number> {
  return yield* waitForJob(sh, id);
}

function* mourn(sh: Shell, job: Job): Sys<void> {
  if (job.pids.length > 1 && sh.isBash) return;
  const builtin = sh.builtin;
  sh.builtin = undefined;
  yield* mournJob(sh, job);
  sh.builtin = builtin;
}

function signalList(sh: Shell): string {
  if (sh.isBash) {
    let text = '';
    SIGNAL_NAMES.forEach((name, i) => {
      text += `${String(signalNumber(name)).padStart(2)}) SIG${name}${(i + 1) % 5 === 0 ? '\n' : '\t'}`;
    });
    return text.endsWith('\n') ? text : `${text.replace(/\t$/, '')}\n`;
  }
  return SIGNAL_NAMES.map((name) => `${String(signalNumber(name)).padStart(2)}) ${name}\n`).join(
    '',
  );
}

function* listSignals(sh: Shell, args: readonly string[]): Sys<number> {
  if (args.length === 0) {
    yield* sys.write(1, signalList(sh));
    return 0;
  }
  for (const arg of args) {
    const number = /^[0-9]+$/.test(arg) ? Number(arg) : undefined;
    const signal = signalByName(number !== undefined && number > 128 ? String(number - 128) : arg);
    if (!signal) {
      yield* sh.complain(`${arg}: invalid signal specification`);
      return 1;
    }
    yield* sys.write(1, `${number === undefined ? signalNumber(signal) : signal}\n`);
  }
  return 0;
}

const KILL_USAGE =
  'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]';

function* killBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let name = 'TERM';
  if (args[0] === '-l' || args[0] === '-L') return yield* listSignals(sh, args.slice(1));
  if (args[0] === '-s' || args[0] === '-n') {
    name = args[1] ?? '';
    args = args.slice(2);
  } else if (args[0]?.startsWith('-') && args[0] !== '--' && args.length > 0) {
    name = args[0].slice(1);
    args = args.slice(1);
  }
  if (args[0] === '--') args = args.slice(1);
  const signal = signalByName(name);
  if (signal === undefined) {
    if (sh.isBash) yield* sh.complain(`${name}: invalid signal specification`);
    else if (sh.dialect === 'dash') yield* sh.complain(`invalid signal number or name: ${name}`);
    else yield* sh.stderr(`${sh.name}: bad signal name '${name}'\n`);
    return sh.dialect === 'dash' ? 2 : 1;
  }
  if (args.length === 0) {
    if (sh.isBash) yield* sh.stderr(`kill: usage: ${KILL_USAGE}\n`);
    else yield* sh.complain('you need to specify whom to kill');
    return sh.isBash ? 2 : 1;
  }
  let status = 0;
  for (const arg of args) if (!(yield* killOne(sh, arg, signal))) status = 1;
  return status;
}

function* killOne(sh: Shell, arg: string, signal: ReturnType<typeof signalByName>): Sys<boolean> {
  let target: number;
  const job = arg.startsWith('%') ? jobBySpec(sh, arg) : undefined;
  if (arg.startsWith('%')) {
    if (!job) {
      yield* sh.complain(`${arg}: no such job`);
      return false;
    }
    target = job.controlled ? -job.pgid : job.pids.at(-1)!;
  } else if (/^-?[0-9]+$/.test(arg)) target = Number(arg);
  else {
    if (sh.isBash) yield* sh.complain(`${arg}: arguments must be process or job IDs`);
    else if (sh.dialect === 'dash') yield* sh.complain(`Illegal number: ${arg}`);
    else yield* sh.stderr(`${sh.name}: invalid number '${arg}'\n`);
    return false;
  }
  try {
    yield* sys.kill(target, signal!);
    if (job?.state === 'stopped' && sh.isBash && (signal === 'TERM' || signal === 'HUP')) {
      yield* sys.kill(target, 'CONT');
    }
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = sh.errorText(error);
    if (sh.isBash) yield* sh.complain(`(${arg}) - ${text}`);
    else if (sh.dialect === 'dash') yield* sh.complain(text);
    else yield* sh.stderr(`${sh.name}: can't kill pid ${arg}: ${text}\n`);
    return false;
  }
}

export const JOB_BUILTINS: readonly Builtin[] = [
  { name: 'jobs', run: jobs },
  { name: 'fg', run: fg },
  { name: 'bg', run: bg },
  { name: 'disown', only: ['bash'], run: disown },
  { name: 'wait', run: waitBuiltin },
  { name: 'kill', run: killBuiltin },
];
