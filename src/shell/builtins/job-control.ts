/** jobs, fg, bg, kill, wait, disown. Models bash `jobs.def`, `kill.def`, `wait.def` and ash `jobs.c`. */
import { sys, SysError, type Sys } from '../../kernel';
import {
  currentJobs,
  findJob,
  giveTerminal,
  jobBySpec,
  jobLine,
  jobStatus,
  mournBackground,
  mournJob,
  mournProcess,
  notifyJobs,
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
  signalListText,
  signalNameByNumber,
  signalNumber,
  SIGNAL_NAMES,
  takeSignals,
} from '../exec/waiting';
import { invalidOption, parseLetters, type Builtin } from './builtin';

function* complainJob(sh: Shell, spec: string): Sys<void> {
  yield* sh.complain(sh.dialect === 'dash' ? `No such job: ${spec}` : `${spec}: no such job`);
}

function* noSuchJob(sh: Shell, spec: string): Sys<number> {
  yield* complainJob(sh, spec);
  return sh.isBash ? 1 : 2;
}

function* jobs(sh: Shell, argv: readonly string[]): Sys<number> {
  const { flags, rest, bad } = parseLetters(argv, sh.isBash ? 'lnprs' : 'lp');
  if (bad)
    return yield* invalidOption(sh, bad, 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]');
  yield* reap(sh);
  yield* mournBackground(sh);
  let list: readonly Job[] = sh.jobs.length > 0 ? sh.jobs : sh.parentJobs;
  if (rest.length > 0) {
    const picked: Job[] = [];
    for (const spec of rest) {
      const job = jobBySpec(sh, spec);
      if (!job) return yield* noSuchJob(sh, spec);
      picked.push(job);
    }
    list = picked;
  }
  if (!sh.isBash) list = [...list].reverse();
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
    else if (spec === undefined) yield* sh.complain('No current job');
    else yield* complainJob(sh, spec);
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
  yield* mournBackground(sh);
  if (sh.isBash && sh.interactive) yield* notifyJobs(sh);
  for (const job of sh.jobs)
    if (job.state === 'done' && sh.isBash) replaceJob(sh, { ...job, notified: !sh.interactive });
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
  const { flags, rest, bad } = parseLetters(argv, { bash: 'nf', dash: '', ash: 'n' }[sh.dialect]);
  if (bad) return yield* invalidOption(sh, bad, 'wait [-fn] [-p var] [id ...]');
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
      yield* complainJob(sh, arg);
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
    if (ended.signal && !sh.interactive && (!sh.isBash || ended.signal !== 'TERM'))
      yield* mourn(sh, ended);
    // dash and ash still list it once.
    if (sh.isBash) {
      replaceJob(sh, { ...ended, notified: !sh.interactive ? true : ended.notified });
      sweepJobs(sh);
    }
    return value;
  }
  return status.value;
}

function* waitWhileRunning(sh: Shell, id: number): Sys<number> {
  return yield* waitForJob(sh, id);
}

function* mourn(sh: Shell, job: Job): Sys<void> {
  if (job.pids.length > 1 && sh.isBash) return;
  if (!sh.isBash && job.signal) yield* mournProcess(sh, { pid: 0, termSignal: job.signal });
  const builtin = sh.builtin;
  sh.builtin = undefined;
  yield* mournJob(sh, job);
  sh.builtin = builtin;
}

