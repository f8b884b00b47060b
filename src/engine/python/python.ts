/**
 * The program `python3`: its command line, `-c`, `-m`, a script, standard input, and the prompt.
 * Models CPython 3.10 (`Modules/main.c`) on a machine of our own, see vm.ts. Not modelled is named:
 * modules of the library that are missing, async, match.
 */
import { decodeUtf8 } from '../../base';
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';
import './string-methods';
import { builtInNames } from './builtins';
import { Frame } from './frame';
import { NotSimulated, compileFile, importModule, sourceToRun } from './importing';
import { LIBRARY_PATH } from './library-names';
import { installMakers } from './makers';
import { closeFiles, fileNames } from './modules/files';
import './modules';
import { closeOutput, openStreams, printTo } from './output';
import { readOptions, type Options } from './options';
import { prompt } from './prompt';
import { str } from './text';
import { isError, tracebackText } from './traceback';
import { notModelled } from './unmodelled';
import { PyList, PyModule, PyTuple, type PyObject, type Value } from './values';
import { Vm } from './vm';

installMakers();
/** Death by SIGINT as a shell tells it. */
const INTERRUPTED = 130;
const NOT_SIMULATED = 125;

export function* python(start: ProcessStart): Sys<number> {
  const kept = start.resume as Vm | undefined;
  if (kept) return yield* finish(kept, () => kept.run(0));
  const version = start.env['PYTHON_VERSION'] ?? '3.10.5';
  const options = readOptions(start.argv, version);
  if ('answer' in options) {
    yield* sys.write(options.code === 0 ? 1 : 2, options.answer);
    return options.code;
  }
  const vm = new Vm(options.argv, start.env);
  vm.builtins = new Map([...builtInNames(), ...fileNames()]);
  const unbuffered = options.unbuffered || (start.env['PYTHONUNBUFFERED'] ?? '') !== '';
  yield* openStreams(vm, unbuffered);
  yield* sys.sigaction('INT', 'catch');
  yield* sys.sigaction('PIPE', 'ignore');
  return yield* finish(vm, () => begin(vm, options));
}

function* begin(vm: Vm, options: Options): Sys<unknown> {
  const main = new PyModule('__main__', new Map<string, Value>([['__name__', '__main__']]));
  vm.modules.set('__main__', main);
  vm.modules.set('builtins', new PyModule('builtins', vm.builtins));
  main.names.set('__builtins__', vm.modules.get('builtins')!);
  const { kind, text } = options;
  // Every frame needs one below it that waits for results.
  vm.push(new Frame(compileFile('pass', '<start>'), main.names, main.names, undefined));
  const sysModule = yield* importModule(vm, 'sys');
  const folder = kind === 'file' ? text.replace(/[^/]*$/, '').replace(/(?<=.)\/$/, '') : '';
  const first = folder !== '' && folder.startsWith('/') ? folder : yield* absolute(folder);
  const path = vm.environment['PYTHONPATH']?.split(':').filter((each) => each !== '') ?? [];
  const own = kind === 'file' || kind === 'module' ? first : '';
  sysModule.names.set(
    'path',
    new PyList([own, ...path, LIBRARY_PATH, sitePackages(options.version)]),
  );
  vm.frames.length = 0;
  if (kind === 'prompt' || (kind === 'stdin' && (yield* sys.isatty(0))))
    return yield* prompt(vm, main, options.version);
  if (kind === 'module') return yield* runAsMain(vm, main, text);
  if (kind === 'command') return yield* runText(vm, main, text, '<string>');
  if (kind === 'stdin') {
    const source = decodeUtf8(yield* sys.readAll(0));
    return yield* runText(vm, main, source, '<stdin>');
  }
  const source = yield* script(text);
  // Since 3.9 the script is known by its whole path.
  const file = text.startsWith('/') ? text : yield* absolute(text);
  main.names.set('__file__', file);
  return yield* runText(vm, main, source, file);
}

const sitePackages = (version: string) =>
  `/usr/local/lib/python${version.split('.').slice(0, 2).join('.')}/site-packages`;

function* absolute(folder: string): Sys<string> {
  const cwd = yield* sys.getcwd();
  return folder === '' ? cwd : `${cwd === '/' ? '' : cwd}/${folder}`;
}

/** Cannot be read: Python's own words, before anything runs. */
class NoScript extends Error {
  constructor(
    message: string,
    readonly code = 2,
  ) {
    super(message);
  }
}

function* script(path: string): Sys<string> {
  try {
    return yield* sys.readText(path);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
    const cwd = yield* sys.getcwd();
    const full = path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`;
    if (error.errno === 'EISDIR') {
      throw new NoScript(`/usr/local/bin/python: can't find '__main__' module in '${full}'\n`);
    }
    const [number, text] =
      error.errno === 'EACCES' ? [13, 'Permission denied'] : [2, 'No such file or directory'];
    throw new NoScript(`python: can't open file '${full}': [Errno ${number}] ${text}\n`);
  }
}
function* runText(vm: Vm, main: PyModule, text: string, file: string): Sys<unknown> {
  vm.push(new Frame(compileFile(text, file), main.names, main.names, undefined));
  return yield* vm.run(0);
}

/** `python -m name`: its source runs as `__main__`. */
function* runAsMain(vm: Vm, main: PyModule, name: string): Sys<unknown> {
  const found = yield* sourceToRun(vm, name);
  if (!found) throw new NoScript(`/usr/local/bin/python: No module named ${name}\n`, 1);
  const [text, file] = found;
  main.names.set('__file__', file);
  return yield* runText(vm, main, text, file);
}

/** Runs to the end, and says what became of it. */
function* finish(vm: Vm, run: () => Sys<unknown>): Sys<number> {
  let code = 0;
  try {
    yield* run();
  } catch (error) {
    code = yield* ended(vm, error);
  }
  try {
    yield* closeFiles(vm);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return (yield* closeOutput(vm)) ? code : 120;
}

function* ended(vm: Vm, error: unknown): Sys<number> {
  if (error instanceof NoScript) {
    yield* sys.write(2, error.message);
    return error.code;
  }
  if (error instanceof NotSimulated) {
    yield* sys.write(2, `python: not simulated: ${error.message}\n`);
    return NOT_SIMULATED;
  }
  const thrown = vm.asRaised(error);
  const { value } = thrown;
  if (value.type.name === 'SystemExit') return yield* exitCode(vm, value);
  yield* closeOutput(vm);
  yield* printTo(vm, 'stderr', yield* tracebackText(vm, value));
  const missing = notModelled(value);
  if (missing !== undefined) {
    yield* sys.write(2, `python: not simulated: ${missing}\n`);
    return NOT_SIMULATED;
  }
  return isError(value) || value.type.name !== 'KeyboardInterrupt' ? 1 : INTERRUPTED;
}

function* exitCode(vm: Vm, value: PyObject): Sys<number> {
  const args = value.names.get('args');
  const first = args instanceof PyTuple ? args.items[0] : undefined;
  const code = value.names.get('code') ?? first ?? null;
  if (code === null) return 0;
  if (typeof code === 'number') return code & 255;
  if (typeof code === 'boolean') return code ? 1 : 0;
  yield* closeOutput(vm);
  yield* printTo(vm, 'stderr', `${yield* str(vm, code)}\n`);
  return 1;
}
