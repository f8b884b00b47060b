/**
 * Tells errors that a real program would not have had: a name of CPython 3.10 that exists there and not
 * here. The program ends as not simulated then, instead of with an error that says something untrue.
 */
import { NATIVE_MODULES, SOURCE_MODULES } from './importing';
import type { PyObject } from './values';
import { argsOf } from './calling';

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(
  (
    'aiter anext ascii breakpoint bytearray compile complex copyright credits delattr help license ' +
    'memoryview'
  ).split(' '),
);
const MARK = 'not simulated: ';

/** What is not simulated, for an exception that nobody caught; undefined where it is the program's own. */
export function notModelled(error: PyObject): string | undefined {
  const message = argsOf(error)[0];
  if (typeof message !== 'string') return undefined;
  if (message.startsWith(MARK)) return message.slice(MARK.length);
  const [, unknown] = /^name '(\w+)' is not defined$/.exec(message) ?? [];
  if (unknown !== undefined && BUILT_IN_NAMES.has(unknown)) return unknown;
  const [, module, attribute] = /^module '([\w.]+)' has no attribute '(\w+)'$/.exec(message) ?? [];
  if (module !== undefined && isOurs(module)) return `${module}.${attribute}`;
  const [, name, from] = /^cannot import name '(\w+)' from '([\w.]+)'/.exec(message) ?? [];
  return from !== undefined && isOurs(from) ? `${from}.${name}` : undefined;
}

/** Modules of the library that are written for the simulator, and need not have all names. */
const isOurs = (module: string) =>
  module === 'posixpath' || NATIVE_MODULES.has(module) || SOURCE_MODULES.has(module);
