/** Small native modules: traceback, hashlib, base64, itertools' hard parts, and what our packages lean on. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../../../base';
import { hexOf } from '../bytes-text';
import { sys, type Sys } from '../../../kernel';
import { natives } from '../builtins';
import { Frame } from '../frame';
import { NATIVE_MODULES, compileFile } from '../importing';
import { printTo } from '../output';
import { tracebackText } from '../traceback';
import { plain } from '../classes';
import { PyDict, PyList, PyObject, tuple, type Names, type Value } from '../values';
import type { Vm } from '../vm';

function* current(vm: Vm, error?: Value): Sys<string> {
  const handled = error instanceof PyObject ? error : vm.handledNow();
  return handled ? yield* tracebackText(vm, handled) : 'NoneType: None\n';
}

NATIVE_MODULES.set(
  'traceback',
  () =>
    new Map<string, Value>(
      natives(
        {},
        {
          format_exc: (vm) => current(vm),
          *print_exc(vm) {
            yield* printTo(vm, 'stderr', yield* current(vm));
            return null;
          },
          *print_exception(vm, args) {
            yield* printTo(vm, 'stderr', yield* current(vm, args.at(args.length > 1 ? 1 : 0)));
            return null;
          },
        },
      ),
    ),
);

/** Expressions of templates see the template's names only. */
NATIVE_MODULES.set(
  '_template',
  () =>
    new Map<string, Value>(
      natives(
        {},
        {
          *evaluate_in(vm, [text, context]) {
            const names: Names = new Map();
            for (const [key, value] of (plain(context!) as PyDict).entries.values())
              names.set(key as string, value);
            const depth = vm.frames.length;
            const code = compileFile(`__value__ = (${text as string}\n)`, '<template>');
            vm.push(new Frame(code, names, names, undefined));
            yield* vm.nest(depth);
            return names.get('__value__') ?? null;
          },
        },
      ),
    ),
);

const HASHES = { md5, sha1, sha256, sha512 };
type Hash = keyof typeof HASHES;

NATIVE_MODULES.set(
  '_digest',
  () =>
    new Map<string, Value>(
      natives({ hex: (_vm, [name, data]) => hexOf(HASHES[name as Hash](data as Uint8Array)) }),
    ),
);

NATIVE_MODULES.set(
  '_process',
  () =>
    new Map<string, Value>(
      natives(
        {},
        {
          /** path, words, capture -> (exit code, what it wrote) */
          *run(vm, [path, words, capture]) {
            return yield* spawned(vm, path as string, words!, capture === true);
          },
        },
      ),
    ),
);

function* spawned(vm: Vm, path: string, words: Value, capture: boolean): Sys<Value> {
  const argv = (words as PyList).items.map((word) => String(word as string));
  const ends = capture ? yield* sys.pipe() : undefined;
  const pid = yield* sys.spawn({
    path,
    argv,
    env: vm.environment,
    fds: [
      [0, 0],
      [1, ends ? ends[1] : 1],
      [2, 2],
    ],
  });
  const parts: Uint8Array[] = [];
  if (ends) {
    yield* sys.close(ends[1]);
    for (;;) {
      const part = yield* vm.wait(() => sys.read(ends[0]));
      if (part.length === 0) break;
      parts.push(part);
    }
    yield* sys.close(ends[0]);
  }
  const status = yield* vm.wait(() => sys.waitpid(pid));
  return tuple(status.exitCode ?? -1, concatBytes(parts));
}