function signalList(sh: Shell): string {
  if (sh.isBash) {
    return signalListText();
  }
  if (sh.dialect === 'dash') {
    let text = '0\n';
    // dash has no name for SIGSTKFLT.
    for (let n = 1; n <= 64; n++)
      text += `${(n === 16 ? undefined : signalNameByNumber(n)) ?? n}\n`;
    return text;
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
  let status = 0;
  // dash looks at one.
  for (const arg of sh.dialect === 'dash' ? args.slice(0, 1) : args) {
    const text = yield* listedSignal(sh, arg);
    if (text === undefined) status = sh.dialect === 'dash' ? 2 : 1;
    else yield* sys.write(1, `${text}\n`);
  }
  return status;
}

/** What `kill -l` says of one number or name; undefined after a complaint. */
function* listedSignal(sh: Shell, arg: string): Sys<string | undefined> {
  if (/^[0-9]+$/.test(arg)) {
    const given = Number(arg);
    const number = given > 128 ? given - 128 : given;
    if (number === 0 && sh.dialect !== 'dash') return 'EXIT';
    const name = signalNameByNumber(number);
    if (sh.dialect === 'ash') return number < 32 ? name : String(number);
    if (name !== undefined && number > 0) return name;
    if (sh.dialect === 'dash') yield* sh.complain(`invalid signal number or exit status: ${arg}`);
    else yield* sh.complain(`${arg}: invalid signal specification`);
    return undefined;
  }
  const signal = signalByName(arg);
  if (sh.dialect === 'dash') yield* sh.complain(`Illegal number: ${arg}`);
  else if (signal) return String(signalNumber(signal));
  else if (sh.isBash) yield* sh.complain(`${arg}: invalid signal specification`);
  else yield* sh.stderr(`${applet(sh)}: unknown signal '${arg}'\n`);
  return undefined;
}

/** ash's kill is an applet within: it speaks under the shell's own name. */
function applet(sh: Shell): string {
  return sh.applet;
}

const KILL_USAGE_DASH =
  'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]';
const KILL_USAGE =
  'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]';

function* killBuiltin(sh: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let name = 'TERM';
  if (args[0] === '-l' || args[0] === '-L') return yield* listSignals(sh, args.slice(1));
  if (args[0] === '-s' || (args[0] === '-n' && sh.isBash)) {
    if (args[1] === undefined) return yield* missingArgument(sh, args[0]);
    name = args[1];
    args = args.slice(2);
  } else if (args[0]?.startsWith('-') && args[0] !== '--' && args.length > 0) {
    name = args[0].slice(1);
    args = args.slice(1);
  }
  if (args[0] === '--') args = args.slice(1);
  const signal = signalByName(name);
  if (signal === undefined) {
    if (sh.isBash) yield* sh.complain(`${name}: invalid signal specification`);
    else if (sh.dialect === 'dash') {
      if (argv[1] === '-s') yield* sh.complain(`invalid signal number or name: ${name}`);
      else yield* sh.complain(`Illegal option -${name.charAt(0)}`);
    } else yield* sh.stderr(`${applet(sh)}: bad signal name '${name}'\n`);
    return sh.dialect === 'dash' ? 2 : 1;
  }
  if (args.length === 0) {
    if (sh.isBash) yield* sh.stderr(`kill: usage: ${KILL_USAGE}\n`);
    else if (sh.dialect === 'dash') yield* sh.complain(KILL_USAGE_DASH);
    else yield* sh.stderr(`${applet(sh)}: you need to specify whom to kill\n`);
    return sh.dialect === 'ash' ? 1 : 2;
  }
  let status = 0;
  for (const arg of args) {
    const failed = yield* killOne(sh, arg, signal);
    if (failed !== 0) status = failed;
  }
  return status;
}

function* missingArgument(sh: Shell, option: string): Sys<number> {
  if (sh.isBash) yield* sh.complain(`${option}: option requires an argument`);
  else if (sh.dialect === 'dash') yield* sh.complain(`No arg for ${option} option`);
  else yield* sh.stderr(`${applet(sh)}: bad signal name '${option.slice(1)}'\n`);
  return sh.isBash ? 1 : sh.dialect === 'dash' ? 2 : 1;
}

/** Sends to one target; answers the status. */
function* killOne(sh: Shell, arg: string, signal: ReturnType<typeof signalByName>): Sys<number> {
  let target: number;
  const job = arg.startsWith('%') ? jobBySpec(sh, arg) : undefined;
  if (arg.startsWith('%')) {
    if (!job) {
      yield* complainJob(sh, arg);
      return sh.isBash ? 1 : 2;
    }
    // dash always means the group, which a job without control does not have.
    target = job.controlled || sh.dialect === 'dash' ? -job.pgid : job.pids.at(-1)!;
  } else if (/^-?[0-9]+$/.test(arg)) target = Number(arg);
  else {
    if (sh.isBash) yield* sh.complain(`${arg}: arguments must be process or job IDs`);
    else if (sh.dialect === 'dash') yield* sh.complain(`Illegal number: ${arg}`);
    else yield* sh.stderr(`${applet(sh)}: invalid number '${arg}'\n`);
    return sh.dialect === 'dash' ? 2 : 1;
  }
  try {
    yield* sys.kill(target, signal!);
    if (job?.state === 'stopped' && sh.isBash && (signal === 'TERM' || signal === 'HUP')) {
      yield* sys.kill(target, 'CONT');
      // A job that was continued just before is taken for running.
      const stopped = sh.interactive && !sh.killedJobs.has(job.id);
      if (stopped) yield* sh.stderr(`\n${jobLine(sh, job)}\n`);
    }
    const known = job ?? sh.jobs.find((j) => j.pids.includes(target));
    if (known && signal !== 0) sh.killedJobs.add(known.id);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = sh.errorText(error);
    if (sh.isBash) yield* sh.complain(`(${arg}) - ${text}`);
    else if (sh.dialect === 'dash') yield* sh.complain(`${text}\n`);
    else yield* sh.stderr(`${applet(sh)}: can't kill pid ${arg}: ${text}\n`);
    return 1;
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
