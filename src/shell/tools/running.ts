/** env, nohup, timeout, time: programs that start another. Models coreutils and BusyBox. */
import { sys, SysError, type Signal, type Sys, type WaitStatus } from '../../kernel';
import { errnoText } from '../errno';
import { signalByName, statusOf } from '../exec/waiting';
import { statOrNone } from './files';
import { ToolExit, type Context, type Tool } from './tool';

/** Finds an executable as execvp does. */
export function* findProgram(
  env: Readonly<Record<string, string>>,
  name: string,
): Sys<string | undefined> {
  const dirs = name.includes('/')
    ? ['']
    : (env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':');
  for (const dir of dirs) {
    const path = dir === '' ? name : `${dir}/${name}`;
    const stat = yield* statOrNone(path);
    if (stat && (dir === '' || (stat.type !== 'dir' && stat.mode & 0o111))) return path;
  }
  return undefined;
}

/** Becomes another program; complains in the tool's words if it cannot. */
export function* becomeProgram(
  tool: Context,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Sys<never> {
  yield* tool.flush();
  const name = argv[0]!;
  const path = yield* findProgram(env, name);
  if (path === undefined) return yield* cannotRun(tool, name, 'No such file or directory', 127);
  if ((yield* statOrNone(path))?.type === 'dir')
    return yield* cannotRun(tool, name, 'Permission denied', 126);
  try {
    return yield* sys.exec(path, argv, env);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOEXEC')
      return yield* sys.exec('/bin/sh', ['sh', path, ...argv.slice(1)], env);
    return yield* cannotRun(
      tool,
      name,
      errnoText(error.errno),
      error.errno === 'ENOENT' ? 127 : 126,
    );
  }
}

export function* cannotRun(
  tool: Context,
  name: string,
  reason: string,
  status: number,
): Sys<never> {
  if (tool.busybox && tool.name === 'xargs') yield* tool.say(`xargs: ${name}: ${reason}\n`);
  else if (tool.busybox) yield* tool.say(`${tool.name}: can't execute '${name}': ${reason}\n`);
  else if (tool.name === 'env' || tool.name === 'xargs' || tool.name === 'nice')
    yield* sys.write(2, `${tool.name}: ${tool.name !== 'xargs' ? `'${name}'` : name}: ${reason}\n`);
  else yield* sys.write(2, `${tool.name}: failed to run command '${name}': ${reason}\n`);
  throw new ToolExit(status);
}

function* runEnv(tool: Context): Sys<number> {
  const { flags, all, operands } = yield* tool.options({
    short: 'iu:0C:S:v',
    long: { 'ignore-environment': 'i', unset: '=u', null: '0', chdir: '=C' },
    posix: true,
  });
  let env: Record<string, string> = flags.has('i') || operands[0] === '-' ? {} : { ...tool.env };
  for (const [name, value] of all)
    if (name === 'u') env = Object.fromEntries(Object.entries(env).filter(([k]) => k !== value));
  let i = operands[0] === '-' ? 1 : 0;
  for (; i < operands.length && operands[i]!.includes('='); i++) {
    const cut = operands[i]!.indexOf('=');
    env[operands[i]!.slice(0, cut)] = operands[i]!.slice(cut + 1);
  }
  if (i < operands.length) return yield* becomeProgram(tool, operands.slice(i), env);
  const end = flags.has('0') ? '\0' : '\n';
  for (const [name, value] of Object.entries(env)) yield* tool.print(`${name}=${value}${end}`);
  return 0;
}

function* runNohup(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: '', posix: true });
  if (operands.length === 0)
    yield* tool.usage(tool.busybox ? undefined : 'missing operand', tool.busybox ? 127 : 125);
  yield* sys.sigaction('HUP', 'ignore');
  if (yield* sys.isatty(1)) {
    const fd = yield* sys.open('nohup.out', { write: true, create: true, append: true }, 0o600);
    yield* sys.write(
      2,
      tool.busybox
        ? 'nohup: appending output to nohup.out\n'
        : "nohup: ignoring input and appending output to 'nohup.out'\n",
    );
    yield* sys.dup2(fd, 1);
    yield* sys.close(fd);
    if (yield* sys.isatty(2)) yield* sys.dup2(1, 2);
  }
  return yield* becomeProgram(tool, operands, tool.env);
}

function* spawnProgram(tool: Context, argv: readonly string[], pgid?: number): Sys<number> {
  const path = yield* findProgram(tool.env, argv[0]!);
  if (path === undefined) return yield* cannotRun(tool, argv[0]!, 'No such file or directory', 127);
  const fds: [number, number][] = [
    [0, 0],
    [1, 1],
    [2, 2],
  ];
  try {
    return yield* sys.spawn({
      path,
      argv,
      env: tool.env,
      fds,
      ...(pgid === undefined ? {} : { pgid }),
    });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* cannotRun(tool, argv[0]!, errnoText(error.errno), 126);
  }
}

