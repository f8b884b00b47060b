/** Prints exceptions as CPython 3.10 does (`Python/pythonrun.c`, `traceback.c`). */
import { SysError, sys, type Sys } from '../../kernel';
import { LIBRARY_PATH } from './library-names';
import { SOURCE_MODULES } from './importing';
import { str } from './text';
import { EXCEPTION } from './classes';
import { PyObject, PyTuple, isSubclass, type TraceLine } from './values';
import type { Vm } from './vm';

const CAUSE = '\nThe above exception was the direct cause of the following exception:\n\n';
const CONTEXT = '\nDuring handling of the above exception, another exception occurred:\n\n';
/** The same line so often in a row is told once with a count. */
const REPEATS = 3;
const CHAIN_MAX = 20;

export function* tracebackText(vm: Vm, error: PyObject, depth = 0): Sys<string> {
  let text = '';
  const cause = error.names.get('__cause__');
  const context = error.names.get('__context__');
  if (depth < CHAIN_MAX && cause instanceof PyObject)
    text = (yield* tracebackText(vm, cause, depth + 1)) + CAUSE;
  else if (
    depth < CHAIN_MAX &&
    context instanceof PyObject &&
    !error.names.has('__suppress_context__')
  )
    text = (yield* tracebackText(vm, context, depth + 1)) + CONTEXT;
  if (error.trace !== undefined && error.trace.length > 0)
    text += `Traceback (most recent call last):\n${yield* lines(vm, error.trace)}`;
  return text + (yield* lastLine(vm, error));
}

function* lines(vm: Vm, trace: readonly TraceLine[]): Sys<string> {
  let text = '';
  let same = 0;
  const sources = new Map<string, readonly string[]>();
  for (const [i, at] of trace.entries()) {
    const before = trace[i - 1];
    const repeated = before?.file === at.file && before.line === at.line && before.name === at.name;
    same = repeated ? same + 1 : 0;
    if (same < REPEATS) text += yield* oneLine(vm, at, sources);
    const next = trace[i + 1];
    const goesOn = next?.file === at.file && next.line === at.line && next.name === at.name;
    if (same >= REPEATS && !goesOn) {
      const more = same - REPEATS + 1;
      text += `  [Previous line repeated ${more} more time${more === 1 ? '' : 's'}]\n`;
    }
  }
  return text;
}

function* oneLine(vm: Vm, at: TraceLine, sources: Map<string, readonly string[]>): Sys<string> {
  let source = sources.get(at.file);
  if (!source) sources.set(at.file, (source = yield* sourceOf(vm, at.file)));
  const code = source[at.line - 1]?.trim() ?? '';
  const head = `  File "${at.file}", line ${at.line}, in ${at.name}\n`;
  return code === '' ? head : `${head}    ${code}\n`;
}

function* sourceOf(_vm: Vm, file: string): Sys<readonly string[]> {
  if (file.startsWith('<')) return [];
  if (file.startsWith(`${LIBRARY_PATH}/`)) {
    const name = file.slice(LIBRARY_PATH.length + 1, -3).replace(/\//g, '.');
    const text = SOURCE_MODULES.get(name);
    if (text !== undefined) return text.split('\n');
  }
  try {
    return (yield* sys.readText(file)).split('\n');
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR') return [];
    throw error;
  }
}

function* lastLine(vm: Vm, error: PyObject): Sys<string> {
  const { type } = error;
  const name =
    type.module === 'builtins' || type.module === '__main__'
      ? nameIn(type.module, type.name)
      : `${type.module}.${type.name}`;
  const at = error.names.get('$at');
  if (at instanceof PyTuple) {
    const [file, line, column, code] = at.items as [string, number, number, string];
    const shown = code.trimStart();
    const caret = Math.max(0, column - (code.length - shown.length));
    const mark = shown === '' ? '' : `    ${shown.trimEnd()}\n    ${' '.repeat(caret)}^\n`;
    return `  File "${file}", line ${line}\n${mark}${name}: ${yield* str(vm, error)}\n`;
  }
  const text = yield* str(vm, error);
  return text === '' ? `${name}\n` : `${name}: ${text}\n`;
}

const nameIn = (module: string, name: string) =>
  module === '__main__' ? `__main__.${name}` : name;

export const isError = (error: PyObject): boolean => isSubclass(error.type, EXCEPTION);
