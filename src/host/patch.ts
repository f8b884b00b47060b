/**
 * Reversible differences between two states of plain data. They are what crosses the border between a
 * worker and the page: small, and applying one leaves untouched records identical, so that a view can
 * tell by `===` what it need not draw again.
 */

/** A value that came, went or was replaced: without `was` it is new, without `is` it is gone. */
interface Replacement {
  readonly kind: 'value';
  readonly was?: unknown;
  readonly is?: unknown;
}

export type Patch =
  | Replacement
  /** An object, or a list of the same length without keys: what changed in it by name. */
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, Patch>> }
  /** A list of records with keys: their order before and after, if it changed, and what changed. */
  | {
      readonly kind: 'records';
      readonly key: string;
      readonly order?: { readonly was: readonly string[]; readonly is: readonly string[] };
      readonly records: Readonly<Record<string, Patch>>;
    };

/** Fields by which records of a list are told apart, the first that fits. */
const KEYS = ['ID', 'Id', 'raftId', 'index', 'name'];

type PlainObject = Readonly<Record<string, unknown>>;

/** What turns `before` into `after`; undefined if they are equal. */
export function diff(before: unknown, after: unknown): Patch | undefined {
  if (Object.is(before, after)) return undefined;
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after);
  if (before instanceof Uint8Array && after instanceof Uint8Array) {
    return sameBytes(before, after) ? undefined : { kind: 'value', was: before, is: after };
  }
  if (isObject(before) && isObject(after)) {
    const fields = diffFields(before, after);
    return Object.keys(fields).length === 0 ? undefined : { kind: 'fields', fields };
  }
  return { kind: 'value', was: before, is: after };
}

/** The state after a patch; whatever the patch does not touch stays the very same. */
export function applyPatch(before: unknown, patch: Patch): unknown {
  switch (patch.kind) {
    case 'value':
      return patch.is;
    case 'fields': {
      if (Array.isArray(before)) {
        const list = [...(before as unknown[])];
        for (const [at, change] of Object.entries(patch.fields)) {
          list[Number(at)] = applyPatch(list[Number(at)], change);
        }
        return list;
      }
      return applyFields(before as PlainObject, patch.fields);
    }
    case 'records':
      return applyRecords(before as readonly PlainObject[], patch);
  }
}

/** The patch that takes another one back. */
export function invertPatch(patch: Patch): Patch {
  switch (patch.kind) {
    case 'value': {
      const inverse: { kind: 'value'; was?: unknown; is?: unknown } = { kind: 'value' };
      if ('is' in patch) inverse.was = patch.is;
      if ('was' in patch) inverse.is = patch.was;
      return inverse;
    }
    case 'fields':
      return { kind: 'fields', fields: invertAll(patch.fields) };
    case 'records': {
      const { key, order } = patch;
      const records = invertAll(patch.records);
      if (!order) return { kind: 'records', key, records };
      return { kind: 'records', key, order: { was: order.is, is: order.was }, records };
    }
  }
}

function invertAll(patches: Readonly<Record<string, Patch>>): Record<string, Patch> {
  return Object.fromEntries(
    Object.entries(patches).map(([name, patch]) => [name, invertPatch(patch)]),
  );
}

function diffFields(before: PlainObject, after: PlainObject): Record<string, Patch> {
  const fields: Record<string, Patch> = {};
  for (const name of Object.keys(after)) {
    if (!(name in before)) fields[name] = { kind: 'value', is: after[name] };
    else {
      const change = diff(before[name], after[name]);
      if (change) fields[name] = change;
    }
  }
  for (const name of Object.keys(before)) {
    if (!(name in after)) fields[name] = { kind: 'value', was: before[name] };
  }
  return fields;
}

function applyFields(
  before: PlainObject,
  fields: Readonly<Record<string, Patch>>,
): Record<string, unknown> {
  const after: Record<string, unknown> = { ...before };
  for (const [name, change] of Object.entries(fields)) {
    if (change.kind === 'value' && !('is' in change)) delete after[name];
    else after[name] = applyPatch(before[name], change);
  }
  return after;
}

function diffLists(before: readonly unknown[], after: readonly unknown[]): Patch | undefined {
  const key = keyOf(before, after);
  if (key !== undefined) {
    return diffRecords(before as readonly PlainObject[], after as readonly PlainObject[], key);
  }
  if (before.length !== after.length) return { kind: 'value', was: before, is: after };
  const fields: Record<string, Patch> = {};
  before.forEach((item, at) => {
    const change = diff(item, after[at]);
    if (change) fields[at] = change;
  });
  return Object.keys(fields).length === 0 ? undefined : { kind: 'fields', fields };
}

function diffRecords(
  before: readonly PlainObject[],
  after: readonly PlainObject[],
  key: string,
): Patch | undefined {
  const was = before.map((record) => String(record[key]));
  const is = after.map((record) => String(record[key]));
  const old = new Map(before.map((record, at) => [was[at]!, record]));
  const records: Record<string, Patch> = {};
  after.forEach((record, at) => {
    const name = is[at]!;
    const previous = old.get(name);
    old.delete(name);
    const change = previous ? diff(previous, record) : ({ kind: 'value', is: record } as const);
    if (change) records[name] = change;
  });
  for (const [name, record] of old) records[name] = { kind: 'value', was: record };
  const sameOrder = was.length === is.length && was.every((name, at) => name === is[at]);
  if (!sameOrder) return { kind: 'records', key, order: { was, is }, records };
  return Object.keys(records).length === 0 ? undefined : { kind: 'records', key, records };
}

function applyRecords(
  before: readonly PlainObject[],
  patch: Extract<Patch, { kind: 'records' }>,
): unknown[] {
  const old = new Map(before.map((record) => [String(record[patch.key]), record]));
  const order = patch.order?.is ?? [...old.keys()];
  return order.map((name) => {
    const change = patch.records[name];
    return change ? applyPatch(old.get(name), change) : old.get(name);
  });
}

/** The field that tells the records of both lists apart; undefined if none does. */
function keyOf(before: readonly unknown[], after: readonly unknown[]): string | undefined {
  return KEYS.find((key) => hasKey(before, key) && hasKey(after, key));
}

function hasKey(list: readonly unknown[], key: string): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    if (!isObject(item)) return false;
    const value = item[key];
    if (typeof value !== 'string' && typeof value !== 'number') return false;
    seen.add(String(value));
  }
  return seen.size === list.length;
}

function isObject(value: unknown): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