function durationUs(text: string): number | undefined {
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  return match
    ? Number(match[1]) * ({ m: 60, h: 3600, d: 86_400 }[match[2]!] ?? 1) * 1e6
    : undefined;
}

function* runTimeout(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? 's:k:' : 's:k:v',
    long: {
      signal: '=s',
      'kill-after': '=k',
      'preserve-status': 'preserve',
      foreground: 'foreground',
      verbose: 'v',
    },
    posix: true,
  });
  if (operands.length < 2) yield* tool.usage(undefined, tool.busybox ? 1 : 125);
  const us = durationUs(operands[0]!);
  if (us === undefined)
    if (tool.busybox) yield* tool.fail(`invalid number '${operands[0]!}'`);
    else yield* tool.usage(`invalid time interval '${operands[0]!}'`, 125);
  const signal = signalByName(values.get('s') ?? 'TERM');
  if (!signal)
    yield* tool.usage(tool.busybox ? undefined : `${values.get('s')!}: invalid signal`, 125);
  const pid = yield* spawnProgram(tool, operands.slice(1));
  const end = (yield* sys.clock()).monotonicUs + us!;
  yield* sys.sigaction('CHLD', 'catch');
  let sent: Signal | undefined;
  let killAt = Infinity;
  for (;;) {
    const result = yield* sys.waitpidNow(pid);
    if (result) return yield* finishTimeout(tool, result, sent, flags.has('preserve'));
    const now = (yield* sys.clock()).monotonicUs;
    if (sent === undefined && us! > 0 && now >= end) {
      sent = signal as Signal;
      yield* sys.kill(pid, sent);
      if (values.has('k')) killAt = now + (durationUs(values.get('k')!) ?? 0);
      continue;
    }
    if (now >= killAt) {
      killAt = Infinity;
      sent = 'KILL';
      yield* sys.kill(pid, 'KILL');
    }
    const next = sent === undefined ? (us! > 0 ? end : Infinity) : killAt;
    yield* sleepOrSignal(Math.min(next - now, 3600e6));
  }
}

/**
 * BusyBox's timeout is the program itself, so it dies as that does. coreutils' sends to its group, of
 * which it is one: KILL reaches it too.
 */
function* finishTimeout(
  tool: Context,
  result: WaitStatus,
  sent: Signal | undefined,
  preserve: boolean,
): Sys<number> {
  const status = statusOf(result);
  if (sent === undefined) return status;
  const dies = tool.busybox ? result.termSignal : sent === 'KILL' ? 'KILL' : undefined;
  if (dies) {
    if (dies !== 'KILL') yield* sys.sigaction(dies, 'default');
    yield* sys.kill(yield* sys.getpid(), dies);
  }
  return tool.busybox || preserve ? status : 124;
}

function* sleepOrSignal(us: number): Sys<void> {
  try {
    yield* sys.sleep(us);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    yield* sys.sigpending();
  }
}

function* runTime(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'pvf:o:a', posix: true });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing program to run');
  const begin = (yield* sys.clock()).monotonicUs;
  let status: number;
  try {
    const pid = yield* spawnProgram(tool, operands);
    status = statusOf(yield* sys.waitpid(pid));
  } catch (error) {
    if (!(error instanceof ToolExit)) throw error;
    ({ status } = error);
  }
  const seconds = ((yield* sys.clock()).monotonicUs - begin) / 1e6;
  if (status !== 0) yield* sys.write(2, `Command exited with non-zero status ${status}\n`);
  if (flags.has('p')) yield* sys.write(2, `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
  else if (tool.busybox) {
    const minutes = Math.floor(seconds / 60);
    yield* sys.write(
      2,
      `real\t${minutes}m ${(seconds - minutes * 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
    );
  } else
    yield* sys.write(
      2,
      `0.00user 0.00system 0:${seconds.toFixed(2).padStart(5, '0')}elapsed 0%CPU (0avgtext+0avgdata 2048maxresident)k\n0inputs+0outputs (0major+100minor)pagefaults 0swaps\n`,
    );
  return status;
}

export const RUNNING_TOOLS: readonly Tool[] = [
  { name: 'env', run: runEnv, usageStatus: 125 },
  { name: 'nohup', run: runNohup },
  { name: 'timeout', run: runTimeout },
  {
    name: 'time',
    run: runTime,
    usage:
      'time [-vpa] [-o FILE] PROG ARGS\n\nRun PROG, display resource usage when it exits\n\n\t-v\tVerbose\n\t-p\tPOSIX output format\n\t-f FMT\tCustom format\n\t-o FILE\tWrite result to FILE\n\t-a\tAppend (else overwrite)',
  },
];
