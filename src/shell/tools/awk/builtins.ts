/** Awk's own functions. */
import { sys, type Sys } from '../../../kernel';
import { formatTime } from '../../time-format';
import { arcTangent, cosine, exponential, logarithm, sine, squareRoot } from '../../../base';
import type { AwkMachine } from './machine';
import { awkRegex, splitByRegex, splitText } from './record';
import type { Expr } from './syntax';
import { isTarget } from './expressions';
import { formatAwk, fromInput, toNumber, type Value } from './values';

const MODULUS = 2147483647;

export function* callBuiltin(m: AwkMachine, name: string, args: readonly Expr[]): Sys<Value> {
  switch (name) {
    case 'length':
      return yield* length(m, args);
    case 'split':
      return yield* split(m, args);
    case 'sub':
    case 'gsub':
      return yield* substitute(m, args, name === 'gsub');
    case 'match': {
      const text = m.text(yield* m.evaluate(args[0]!));
      const found = (yield* m.regexOf(args[1]!)).exec(text);
      m.global('RSTART').value = found ? found.index + 1 : 0;
      m.global('RLENGTH').value = found ? found[0].length : -1;
      return found ? found.index + 1 : 0;
    }
  }
  const values = yield* m.values(args);
  const text = (i: number) => m.text(values[i]);
  switch (name) {
    case 'substr':
      return substring(
        text(0),
        toNumber(values[1]),
        values[2] === undefined ? undefined : toNumber(values[2]),
      );
    case 'index':
      return text(0).indexOf(text(1)) + 1;
    case 'sprintf':
      return formatAwk(text(0), values.slice(1), m.wide);
    case 'tolower':
      return text(0).replace(/[A-Z]+/g, (s) => s.toLowerCase());
    case 'toupper':
      return text(0).replace(/[a-z]+/g, (s) => s.toUpperCase());
    case 'system':
      return yield* m.streams.run(text(0));
    case 'close':
      return yield* m.streams.close(text(0));
    case 'fflush':
      yield* m.tool.flush();
      return 0;
    case 'systime':
      return Math.floor((yield* sys.clock()).unixUs / 1e6);
    case 'strftime': {
      const now = (yield* sys.clock()).unixUs;
      const format = values.length === 0 ? '%a %b %e %H:%M:%S %Z %Y' : text(0);
      return formatTime(format, values.length > 1 ? toNumber(values[1]) * 1e6 : now);
    }
    default:
      return yield* numeric(m, name, values);
  }
}

function* numeric(m: AwkMachine, name: string, values: readonly Value[]): Sys<Value> {
  const x = toNumber(values[0]);
  switch (name) {
    case 'int':
      return Math.trunc(x);
    case 'sqrt':
      return squareRoot(x);
    case 'exp':
      return exponential(x);
    case 'log':
      return logarithm(x);
    case 'sin':
      return sine(x);
    case 'cos':
      return cosine(x);
    case 'atan2':
      return arcTangent(x, toNumber(values[1]));
    case 'rand':
      m.state = (m.state * 16807) % MODULUS;
      return m.state / MODULUS;
    default: {
      const before = m.seed;
      m.seed = values.length > 0 ? x : Math.floor((yield* sys.clock()).unixUs / 1e6);
      m.state = (Math.abs(Math.trunc(m.seed)) % (MODULUS - 1)) + 1;
      // The first draws of near seeds are alike.
      for (let i = 0; i < 5; i++) m.state = (m.state * 16807) % MODULUS;
      return before;
    }
  }
}

function* length(m: AwkMachine, args: readonly Expr[]): Sys<number> {
  const [first] = args;
  if (!first) return m.record.value.length;
  if (first.kind === 'var' && first.name !== 'NF') {
    const cell = m.cell(first.name);
    if (cell.array || cell.origin?.array) return cell.elements().size;
  }
  return m.text(yield* m.evaluate(first)).length;
}

/** The first character is 1. A start before it does not shorten the length, in both programs. */
function substring(text: string, start: number, length: number | undefined): string {
  const from = Math.max(0, Math.round(start) - 1);
  return text.slice(
    from,
    length === undefined ? undefined : from + Math.max(0, Math.round(length)),
  );
}

function* split(m: AwkMachine, args: readonly Expr[]): Sys<number> {
  const text = m.text(yield* m.evaluate(args[0]!));
  const array = args[1]!;
  const by = args[2];
  const parts =
    by?.kind === 'regex'
      ? text === ''
        ? []
        : splitByRegex(text, awkRegex(by.source, 'g'))
      : splitText(text, m.text(by ? yield* m.evaluate(by) : m.global('FS').value));
  const elements = m.cell(array.kind === 'var' ? array.name : '').elements();
  elements.clear();
  for (const [i, part] of parts.entries()) elements.set(String(i + 1), fromInput(part));
  return parts.length;
}

function* substitute(m: AwkMachine, args: readonly Expr[], all: boolean): Sys<number> {
  const regex = yield* m.regexOf(args[0]!, 'g');
  const template = m.text(yield* m.evaluate(args[1]!));
  const target: Expr = args[2] ?? { kind: 'field', index: { kind: 'number', value: 0 } };
  const text = m.text(yield* m.evaluate(target));
  let count = 0;
  let lastEnd = -1;
  const replaced = text.replace(regex, (found: string, ...rest: unknown[]) => {
    if (!all && count > 0) return found;
    // After a match, an empty one in the same place does not count.
    const at = rest.find((r) => typeof r === 'number') as number;
    if (found === '' && count > 0 && at > 0 && lastEnd === at) return '';
    count++;
    lastEnd = at + found.length;
    return expand(template, found);
  });
  if (count > 0 && isTarget(target)) yield* m.store(target, replaced);
  return count;
}

function expand(template: string, found: string): string {
  return template.replace(/\\([\\&])|&/g, (whole, escaped?: string) =>
    whole === '&' ? found : escaped!,
  );
}
