/** How much memory a program's objects would take in CPython: a walk over all that can be reached. */
import {
  PyClass,
  PyDict,
  PyList,
  PyModule,
  PyObject,
  PySet,
  PyTuple,
  PyFunction,
  PyIterator,
  PyGenerator,
  PyMethod,
  Scope,
  type Value,
} from './values';
import { Frame } from './frame';
import type { Vm } from './vm';

/** sizeof of small objects in CPython 3.10 on 64 bits. */
const OBJECT_BYTES = 48;
const SLOT_BYTES = 8;
const ENTRY_BYTES = 100;

export function heapBytes(vm: Vm): number {
  const seen = new Set<unknown>();
  const pending: unknown[] = [...vm.frames, ...vm.modules.values(), ...vm.held.values()];
  let bytes = 0;
  const add = (items: Iterable<unknown>) => {
    for (const item of items) {
      if (typeof item === 'string') bytes += SLOT_BYTES + item.length;
      else if (typeof item !== 'object' || item === null) bytes += SLOT_BYTES;
      else pending.push(item);
    }
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next) || Object.isFrozen(next))
      continue;
    seen.add(next);
    bytes += OBJECT_BYTES;
    if (next instanceof Uint8Array) bytes += next.length;
    else if (next instanceof PyList || next instanceof PyTuple) {
      bytes += next.items.length * SLOT_BYTES;
      add(next.items);
    } else if (next instanceof PyDict) {
      bytes += next.entries.size * ENTRY_BYTES;
      for (const entry of next.entries.values()) add(entry);
    } else if (next instanceof PySet) {
      bytes += next.entries.size * ENTRY_BYTES;
      add(next.entries.values());
    } else add(partsOf(next));
  }
  return bytes;
}

function partsOf(v: object): Iterable<unknown> {
  if (v instanceof PyObject) return [v.type, v.inner, v.names, ...v.names.values()];
  if (v instanceof PyModule || v instanceof PyClass) return v.names.values();
  if (v instanceof PyFunction) return [...v.names.values(), v.scope, ...v.fallbacks.values()];
  if (v instanceof Scope) return [...v.names.values(), v.outer];
  if (v instanceof Frame) return [...v.stack, v.scope, ...v.names.values(), v.generator];
  if (v instanceof PyIterator) return [v.source as Value, v.fn];
  if (v instanceof PyMethod) return [v.self, v.fn];
  if (v instanceof PyGenerator) return [v.frame];
  if (v instanceof Map) return v.values();
  return [];
}
