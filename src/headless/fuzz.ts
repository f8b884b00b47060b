/**
 * `npm run fuzz -- [--seeds A..B] [--lines N]`: random command lines, keystrokes and API requests thrown at
 * swarms of three; 100,000 in all if not said otherwise. Prints the first failing seed with the command
 * that replays it. The work is done in a process of its own, so that a hang is seen from outside.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FuzzFailure, FuzzSession, formSwarm, type Given } from './fuzz/session';

const DEFAULT_SEEDS = '1..500';
const DEFAULT_LINES = '200';
/** Wall time of one input beyond which it counts as a hang. */
const HANG_MS = 120_000;
/** Swarms that are formed; seeds share them. */
const SWARMS = 4;

const USAGE = 'usage: npm run fuzz -- [--seeds A..B] [--lines N]';

type FromChild =
  | { readonly kind: 'given'; readonly seed: number; readonly given: Given }
  | { readonly kind: 'seed-done'; readonly seed: number }
  | { readonly kind: 'failed'; readonly seed: number; readonly given: Given; readonly why: string };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: DEFAULT_SEEDS },
    lines: { type: 'string', default: DEFAULT_LINES },
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
  console.log(`replay: npm run fuzz -- --seeds ${seed}..${seed} --lines ${number}`);
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

if (!(from >= 0) || !(to >= from) || !(lines >= 1)) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.child) {
  process.exitCode = work();
  process.disconnect?.();
} else {
  process.exitCode = await watch();
}
