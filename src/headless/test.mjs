/**
 * `npm test`: installs what is missing, runs every check and every test, and ends with one line
 * `N passed, N failed` over all runners. `npm run check` (`--fast`) leaves the browser out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser, installPackages, root } from './install.mjs';

const fast = process.argv.includes('--fast');
let passed = 0;
let failed = 0;

function run(name, command, args, env = {}) {
  const started = process.hrtime.bigint();
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env },
  });
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  console.log(`-- ${name}: ${result.status === 0 ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`);
  return result.status === 0;
}

/** A check counts as one. */
function check(name, command, ...args) {
  if (run(name, command, args)) passed++;
  else failed++;
}

/** A test runner counts its tests, out of its JSON report. */
function tests(name, command, args, report, count, env = {}) {
  rmSync(report, { force: true });
  const ok = run(name, command, args, env);
  if (!existsSync(report)) {
    failed++;
    return;
  }
  const [good, bad] = count(JSON.parse(readFileSync(report, 'utf8')));
  passed += good;
  failed += bad;
  if (!ok && bad === 0) failed++;
  if (good + bad === 0) failed++;
}

installPackages();
check('types, pure part', 'tsc', '-p', 'src/tsconfig.pure.json');
check('types, browser', 'tsc', '-p', 'src/tsconfig.browser.json');
check('types, node', 'tsc', '-p', 'src/tsconfig.node.json');
check(
  'lint',
  'oxlint',
  '--type-aware',
  '--quiet',
  'src',
  'workers',
  'e2e',
  'vite.config.ts',
  'playwright.config.ts',
);
check(
  'format',
  'oxfmt',
  '--check',
  'src',
  'workers',
  'e2e',
  'vite.config.ts',
  'playwright.config.ts',
);
check('import rule', process.execPath, 'src/headless/import-rule.mjs');
check('dead code', 'knip', '--no-progress');
const unitReport = join(tmpdir(), `drydock-unit-${process.pid}.json`);
tests(
  'unit tests',
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
  unitReport,
  (report) => [report.numPassedTests, report.numFailedTests + report.numFailedTestSuites],
);
if (!fast) {
  const browser = await findBrowser();
  const env = browser ? { DRYDOCK_BROWSER: browser } : {};
  check('production build', 'vite', 'build', '--logLevel', 'warn');
  check('size of the first load', process.execPath, 'src/headless/size.mjs');
  const pageReport = join(tmpdir(), `drydock-e2e-${process.pid}.json`);
  tests(
    'browser tests',
    'playwright',
    ['test', '--reporter=list,json'],
    pageReport,
    (report) => [report.stats.expected + report.stats.flaky, report.stats.unexpected],
    { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: pageReport },
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
