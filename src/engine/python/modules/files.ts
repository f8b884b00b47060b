/** `open()` and the standard streams as file objects (`Modules/_io`). Text is UTF-8. */
import { decodeUtf8, encodeUtf8 } from '../bytes-text';
import { SysError, sys, type Sys } from '../../../kernel';
import { natives, readLine } from '../builtins';
import { collect } from '../iteration';
import { osError } from '../os-error';
import { flushOutput, printTo } from '../output';
import { asIndex } from '../text';
import { builtInType, define, typeError, typeOf, valueError } from '../classes';
import { PyList, PyObject, Raised, type Keywords, type Names, type Value } from '../values';
import type { Vm } from '../vm';

export const STREAM = builtInType('_TextStream');
const FILE = builtInType('TextIOWrapper');

interface OpenText {
  readonly fd: number;
  readonly binary: boolean;
  held: Uint8Array;
  written: Uint8Array[];
  ended: boolean;
  closed: boolean;
}

const filesOf = (vm: Vm): Map<Value, OpenText> => {
  let files = vm.held.get('files') as Map<Value, OpenText> | undefined;
  if (!files) vm.held.set('files', (files = new Map()));
  return files;
};

function fileOf(vm: Vm, self: Value | undefined): OpenText {
  const file = filesOf(vm).get(self!);
  if (!file || file.closed) throw valueError('I/O operation on closed file.');
  return file;
}

function* open(vm: Vm, args: readonly Value[], named: Keywords): Sys<Value> {
  const path = args[0]!;
  const mode = (args[1] ?? named.get('mode') ?? 'r') as string;
  if (!/^[rwax]?[bt]?\+?[bt]?$/.test(mode)) throw valueError(`invalid mode: '${mode}'`);
  const flags = {
    read: mode.includes('r') || mode.includes('+') || /^[bt]?$/.test(mode),
    write: /[wax+]/.test(mode),
    append: mode.includes('a'),
    create: /[wax]/.test(mode),
    exclusive: mode.includes('x'),
    truncate: mode.includes('w'),
  };
  const name = path instanceof PyObject && typeof path.inner === 'string' ? path.inner : path;
  if (typeof name !== 'string')
    throw typeError(`expected str, bytes or os.PathLike object, not ${typeOf(path).name}`);
  let fd: number;
  try {
    fd = yield* vm.wait(() => sys.open(name, flags));
    const isFolder = flags.read && !flags.write && (yield* sys.fstat(fd)).type === 'dir';
    if (isFolder) throw new SysError('EISDIR');
  } catch (error) {
    if (error instanceof SysError && error.errno !== 'EINTR')
      throw new Raised(osError(error.errno, name));
    throw error;
  }
  const made = new PyObject(FILE);
  made.names.set('name', name);
  made.names.set('mode', mode);
  made.names.set('closed', false);
  const binary = mode.includes('b');
  const held = new Uint8Array(0);
  filesOf(vm).set(made, { fd, binary, held, written: [], ended: false, closed: false });
  return made;
}

function* flush(vm: Vm, file: OpenText): Sys<void> {
  const parts = file.written;
  file.written = [];
  for (const part of parts) yield* vm.wait(() => sys.write(file.fd, part));
}

function* more(vm: Vm, file: OpenText): Sys<boolean> {
  if (file.ended) return false;
  const bytes = yield* vm.wait(() => sys.read(file.fd));
  if (bytes.length === 0) file.ended = true;
  else {
    const joined = new Uint8Array(file.held.length + bytes.length);
    joined.set(file.held);
    joined.set(bytes, file.held.length);
    file.held = joined;
  }
  return !file.ended;
}

function take(file: OpenText, length: number): Value {
  const part = file.held.subarray(0, length);
  file.held = file.held.subarray(length);
  return file.binary ? part : decodeUtf8(part);
}

function* read(vm: Vm, [self, count]: readonly Value[]): Sys<Value> {
  if (isStream(self)) return yield* readStream(vm);
  const file = fileOf(vm, self);
  yield* flush(vm, file);
  const most = count === undefined || count === null ? Infinity : asIndex(count)!;
  while ((most < 0 || file.held.length < most) && (yield* more(vm, file)));
  return take(file, most < 0 ? file.held.length : Math.min(most, file.held.length));
}

