/**
 * `npm run bench [-- NAME...]`: measures speed, each as a ratio within one run, and prints a table.
 */
import { measureCluster } from './bench/cluster';
import { measureImages } from './bench/images';
import { measurePage } from './bench/page';
import { measureQueue } from './bench/queue';
import { measureRaft } from './bench/raft';
import type { Measurement, Row } from './bench/row';

/** Measurements by name, in the order of the table. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  raft: measureRaft,
  queue: measureQueue,
  cluster: measureCluster,
  images: measureImages,
  page: measurePage,
};

function print(rows: readonly Row[]): void {
  const lines = [['what', 'measured', 'aim'], ...rows.map((row) => [row.what, row.value, row.aim])];
  const widths = [0, 1, 2].map((at) => Math.max(...lines.map((line) => line[at]!.length)));
  for (const line of lines) {
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    );
  }
}

async function main(): Promise<number> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) {
    console.error(`usage: npm run bench [-- ${Object.keys(MEASUREMENTS).join(' | ')}]`);
    return 2;
  }
  const rows: Row[] = [];
  let failed = false;
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.error(`measuring: ${name}`);
    try {
      rows.push(...(await measure()));
    } catch (error) {
      failed = true;
      rows.push({ what: name, value: `failed: ${String(error)}`, aim: '' });
    }
  }
  print(rows);
  return failed ? 1 : 0;
}

process.exitCode = await main();
