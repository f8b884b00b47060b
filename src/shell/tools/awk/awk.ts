/** awk: options and messages. Models mawk 1.3.4 as in Debian, and BusyBox `editors/awk.c`. */
import { sys, SysError, type Sys } from '../../../kernel';
import { errnoText } from '../../errno';
import { typedBytes } from '../byte-text';
import type { Context, Tool } from '../tool';
import { unescapeAwk } from './lexer';
import { AwkMachine, AwkStop } from './machine';
import { parseAwk } from './parser';
import { AwkFault, type AwkProgram } from './syntax';
import { fromInput } from './values';

function complaint(tool: Context, fault: AwkFault, text: string): string {
  const atEnd = fault.token === '' || fault.token === '\n';
  if (tool.busybox) {
    const what = fault.missing === '' && atEnd ? 'Unexpected end of string' : 'Unexpected token';
    return `cmd. line:${Math.min(fault.line, text.split('\n').length)}: ${what}`;
  }
  if (fault.missing === 'regex' || fault.missing === 'string') {
    const kind = fault.missing === 'regex' ? 'regular expression' : 'string';
    return `run-away ${kind} ${fault.token} ...`;
  }
  // mawk has read the line's end by the time it complains.
  if (atEnd && fault.missing === '}') return `line ${fault.line + 1}: missing } near end of file`;
  const near = atEnd ? 'at or near end of line' : `at or near ${fault.token}`;
  return `line ${fault.line}: syntax error ${near}`;
}

function* programText(tool: Context, files: readonly string[], operands: string[]): Sys<string> {
  if (files.length === 0) {
    const text = operands.shift();
    if (text !== undefined) return text;
    if (tool.busybox) yield* tool.usage();
    yield* sys.write(2, 'Usage: mawk [Options] [Program] [file ...]\n');
    return yield* tool.fail('no program', 2);
  }
  const parts: string[] = [];
  for (const path of files) {
    try {
      parts.push(yield* sys.readText(path));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      if (tool.busybox) return yield* tool.fail(`can't open '${path}': ${reason}`);
      return yield* tool.fail(`couldn't open file ${path} ( ${reason} )`, 2);
    }
  }
  return parts.join('\n');
}

function* runAwk(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: tool.busybox ? 'F:v:f:e:' : 'F:v:f:W:',
    long: tool.busybox ? {} : { 'field-separator': '=F', assign: '=v', file: '=f' },
    posix: true,
  });
  const operands = [...options.operands];
  const files = options.all.filter(([n]) => n === 'f').map(([, v]) => v!);
  const text = options.values.get('e') ?? (yield* programText(tool, files, operands));
  let program: AwkProgram;
  try {
    program = parseAwk(typedBytes(text));
  } catch (error) {
    if (!(error instanceof AwkFault)) throw error;
    return yield* tool.fail(complaint(tool, error, text), tool.busybox ? 1 : 2);
  }
  const noise = tool.busybox ? new Uint8Array(4) : yield* sys.random(4);
  const machine = new AwkMachine(tool, program, noise[0]! + 256 * (noise[1]! + 256 * noise[2]!));
  for (const [name, value] of options.all) {
    if (name === 'F')
      machine.global('FS').value = unescapeAwk(typedBytes(value!)).replace(/^t$/, '\t');
    if (name !== 'v') continue;
    const cut = value!.indexOf('=');
    if (cut < 1) yield* tool.usage();
    machine.assignVariable(
      value!.slice(0, cut),
      fromInput(unescapeAwk(typedBytes(value!.slice(cut + 1)))),
    );
  }
  const argv = machine.global('ARGV').elements();
  for (const [i, arg] of [tool.name, ...operands].entries())
    argv.set(String(i), fromInput(typedBytes(arg)));
  machine.global('ARGC').value = operands.length + 1;
  return yield* finish(tool, machine);
}

function* finish(tool: Context, machine: AwkMachine): Sys<number> {
  try {
    return yield* machine.run();
  } catch (error) {
    if (!(error instanceof AwkStop)) throw error;
    if (error.message === '') {
      yield* machine.streams.closeAll();
      return machine.exitCode;
    }
    yield* tool.warn(error.message);
    return error.status;
  }
}

export const AWK_TOOLS: readonly Tool[] = [
  { name: 'awk', run: runAwk },
  { name: 'mawk', run: runAwk, only: 'gnu' },
];