const isStream = (self: Value | undefined) => self instanceof PyObject && self.type === STREAM;

function* readStream(vm: Vm): Sys<string> {
  let text = '';
  for (let line = yield* readLine(vm); line !== ''; line = yield* readLine(vm)) text += line;
  return text;
}

function* line(vm: Vm, self: Value): Sys<Value> {
  if (isStream(self)) return yield* readLine(vm);
  const file = fileOf(vm, self);
  while (!file.held.includes(10) && (yield* more(vm, file)));
  const end = file.held.indexOf(10);
  return take(file, end < 0 ? file.held.length : end + 1);
}

function* write(vm: Vm, [self, data]: readonly Value[]): Sys<Value> {
  if (isStream(self)) {
    const name = (self as PyObject).names.get('$stream') as 'stdout' | 'stderr';
    if (typeof data !== 'string')
      throw typeError(`write() argument must be str, not ${typeOf(data ?? null).name}`);
    yield* printTo(vm, name, data);
    return data.length;
  }
  const file = fileOf(vm, self);
  if (!file.binary && typeof data !== 'string')
    throw typeError(`write() argument must be str, not ${typeOf(data ?? null).name}`);
  if (file.binary && !(data instanceof Uint8Array))
    throw typeError(`a bytes-like object is required, not '${typeOf(data ?? null).name}'`);
  const bytes = typeof data === 'string' ? encodeUtf8(data) : (data as Uint8Array);
  file.written.push(bytes);
  if (file.written.reduce((sum, part) => sum + part.length, 0) >= 8192) yield* flush(vm, file);
  return (data as string | Uint8Array).length;
}

function* close(vm: Vm, [self]: readonly Value[]): Sys<Value> {
  const file = filesOf(vm).get(self!);
  if (!file || file.closed) return null;
  yield* flush(vm, file);
  file.closed = true;
  (self as PyObject).names.set('closed', true);
  yield* sys.close(file.fd);
  filesOf(vm).delete(self!);
  return null;
}

/** At the end of the program. */
export function* closeFiles(vm: Vm): Sys<void> {
  for (const [self] of filesOf(vm)) yield* close(vm, [self]);
}

const METHODS = {
  read,
  write,
  readline: (vm: Vm, [self]: readonly Value[]) => line(vm, self!),
  *__next__(vm: Vm, [self]: readonly Value[]): Sys<Value> {
    const text = yield* line(vm, self!);
    if ((text as string).length === 0) throw vm.exception('StopIteration');
    return text;
  },
  *readlines(vm: Vm, [self]: readonly Value[]): Sys<Value> {
    const lines: Value[] = [];
    for (;;) {
      const text = yield* line(vm, self!);
      if ((text as string).length === 0) return new PyList(lines);
      lines.push(text);
    }
  },
  *writelines(vm: Vm, [self, lines]: readonly Value[]): Sys<Value> {
    for (const each of yield* collect(vm, lines!)) yield* write(vm, [self!, each]);
    return null;
  },
  *flush(vm: Vm, [self]: readonly Value[]): Sys<Value> {
    if (isStream(self)) yield* flushOutput(vm);
    else yield* flush(vm, fileOf(vm, self));
    return null;
  },
  close,
  *isatty(_vm: Vm, [self]: readonly Value[]): Sys<Value> {
    const name = (self as PyObject).names.get('$stream');
    return yield* sys.isatty(name === 'stdin' ? 0 : name === 'stdout' ? 1 : 2);
  },
  *fileno(vm: Vm, [self]: readonly Value[]): Sys<Value> {
    const name = (self as PyObject).names.get('$stream');
    if (name === undefined) return fileOf(vm, self).fd;
    return name === 'stdin' ? 0 : name === 'stdout' ? 1 : 2;
  },
  *seek(vm: Vm, [self, at]: readonly Value[]): Sys<Value> {
    const file = fileOf(vm, self);
    yield* flush(vm, file);
    file.held = new Uint8Array(0);
    file.ended = false;
    return yield* sys.lseek(file.fd, asIndex(at!)!, 'set');
  },
  __exit__: close,
};
for (const type of [FILE, STREAM])
  define(type, { __enter__: (_vm, [self]) => self!, __iter__: (_vm, [self]) => self! }, METHODS);

export function fileNames(): Names {
  return new Map<string, Value>(natives({}, { open }));
}
