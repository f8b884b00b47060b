/** Brace expansion of bash (`braces.c`): `a{b,c}d` and `{1..5..2}`, on words before all else. */
import type { ParamPart, Word, WordPart } from '../syntax';

/** A word as units: single characters of literal text, or whole parts. */
type Unit = string | WordPart;

function unitsOf(word: Word): Unit[] {
  const units: Unit[] = [];
  for (const part of word.parts) {
    if (part.t === 'lit') units.push(...part.s);
    else units.push(part);
  }
  return units;
}

function wordFrom(units: readonly Unit[]): Word {
  const parts: WordPart[] = [];
  let literal = '';
  let text = '';
  for (const unit of units) {
    const before = parts.at(-1);
    if (typeof unit === 'string' && literal === '' && before && joinsName(before, unit)) {
      // `$x{a,b}` is `$xa $xb`: braces come before all else.
      const name = before.name + unit;
      parts[parts.length - 1] = { ...before, name, text: `$${name}` };
      text += unit;
      continue;
    }
    if (typeof unit === 'string') {
      literal += unit;
      text += unit;
      continue;
    }
    if (literal !== '') parts.push({ t: 'lit', s: literal });
    literal = '';
    parts.push(unit);
    text += 'text' in unit ? unit.text : 's' in unit ? unit.s : '';
  }
  if (literal !== '') parts.push({ t: 'lit', s: literal });
  return { parts, text };
}

function joinsName(part: WordPart, unit: string): part is ParamPart {
  if (part.t !== 'param' || part.text !== `$${part.name}`) return false;
  return /^[A-Za-z_]/.test(part.name) && /\w/.test(unit);
}

export function expandBraces(word: Word): Word[] {
  if (!word.parts.some((p) => p.t === 'lit' && p.s.includes('{'))) return [word];
  const results = expandUnits(unitsOf(word));
  return results.length === 1 ? [word] : results.map(wordFrom);
}

function expandUnits(units: readonly Unit[]): Unit[][] {
  for (let open = units.indexOf('{'); open >= 0; open = units.indexOf('{', open + 1)) {
    if (units[open - 1] === '$') continue;
    const found = findGroup(units, open);
    if (!found) continue;
    const before = units.slice(0, open);
    const after = expandUnits(units.slice(found.close + 1));
    const results: Unit[][] = [];
    for (const item of found.items)
      for (const middle of expandUnits(item))
        for (const tail of after) results.push([...before, ...middle, ...tail]);
    return results;
  }
  return [[...units]];
}

function findGroup(
  units: readonly Unit[],
  open: number,
): { items: Unit[][]; close: number } | undefined {
  let depth = 0;
  const cuts: number[] = [];
  for (let i = open; i < units.length; i++) {
    const unit = units[i];
    if (unit === '{') depth++;
    else if (unit === ',' && depth === 1) cuts.push(i);
    else if (unit === '}' && --depth === 0) {
      if (cuts.length > 0) {
        const edges = [open, ...cuts, i];
        const items = edges.slice(1).map((edge, k) => units.slice(edges[k]! + 1, edge));
        return { items, close: i };
      }
      const inside = units.slice(open + 1, i);
      if (!inside.every((u) => typeof u === 'string')) return undefined;
      const sequence = expandSequence(inside.join(''));
      return sequence ? { items: sequence.map((s) => [...s]), close: i } : undefined;
    }
  }
  return undefined;
}

const SEQUENCE_MAX = 100_000;

function expandSequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  if (numbers) {
    const from = Number(numbers[1]);
    const to = Number(numbers[2]);
    const step = Math.abs(Number(numbers[3] ?? 1)) || 1;
    const padded = [numbers[1]!, numbers[2]!].some((n) => /^-?0\d/.test(n));
    const width = padded ? Math.max(numbers[1]!.length, numbers[2]!.length) : 0;
    const out: string[] = [];
    for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
      const digits = String(Math.abs(n));
      const sign = n < 0 ? '-' : '';
      out.push(sign + digits.padStart(width - sign.length, '0'));
      if (out.length > SEQUENCE_MAX) break;
    }
    return out;
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (!letters) return undefined;
  const from = letters[1]!.charCodeAt(0);
  const to = letters[2]!.charCodeAt(0);
  const step = Math.abs(Number(letters[3] ?? 1)) || 1;
  const out: string[] = [];
  for (let c = from; from <= to ? c <= to : c >= to; c += from <= to ? step : -step) {
    out.push(String.fromCharCode(c));
  }
  return out;
}
