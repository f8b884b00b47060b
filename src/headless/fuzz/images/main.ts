/**
 * `npm run fuzz -- images`: Dockerfiles, build contexts, archives and file operations thrown at the parts
 * that read them, without a cluster. What is refused must be refused in the real system's words; any other
 * exception, a layer that does not read back as it was written, or a case that takes seconds is a failure.
 */
import { RandomSource, Runtime, type RandomStream } from '../../../base';
import { hostileLab, UnionFs, type LayerNode } from '../../../engine';
import { Disk, WallClock } from '../../../kernel';
import { bytesOf, damaged, hostileTar, randomTree } from './archives';
import { randomDockerfile } from './dockerfiles';
import { someOperations } from './file-operations';

const SLOW_MS = 3_000;
const DISK_BYTES = 1 << 30;
const KINDS = ['dockerfile', 'context', 'load', 'import', 'files'] as const;

export interface ImageFuzzFailure {
  readonly seed: number;
  readonly number: number;
  readonly kind: string;
  readonly why: string;
  readonly input: string;
}

function unionOf(layers: readonly LayerNode[]): UnionFs {
  const clock = new WallClock(new Runtime(1, 'fuzz'), 0);
  return new UnionFs(1, layers, clock, new Disk(DISK_BYTES));
}

/** One case; undefined if all is well. */
function runCase(random: RandomStream): { kind: string; why: string; input: string } | undefined {
  const kind = KINDS[random.below(KINDS.length)]!;
  let input: string | Uint8Array = '';
  const began = performance.now();
  try {
    if (kind === 'dockerfile') {
      input = randomDockerfile(random);
      hostileLab.dockerfile(input, new Map([['x', 'v']]), random.below(2) === 0);
    } else if (kind === 'files') {
      const layers = Array.from({ length: random.below(4) }, () => randomTree(random, true));
      const fs = unionOf(layers);
      someOperations(random, fs, random.below(30));
      if (!hostileLab.layerAgrees(fs)) return { kind, why: 'the layer reads otherwise', input: '' };
    } else {
      const bytes = archiveFor(random, kind);
      input = bytes;
      if (kind === 'load') hostileLab.load(bytes);
      else if (kind === 'import') hostileLab.import(bytes);
      else
        hostileLab.context(bytes, ['/', '/a', '*', '../a', 'dir/a'][random.below(5)]!, (tree) =>
          unionOf([tree]),
        );
    }
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind, why, input: shown(input) };
  }
  const ms = performance.now() - began;
  return ms < SLOW_MS
    ? undefined
    : { kind, why: `it takes ${Math.round(ms)} ms`, input: shown(input) };
}

function archiveFor(random: RandomStream, kind: string): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return damaged(random, hostileTar(random));
    case 1:
      return bytesOf(random, random.below(2000));
    default: {
      const tree = randomTree(random);
      return damaged(random, kind === 'load' ? hostileLab.saved(tree) : hostileLab.tar(tree));
    }
  }
}

function shown(input: string | Uint8Array): string {
  if (typeof input === 'string') return JSON.stringify(input);
  return `${input.length} bytes: ${Buffer.from(input.subarray(0, 4096)).toString('base64')}`;
}

/** `cases` of each seed; stops at the first that fails. */
export function fuzzImages(
  from: number,
  to: number,
  cases: number,
  tell: (seed: number) => void = () => undefined,
): ImageFuzzFailure | undefined {
  for (let seed = from; seed <= to; seed++) {
    const random = new RandomSource(seed).stream('fuzz/images');
    for (let number = 1; number <= cases; number++) {
      const failure = runCase(random);
      if (failure) return { seed, number, ...failure };
    }
    tell(seed);
  }
  return undefined;
}

/** Prints what it finds; answers the exit code. */
export function runImageSeeds(from: number, to: number, cases: number): number {
  const failure = fuzzImages(from, to, cases, (seed) => {
    if (seed % 25 === 0) console.log(`seed ${seed}: ${(seed - from + 1) * cases} cases`);
  });
  if (!failure) {
    console.log(`${(to - from + 1) * cases} passed, 0 failed`);
    return 0;
  }
  const { seed, number, kind, why, input } = failure;
  console.log(`FAILED seed ${seed}, case ${number}: ${kind}\n  ${input}\n  ${why}`);
  console.log(`replay: npm run fuzz -- images --seeds ${seed}..${seed} --lines ${number}`);
  console.log(`${(seed - from) * cases + number - 1} passed, 1 failed`);
  return 1;
}
