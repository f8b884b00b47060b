/** echo, printf, test and [ within the shell. The work is shared with the programs of these names. */
import { sys, type Sys } from '../../kernel';
import type { Shell } from '../exec/shell';
import { invalidOption, NAME, type Builtin } from './builtin';
import { echoText, type EchoStyle } from './echo';
import { formatPrintf } from './printf-format';
import { bytesOf, textOf } from './raw-bytes';
import { runTest, TestFault } from './test-expression';

function* echo(sh: Shell, argv: readonly string[]): Sys<number> {
  const style: EchoStyle =
    sh.dialect === 'dash'
      ? 'dash'
      : sh.isBash
        ? sh.shopt.has('xpg_echo')
          ? 'xpg'
          : 'bash'
        : 'ash';
  const text = echoText(argv.slice(1), style);
  if (text.length > 0) yield* sys.write(1, bytesOf(text));
  else if (!sh.userFds.has(1)) yield* sys.write(1, '');
  return 0;
}

function* printf(sh: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let into: string | undefined;
  if (sh.isBash && args[0] === '-v') {
    into = args[1];
    args = args.slice(2);
  }
  if (args[0] === '--') args = args.slice(1);
  else if (/^-./.test(args[0] ?? '') && sh.dialect !== 'ash') {
    return yield* invalidOption(sh, args[0]!.slice(0, 2), 'printf [-v var] format [arguments]');
  }
  if (args.length === 0) {
    if (sh.isBash) yield* sh.stderr('printf: usage: printf [-v var] format [arguments]\n');
    else if (sh.dialect === 'dash') yield* sh.complain('usage: printf format [arg ...]');
    else yield* sh.stderr(`${shortName(sh)}: usage: printf FORMAT [ARGUMENT...]\n`);
    return 2;
  }
  const clock = args[0]!.includes(')T') ? (yield* sys.clock()).unixUs : 0;
  const result = formatPrintf(args[0]!, args.slice(1), sh.dialect, clock);
  if (into !== undefined) {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(into);
    if (element) {
      const assoc = sh.vars.lookup(element[1]!)?.assoc !== undefined;
      sh.vars.setElement(
        element[1]!,
        assoc ? element[2]! : Number(element[2]),
        textOf(result.text),
      );
    } else if (NAME.test(into)) sh.vars.set(into, textOf(result.text));
    else {
      yield* sh.complain(`\`${into}': not a valid identifier`);
      return 2;
    }
  } else if (result.text !== '') yield* sys.write(1, bytesOf(result.text));
  for (const error of result.errors) {
    if (sh.dialect === 'ash') yield* sh.stderr(`${sh.applet}: ${error}\n`);
    else yield* sh.complain(error);
  }
  return result.status;
}

function* test(sh: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  const name = argv[0]!;
  if (name === '[' || name === '[[') {
    const close = name === '[' ? ']' : ']]';
    if (args.at(-1) !== close) {
      if (sh.dialect === 'ash') yield* sh.stderr(`${shortName(sh)}: missing ${close}\n`);
      else yield* sh.complain(sh.isBash ? `missing \`${close}'` : `missing ${close}`);
      return 2;
    }
    args = args.slice(0, -1);
  }
  try {
    return (yield* runTest(args, sh.dialect, sh, name === '[[')) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestFault)) throw error;
    if (error.message === '') return 2;
    if (sh.dialect === 'ash') yield* sh.stderr(`${shortName(sh)}: ${error.message}\n`);
    else yield* sh.complain(error.message);
    return 2;
  }
}

function shortName(sh: Shell): string {
  return sh.applet;
}

export const TEXT_BUILTINS: readonly Builtin[] = [
  { name: 'echo', run: echo },
  { name: 'printf', run: printf },
  { name: 'test', run: test },
  { name: '[', run: test },
  { name: '[[', only: ['ash'], run: test },
];
