/** The modules math and random (the Mersenne Twister of CPython, so that seeds give its numbers). */
import { arcTangent, cosine, exponential, logarithm, sine } from '../../../base';
import { sys, type Sys } from '../../../kernel';
import { root, toFloat } from '../arithmetic';
import { natives } from '../builtins';
import { NATIVE_MODULES } from '../importing';
import { collect } from '../iteration';
import { asIndex } from '../text';
import { raised, typeError, typeOf, valueError } from '../classes';
import { PyList, PyRange, float, int, type Names, type Value } from '../values';
import type { Vm } from '../vm';

function real(v: Value | undefined): number {
  const x = toFloat(v ?? null);
  if (x === undefined) throw typeError(`must be real number, not ${typeOf(v ?? null).name}`);
  return x;
}
const whole = (x: number): Value => int(BigInt(x));
const PI = 3.141592653589793;
const LN2 = 0.6931471805599453;
const LN10 = 2.302585092994046;

function log(x: number): number {
  if (x <= 0) throw valueError('math domain error');
  return logarithm(x);
}

function mathModule(): Names {
  return new Map<string, Value>([
    ['pi', float(PI)],
    ['e', float(2.718281828459045)],
    ['tau', float(2 * PI)],
    ['inf', float(Infinity)],
    ['nan', float(NaN)],
    ...natives({
      sqrt: (_vm, [x]) => float(root(real(x))),
      floor: (_vm, [x]) => whole(Math.floor(real(x))),
      ceil: (_vm, [x]) => whole(Math.ceil(real(x))),
      trunc: (_vm, [x]) => whole(Math.trunc(real(x))),
      fabs: (_vm, [x]) => float(Math.abs(real(x))),
      sin: (_vm, [x]) => float(sine(real(x))),
      cos: (_vm, [x]) => float(cosine(real(x))),
      tan: (_vm, [x]) => float(sine(real(x)) / cosine(real(x))),
      atan: (_vm, [x]) => float(arcTangent(real(x), 1)),
      atan2: (_vm, [y, x]) => float(arcTangent(real(y), real(x))),
      exp: (_vm, [x]) => float(exponential(real(x))),
      log: (_vm, [x, base]) =>
        float(base === undefined ? log(real(x)) : log(real(x)) / log(real(base))),
      log2: (_vm, [x]) => float(rounded(log(real(x)) / LN2)),
      log10: (_vm, [x]) => float(rounded(log(real(x)) / LN10)),
      pow: (_vm, [x, y]) => float(exponential(real(y) * log(real(x)))),
      radians: (_vm, [x]) => float((real(x) * PI) / 180),
      degrees: (_vm, [x]) => float((real(x) * 180) / PI),
      hypot: (_vm, [x, y]) => float(root(real(x) * real(x) + real(y) * real(y))),
      isnan: (_vm, [x]) => Number.isNaN(real(x)),
      isinf: (_vm, [x]) => Math.abs(real(x)) === Infinity,
      isclose: (_vm, [a, b]) =>
        Math.abs(real(a) - real(b)) <= 1e-9 * Math.max(Math.abs(real(a)), Math.abs(real(b))),
      gcd: (_vm, args) => args.map((arg) => asIndex(arg)!).reduce((a, b) => divisor(a, b), 0),
      factorial: (_vm, [n]) => {
        const last = asIndex(n!)!;
        if (last < 0) throw valueError('factorial() not defined for negative values');
        if (last > 5000) throw raised('OverflowError', 'not simulated: so large a factorial');
        let product = 1n;
        for (let i = 2n; i <= BigInt(last); i++) product *= i;
        return int(product);
      },
      isqrt: (_vm, [n]) => Math.floor(root(real(n))),
    }),
  ]);
}
/** A power of the base comes out whole. */
const rounded = (x: number) => (Math.abs(x - Math.round(x)) < 1e-13 ? Math.round(x) : x);
function divisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : divisor(b, a % b);
}

interface Twister {
  readonly words: number[];
  at: number;
}
const N = 624;

function seeded(key: readonly number[]): Twister {
  const words = [19650218];
  for (let i = 1; i < N; i++)
    words.push((Math.imul(1812433253, words[i - 1]! ^ (words[i - 1]! >>> 30)) + i) >>> 0);
  let i = 1;
  let j = 0;
  for (let k = Math.max(N, key.length); k > 0; k--) {
    const mixed = Math.imul(words[i - 1]! ^ (words[i - 1]! >>> 30), 1664525);
    words[i] = ((words[i]! ^ mixed) + key[j]! + j) >>> 0;
    if (++i >= N) {
      words[0] = words[N - 1]!;
      i = 1;
    }
    if (++j >= key.length) j = 0;
  }
  for (let k = N - 1; k > 0; k--) {
    const mixed = Math.imul(words[i - 1]! ^ (words[i - 1]! >>> 30), 1566083941);
    words[i] = ((words[i]! ^ mixed) - i) >>> 0;
    if (++i >= N) {
      words[0] = words[N - 1]!;
      i = 1;
    }
  }
  words[0] = 0x80000000;
  return { words, at: N };
}

