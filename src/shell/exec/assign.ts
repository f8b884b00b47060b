/** Assignments: plain, appending, elements, whole arrays. Models bash `subst.c: do_assignment`. */
import { sys, type Sys } from '../../kernel';
import type { Assign, Word } from '../syntax';
import { evaluate } from './arithmetic';
import { arithmetic, arithmeticText, expandText, expandWords } from './expand';
import type { Shell } from './shell';
import { ReadonlyFault, sortKeys, type Variable } from './variables';

/** From this length on the kernel is told of a value, for control groups have limits. */
const BIG_VALUE = 64 * 1024;

/** Carries one assignment out; answers what `set -x` shows. */
export function* assign(sh: Shell, item: Assign): Sys<string> {
  const target = sh.vars.resolve(item.name);
  const old = sh.vars.raw(target);
  if (item.array) {
    yield* assignArray(sh, target, item.array, item.append);
    return item.text;
  }
  let value = item.value ? yield* expandText(sh, item.value, true) : '';
  if (item.index) {
    yield* assignElement(sh, target, item, value);
    return `${item.name}[${item.index.text}]=${value}`;
  }
  if (old?.readonly) throw new ReadonlyFault(target);
  if (old?.integer) {
    const number = yield* arithmeticText(sh, value, '');
    const before = item.append ? BigInt(sh.vars.get(target) || '0') : 0n;
    value = (before + number).toString();
  } else if (item.append) value = (sh.vars.get(target) ?? '') + value;
  if (target === 'RANDOM' && sh.dialect !== 'dash') sh.randomState = Number(value) >>> 0;
  sh.vars.set(target, value);
  if (sh.has('allexport')) sh.vars.patch(target, { exported: true });
  if (value.length >= BIG_VALUE) yield* sys.memory(sh.vars.bytes);
  return `${item.name}=${value}`;
}

function* assignElement(sh: Shell, name: string, item: Assign, value: string): Sys<void> {
  const variable = sh.vars.raw(name);
  if (variable?.assoc) {
    const key = yield* expandText(sh, item.index!);
    const before = item.append ? (variable.assoc.get(key) ?? '') : '';
    sh.vars.setElement(name, key, before + value);
    return;
  }
  let at = Number(yield* arithmetic(sh, item.index!, ''));
  if (at < 0) at += Math.max(-1, ...(variable?.array?.keys() ?? [])) + 1;
  if (at < 0) {
    yield* sh.complain(`${item.name}[${item.index!.text}]: bad array subscript`);
    sh.substitutionStatus = 1;
    return;
  }
  const before = variable?.array?.get(at) ?? (at === 0 ? variable?.value : undefined) ?? '';
  if (variable?.integer) {
    const number = evaluate(sh, value) + (item.append ? BigInt(before || '0') : 0n);
    sh.vars.setElement(name, at, number.toString());
  } else sh.vars.setElement(name, at, item.append ? before + value : value);
}

interface Keyed {
  readonly key: Word;
  readonly value: Word;
}

/** `[key]=value` of an array's list; the reader marked the brackets with NULs. */
function keyedElement(word: Word): Keyed | undefined {
  const first = word.parts[0];
  if (first?.t !== 'lit' || first.s !== '\0[') return undefined;
  const close = word.parts.findIndex((p) => p.t === 'lit' && p.s === '\0]');
  const key = { parts: word.parts.slice(1, close), text: '' };
  return { key, value: { parts: word.parts.slice(close + 1), text: '' } };
}

export function* assignArray(
  sh: Shell,
  name: string,
  words: readonly Word[],
  append: boolean,
): Sys<void> {
  const old = sh.vars.raw(name);
  if (old?.readonly) throw new ReadonlyFault(name);
  const {
    value: oldValue,
    array: oldArray,
    assoc: oldAssoc,
    ...attributes
  } = old ?? ({} as Variable);
  if (oldAssoc) {
    const assoc = new Map(append ? oldAssoc : []);
    const loose: string[] = [];
    for (const word of words) {
      const keyed = keyedElement(word);
      if (keyed) {
        assoc.set(yield* expandText(sh, keyed.key), yield* expandText(sh, keyed.value, true));
      } else loose.push(...(yield* expandWords(sh, [word])));
    }
    for (let i = 0; i < loose.length; i += 2) assoc.set(loose[i]!, loose[i + 1] ?? '');
    sh.vars.replace(name, { ...attributes, assoc });
    return;
  }
  const base = oldArray ?? (oldValue === undefined ? [] : [[0, oldValue] as const]);
  const array = new Map<number, string>(append ? base : []);
  let next = Math.max(-1, ...array.keys()) + 1;
  for (const word of words) {
    const keyed = keyedElement(word);
    if (keyed) {
      next = Number(yield* arithmetic(sh, keyed.key, ''));
      array.set(next++, yield* expandText(sh, keyed.value, true));
      continue;
    }
    for (const text of yield* expandWords(sh, [word])) {
      array.set(next++, attributes.integer ? evaluate(sh, text).toString() : text);
    }
  }
  sh.vars.replace(name, { ...attributes, array: sortKeys(array) });
}
