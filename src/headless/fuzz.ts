/**
 * `npm run fuzz -- [lines|cluster|images] [--seeds A..B] [--lines N] [--verbose]`. `lines`: random
 * command lines, keystrokes and API requests thrown at swarms of three; 100,000 in all if not said
 * otherwise. `cluster`: whole swarms under random faults and commands with checkers looking on
 * (fuzz/cluster). `images`: Dockerfiles, contexts, archives and file operations, --lines of them a
 * seed. Without a kind: all. Prints the failing seed with the command that replays it. The lines
 * are given in a process of their own, so that a hang is seen from outside.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runClusterSeeds } from './fuzz/cluster/main';
import { runImageSeeds } from './fuzz/images/main';
import { FuzzFailure, FuzzSession, formSwarm, type Given } from './fuzz/session';

const DEFAULT_SEEDS = '1..500';
const DEFAULT_LINES = '200';
/** Wall time of one input beyond which it counts as a hang. */
const HANG_MS = 120_000;
/** Swarms that are formed; seeds share them. */
const SWARMS = 4;

const KINDS = ['lines', 'cluster', 'images'];
const USAGE =
  'usage: npm run fuzz -- [lines|cluster|images] [--seeds A..B] [--lines N] [--verbose]';

type FromChild =
  | { readonly kind: 'given'; readonly seed: number; readonly given: Given }
  | { readonly kind: 'seed-done'; readonly seed: number }
  | { readonly kind: 'failed'; readonly seed: number; readonly given: Given; readonly why: string };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: DEFAULT_SEEDS },
    lines: { type: 'string', default: DEFAULT_LINES },
    verbose: { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
  },
});

const [, first, last] = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds) ?? [];
const from = Number(first);
const to = Number(last ?? first);
const lines = Number(values.lines);

function work(): number {
  const swarms = new Map<number, ReturnType<typeof formSwarm>>();
  const tell = (message: FromChild) => process.send?.(message);
  for (let seed = from; seed <= to; seed++) {
    const form = seed % SWARMS;
    const swarm = swarms.get(form) ?? formSwarm(form + 1);
    swarms.set(form, swarm);
    try {
      new FuzzSession(swarm, seed).run(lines, (given) => tell({ kind: 'given', seed, given }));
    } catch (error) {
      if (!(error instanceof FuzzFailure)) throw error;
      tell({ kind: 'failed', seed, given: error.given, why: error.why });
      return 1;
    }
    tell({ kind: 'seed-done', seed });
  }
  return 0;
}

function printFailure(seed: number, number: number, given: Given, why: string): void {
  console.log(`FAILED seed ${seed}, input ${number}: ${given.kind} on ${given.node}`);
  console.log(`  ${JSON.stringify(given.text)}`);
  console.log(`  ${why}`);
  console.log(`replay: npm run fuzz -- lines --seeds ${seed}..${seed} --lines ${number}`);
}

function watch(): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--child']);
  let given: Given | undefined;
  let seed = from;
  let number = 0;
  let total = 0;
  let failed = 0;
  return new Promise((resolve) => {
    const hang = () => {
      if (given) printFailure(seed, number, given, `it hangs: ${HANG_MS / 1000} s without an end`);
      failed++;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hang, HANG_MS);
    child.on('message', (message: FromChild) => {
      clearTimeout(timer);
      timer = setTimeout(hang, HANG_MS);
      seed = message.seed;
      if (message.kind === 'given') {
        given = message.given;
        number++;
        total++;
      } else if (message.kind === 'seed-done') {
        number = 0;
        if (seed % 25 === 0) console.log(`seed ${seed}: ${total} inputs`);
      } else {
        failed++;
        printFailure(seed, number, message.given, message.why);
      }
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code !== 0 && failed === 0) {
        failed++;
        if (given) printFailure(seed, number, given, `the simulator ended with ${code}`);
      }
      console.log(`${total - failed} passed, ${failed} failed`);
      resolve(failed > 0 ? 1 : 0);
    });
  });
}

const kinds = positionals.length > 0 ? positionals : KINDS;
const unknown = kinds.some((kind) => !KINDS.includes(kind));

if (!(from >= 0) || !(to >= from) || !(lines >= 1) || unknown) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.child) {
  process.exitCode = work();
  process.disconnect?.();
} else {
  let worst = 0;
  if (kinds.includes('cluster')) worst = runClusterSeeds(from, to, values.verbose);
  if (kinds.includes('images')) worst = Math.max(worst, runImageSeeds(from, to, lines));
  if (kinds.includes('lines')) worst = Math.max(worst, await watch());
  process.exitCode = worst;
}
