/** Small tools that print their arguments or a constant. Models coreutils' programs of these names. */
import { sys, SysError, type Sys } from '../../kernel';
import { echoText } from '../builtins/echo';
import { formatPrintf } from '../builtins/printf-format';
import { bytesOf } from '../builtins/raw-bytes';
import { versionText } from './gnu-versions';
import { runTest, TestFault } from '../builtins/test-expression';
import { type Context, type Tool } from './tool';

// eslint-disable-next-line require-yield -- a program that calls nothing
function* succeed(): Sys<number> {
  return 0;
}
// eslint-disable-next-line require-yield -- a program that calls nothing
function* failPlainly(): Sys<number> {
  return 1;
}

function* runEcho(tool: Context): Sys<number> {
  if (!tool.busybox && tool.args.length === 1 && tool.args[0] === '--version') {
    yield* tool.print(versionText('echo')!);
    return 0;
  }
  yield* tool.print(bytesOf(echoText(tool.args, tool.busybox ? 'ash' : 'gnu')));
  return 0;
}

function* runPrintf(tool: Context): Sys<number> {
  const args = tool.args[0] === '--' ? tool.args.slice(1) : tool.args;
  if (args.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  const result = formatPrintf(args[0]!, args.slice(1), tool.busybox ? 'ash' : 'gnu');
  yield* tool.print(bytesOf(result.text));
  for (const error of result.errors) yield* tool.warn(error);
  return result.status;
}

function* runTestTool(tool: Context): Sys<number> {
  let { args } = tool;
  if (tool.name === '[') {
    if (args.at(-1) !== ']') {
      yield* sys.write(2, tool.busybox ? '[: missing ]\n' : "[: missing ']'\n");
      return 2;
    }
    args = args.slice(0, -1);
  }
  try {
    return (yield* runTest(args, tool.busybox ? 'ash' : 'gnu', undefined, false)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestFault)) throw error;
    yield* sys.write(2, `${tool.name}: ${error.message}\n`);
    return 2;
  }
}

function* runYes(tool: Context): Sys<number> {
  const line = `${tool.args.length > 0 ? tool.args.join(' ') : 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  for (;;) {
    yield* sys.turn('yes', undefined);
    yield* sys.write(1, block);
  }
}

function* runSleep(tool: Context): Sys<number> {
  const args = tool.args[0] === '--' ? tool.args.slice(1) : tool.args;
  const first = args[0];
  if (first === undefined) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (/^-./.test(first!) && !tool.busybox) yield* tool.usage(`invalid option -- '${first![1]!}'`);
  let us = 0;
  for (const arg of args) {
    const match = /^(\d*\.?\d*(?:e[-+]?\d+)?)([smhd]?)$/i.exec(arg);
    if (!match || match[1] === '' || match[1] === '.') {
      if (tool.busybox) return yield* tool.fail(`invalid number '${arg}'`);
      yield* tool.warn(`invalid time interval '${arg}'`);
      yield* tool.usage();
    }
    const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match![2]!] ?? 1;
    us += Number(match![1]) * factor * 1e6;
  }
  yield* sleepFully(us);
  return 0;
}

/** A stop and its continuation do not shorten a sleep. */
function* sleepFully(us: number): Sys<void> {
  const end = (yield* sys.clock()).monotonicUs + Math.round(us);
  for (;;) {
    const left = end - (yield* sys.clock()).monotonicUs;
    if (left <= 0) return;
    try {
      yield* sys.sleep(left);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}

function* runBasename(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: 'as:z',
    long: { multiple: 'a', suffix: '=s', zero: 'z' },
    posix: true,
  });
  const { operands, flags, values } = options;
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  const many = flags.has('a') || flags.has('s');
  if (!many && operands.length > 2) {
    yield* tool.usage(tool.busybox ? undefined : `extra operand '${operands[2]!}'`);
  }
  const suffix = many ? values.get('s') : operands[1];
  for (const path of many ? operands : operands.slice(0, 1)) {
    let name = path.replace(/\/+$/, '').replace(/^.*\//, '');
    if (name === '') name = path === '' ? '' : '/';
    if (suffix && name.endsWith(suffix) && name !== suffix) name = name.slice(0, -suffix.length);
    yield* tool.print(`${name}${flags.has('z') ? '\0' : '\n'}`);
  }
  return 0;
}

function* runDirname(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: 'z', long: { zero: 'z' } });
  if (operands.length === 0) yield* tool.usage(tool.busybox ? undefined : 'missing operand');
  if (tool.busybox && operands.length > 1) yield* tool.usage();
  for (const path of operands) {
    const trimmed = path.replace(/\/+$/, '');
    const cut = trimmed.lastIndexOf('/');
    const dir =
      cut < 0
        ? path.startsWith('/') && trimmed === ''
          ? '/'
          : '.'
        : trimmed.slice(0, cut).replace(/\/+$/, '') || '/';
    yield* tool.print(`${dir}\n`);
  }
  return 0;
}

function* runPwd(tool: Context): Sys<number> {
  yield* tool.print(`${yield* sys.getcwd()}\n`);
  return 0;
}

function* runPrintenv(tool: Context): Sys<number> {
  const { operands } = yield* tool.options({ short: '0', posix: true });
  if (operands.length === 0) {
    for (const [name, value] of Object.entries(tool.env)) yield* tool.print(`${name}=${value}\n`);
    return 0;
  }
  let status = 0;
  for (const name of operands) {
    const value = tool.env[name];
    if (value === undefined) status = 1;
    else yield* tool.print(`${value}\n`);
  }
  return status;
}

function* runClear(tool: Context): Sys<number> {
  yield* tool.print(tool.busybox ? '\x1b[H\x1b[J' : '\x1b[H\x1b[2J\x1b[3J');
  return 0;
}

function* hasTerminal(): Sys<boolean> {
  for (const fd of [2, 1, 0]) if (yield* sys.isatty(fd)) return true;
  return false;
}

function* runReset(tool: Context): Sys<number> {
  if (!tool.busybox && !(yield* hasTerminal())) {
    yield* tool.say('reset: terminal attributes: No such device or address\n\n');
    return 1;
  }
  if (yield* sys.isatty(1)) {
    const before = yield* sys.tcgetattr(1);
    yield* sys.tcsetattr(1, {
      ...before,
      icanon: true,
      echo: true,
      isig: true,
      icrnl: true,
      opost: true,
    });
  }
  yield* tool.print('\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>\r');
  return 0;
}

export const WORD_TOOLS: readonly Tool[] = [
  { name: 'true', run: succeed },
  { name: 'false', run: failPlainly },
  { name: 'echo', run: runEcho },
  {
    name: 'printf',
    run: runPrintf,
    usage: 'printf FORMAT [ARG]...\n\nFormat and print ARG(s) according to FORMAT (a-la C printf)',
  },
  { name: 'test', run: runTestTool },
  { name: '[', run: runTestTool },
  { name: 'yes', run: runYes },
  {
    name: 'sleep',
    run: runSleep,
    usage:
      'sleep [N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays',
  },
  {
    name: 'basename',
    run: runBasename,
    usage:
      'basename FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...\n\nStrip directory path and SUFFIX from FILE\n\n\t-a\t\tAll arguments are FILEs\n\t-s SUFFIX\tRemove SUFFIX (implies -a)',
  },
  {
    name: 'dirname',
    run: runDirname,
    usage: 'dirname FILENAME\n\nStrip non-directory suffix from FILENAME',
  },
  { name: 'pwd', run: runPwd },
  { name: 'printenv', run: runPrintenv },
  { name: 'clear', run: runClear },
  { name: 'reset', run: runReset },
];
