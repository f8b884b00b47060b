/** The prompt of `python3` on a terminal: reads an entry, runs it, goes on. */
import { SysError, sys, type Sys } from '../../kernel';
import { readLine } from './builtins';
import { compilePython } from './compiler';
import { Frame } from './frame';
import { syntaxError } from './importing';
import { PySyntaxError } from './lexer';
import { flushOutput, printTo } from './output';
import { parsePython } from './parser';
import { tracebackText } from './traceback';
import { Raised, type PyModule } from './values';
import type { Vm } from './vm';
import type { Code } from './code';

export function* prompt(vm: Vm, main: PyModule, version: string): Sys<void> {
  yield* printTo(
    vm,
    'stderr',
    `Python ${version} (main, Jul 19 2022, 00:40:42) [GCC 11.2.1 20220219] on linux\n` +
      'Type "help", "copyright", "credits" or "license" for more information.\n',
  );
  for (;;) {
    try {
      const code = yield* entry(vm);
      if (code === 'end') {
        yield* printTo(vm, 'stdout', '\n');
        return;
      }
      if (!code) continue;
      vm.push(new Frame(code, main.names, main.names, undefined));
      yield* vm.nest(0);
    } catch (error) {
      vm.frames.length = 0;
      const { value } = error instanceof SysError ? vm.asRaised(error) : vm.asRaised(error);
      if (value.type.name === 'SystemExit') throw new Raised(value);
      yield* flushOutput(vm);
      const text =
        value.type.name === 'KeyboardInterrupt' && value.trace === undefined
          ? '\nKeyboardInterrupt\n'
          : yield* tracebackText(vm, value);
      yield* printTo(vm, 'stderr', text);
    }
  }
}

/** Lines until they make a whole entry. */
function* entry(vm: Vm): Sys<Code | 'end' | undefined> {
  let text = '';
  for (;;) {
    yield* flushOutput(vm);
    yield* sys.write(1, text === '' ? '>>> ' : '... ');
    const line = yield* readLine(vm);
    if (line === '') return text === '' ? 'end' : undefined;
    const blank = line.trim() === '';
    if (text === '' && blank) return undefined;
    text += line;
    try {
      const body = parsePython(text);
      const opens = /:\s*(#.*)?$/.test(text.split('\n')[0]!) || text.startsWith('@');
      if (opens && !blank) continue;
      return compilePython(body, '<stdin>', true);
    } catch (error) {
      if (!(error instanceof PySyntaxError)) throw error;
      const block = error.unfinished || error.message.startsWith('expected an indented block');
      if (block && !(blank && text.split('\n').length > 2)) continue;
      throw new Raised(syntaxError(error, '<stdin>', text));
    }
  }
}
