/** Checks the import rule, and that the checker really read the modules (it fails silently). */
import { spawnSync } from 'node:child_process';

const result = spawnSync(
  'depcruise',
  ['src', 'workers', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 1 << 30 },
);
let report;
try {
  report = JSON.parse(result.stdout);
} catch {
  console.error(result.stderr || result.stdout);
  process.exit(1);
}
const { totalCruised, violations } = report.summary;
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (totalCruised < 100) console.error(`only ${totalCruised} modules were read`);
console.log(`${totalCruised} modules, ${violations.length} violations`);
process.exitCode = violations.length === 0 && totalCruised >= 100 ? 0 : 1;
