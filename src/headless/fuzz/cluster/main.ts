/** `npm run fuzz -- cluster --seeds A..B`: whole clusters under random faults, seed by seed. */
import { ClusterRun, formShape, shapeOf, type FormedSwarm } from './cluster-run';

const SHOWN_LINES = 60;

/** Runs the seeds; the exit code. */
export function runClusterSeeds(from: number, to: number, verbose: boolean): number {
  const shapes = new Map<number, FormedSwarm>();
  let passed = 0;
  let failed = 0;
  const sum = { operations: 0, faults: 0, seconds: 0 };
  for (let seed = from; seed <= to; seed++) {
    const shape = shapeOf(seed);
    const formed = shapes.get(shape) ?? formShape(shape);
    shapes.set(shape, formed);
    const report = new ClusterRun(formed, seed).run();
    for (const key of ['operations', 'faults', 'seconds'] as const) sum[key] += report[key];
    if (!report.violation) passed++;
    else {
      failed++;
      console.log(`FAILED seed ${seed}: ${report.violation.message}`);
      console.log(`replay: npm run fuzz -- cluster --seeds ${seed}..${seed} --verbose`);
    }
    if (verbose) for (const line of report.story.slice(-SHOWN_LINES * 4)) console.log(`  ${line}`);
    if (seed % 25 === 0) {
      const { operations, faults, seconds } = sum;
      console.log(
        `seed ${seed}: ${failed} failed; ${operations} operations, ${faults} faults, ${seconds} virtual s`,
      );
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