function word(twister: Twister): number {
  const { words } = twister;
  if (twister.at >= N) {
    for (let i = 0; i < N; i++) {
      const y = (words[i]! & 0x80000000) | (words[(i + 1) % N]! & 0x7fffffff);
      words[i] = (words[(i + 397) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)) >>> 0;
    }
    twister.at = 0;
  }
  let y = words[twister.at++]!;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

function* twisterOf(vm: Vm): Sys<Twister> {
  const held = vm.held.get('random') as Twister | undefined;
  if (held) return held;
  const bytes = yield* sys.random(32);
  const key: number[] = [];
  for (let i = 0; i < 32; i += 4)
    key.push(
      ((bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!) >>> 0,
    );
  const made = seeded(key);
  vm.held.set('random', made);
  return made;
}

const unit = (twister: Twister) =>
  ((word(twister) >>> 5) * 67108864 + (word(twister) >>> 6)) / 9007199254740992;

/** `_randbelow_with_getrandbits` */
function below(twister: Twister, n: number): number {
  if (n <= 0) throw valueError('empty range for randrange()');
  const bits = n.toString(2).length;
  for (;;) {
    let r: number;
    if (bits <= 32) r = word(twister) >>> (32 - bits);
    else r = word(twister) + (word(twister) >>> (64 - bits)) * 4294967296;
    if (r < n) return r;
  }
}

function* choose(vm: Vm, [items]: readonly Value[]): Sys<Value> {
  const all = yield* collect(vm, items!);
  if (all.length === 0) throw raised('IndexError', 'Cannot choose from an empty sequence');
  return all[below(yield* twisterOf(vm), all.length)]!;
}

function* shuffled(vm: Vm, items: Value[]): Sys<Value[]> {
  const twister = yield* twisterOf(vm);
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(twister, i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

function* sample(vm: Vm, [items, count]: readonly Value[]): Sys<Value> {
  const pool = items instanceof PyRange ? yield* collect(vm, items) : yield* collect(vm, items!);
  const k = asIndex(count!)!;
  if (k > pool.length) throw valueError('Sample larger than population or is negative');
  const twister = yield* twisterOf(vm);
  const out: Value[] = [];
  for (let i = 0; i < k; i++) {
    const j = below(twister, pool.length - i);
    out.push(pool[j]!);
    pool[j] = pool[pool.length - i - 1]!;
  }
  return new PyList(out);
}

function randomModule(): Names {
  return new Map<string, Value>(
    natives(
      {
        seed: (vm, [value]) => {
          let n = BigInt(Math.abs(asIndex(value ?? null) ?? 0));
          const key: number[] = [];
          for (; n > 0n; n >>= 32n) key.push(Number(n & 0xffffffffn));
          vm.held.set('random', seeded(key.length === 0 ? [0] : key));
          return null;
        },
      },
      {
        *random(vm) {
          return float(unit(yield* twisterOf(vm)));
        },
        *uniform(vm, [a, b]) {
          return float(real(a) + (real(b) - real(a)) * unit(yield* twisterOf(vm)));
        },
        *randint(vm, [a, b]) {
          const low = asIndex(a!)!;
          return low + below(yield* twisterOf(vm), asIndex(b!)! - low + 1);
        },
        *randrange(vm, [a, b, step]) {
          const [low, high] = b === undefined ? [0, asIndex(a!)!] : [asIndex(a!)!, asIndex(b)!];
          const stride = step === undefined ? 1 : asIndex(step)!;
          return low + stride * below(yield* twisterOf(vm), Math.ceil((high - low) / stride));
        },
        *getrandbits(vm, [k]) {
          return word(yield* twisterOf(vm)) >>> (32 - Math.min(32, asIndex(k!)!));
        },
        choice: choose,
        sample,
        *choices(vm, [items], named) {
          const all = yield* collect(vm, items!);
          const twister = yield* twisterOf(vm);
          const k = asIndex(named.get('k') ?? 1)!;
          return new PyList(
            Array.from({ length: k }, () => all[Math.floor(unit(twister) * all.length)]!),
          );
        },
        *shuffle(vm, [items]) {
          (items as PyList).items = yield* shuffled(vm, [...(items as PyList).items]);
          return null;
        },
      },
    ),
  );
}
NATIVE_MODULES.set('math', mathModule);
NATIVE_MODULES.set('random', randomModule);
