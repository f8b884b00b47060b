/**
 * Seeded randomness. Every part draws from a stream of its own name, so that one more draw in one
 * place changes nothing elsewhere. Never Math.random.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { Fingerprint } from './hash';

/** One named stream of random numbers. Plain state: a clone continues alike and apart. */
export class RandomStream {
  private readonly generator: JumpableRandomGenerator;

  constructor(seed: number, name: string) {
    const mixed = new Fingerprint().number(seed).text(name).digest32();
    this.generator = xoroshiro128plus(mixed | 0);
  }

  /** 32 random bits, unsigned. */
  uint32(): number {
    return this.generator.next() >>> 0;
  }

  /** An integer in [0, bound). `bound` is 1 to 2^32; the bias is below bound / 2^32. */
  below(bound: number): number {
    return Math.floor((this.uint32() / 4294967296) * bound);
  }

  /** An integer in [low, high], both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability numerator / denominator. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  /** `count` random bytes. */
  bytes(count: number): Uint8Array {
    const out = new Uint8Array(count);
    for (let i = 0; i < count; i++) out[i] = this.uint32() & 255;
    return out;
  }

  /** One element; the list is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}

/** All the streams of one seed. */
export class RandomSource {
  private readonly streams = new Map<string, RandomStream>();

  constructor(readonly seed: number) {}

  /** The stream of that name, made at first use. */
  stream(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = new RandomStream(this.seed, name);
      this.streams.set(name, stream);
    }
    return stream;
  }
}
