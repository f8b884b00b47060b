/**
 * `npm test`: installs what is missing, runs every check and every test, and ends with one line
 * `N passed, N failed` over all runners. `npm run check` (`--fast`) leaves the browser out.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser, installPackages, root } from './install.mjs';

const fast = process.argv.includes('--fast');
const STYLED = ['src', 'workers', 'e2e', 'vite.config.ts', 'playwright.config.ts'];
/** Checks use one core each. */
const LANES = 2;
let passed = 0;
let failed = 0;

/** Runs a program; its output is kept back, if others run beside it, until it ends. */
async function run(name, command, args, { env = {}, quiet = false } = {}) {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ok = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += `${error.message}\n`;
      resolve(false);
    });
    child.on('close', (code, signal) => {
      if (code !== 0) output += `${name}: exit code ${code ?? signal}\n`;
      resolve(code === 0);
    });
  });
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  process.stdout.write(output);
  console.log(`-- ${name}: ${ok ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`);
  return ok;
}

/** Each check counts as one. */
async function check(name, command, ...args) {
  if (await run(name, command, args, { quiet: true })) passed++;
  else failed++;
}

/** Runs checks, a few at a time, in the order given. */
async function checkAll(checks) {
  const rest = [...checks];
  const lane = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await check(...next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** A test runner counts its tests, out of its JSON report. */
async function tests(name, command, args, report, count, env = {}) {
  rmSync(report, { force: true });
  const ok = await run(name, command, args, { env });
  if (!existsSync(report)) {
    failed++;
    return;
  }
  const [good, bad] = count(JSON.parse(readFileSync(report, 'utf8')));
  rmSync(report);
  passed += good;
  failed += bad;
  if (bad === 0 && (!ok || good === 0)) failed++;
}

/** Tests that failed, and files that failed outside their tests. */
function countUnit({ numPassedTests, numFailedTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return [numPassedTests, numFailedTests + broken.length];
}

installPackages();
await checkAll([
  ['lint', 'oxlint', '--type-aware', '--quiet', ...STYLED],
  ['import rule', process.execPath, 'src/headless/import-rule.mjs'],
  ['types, pure part', 'tsc', '-p', 'src/tsconfig.pure.json'],
  ['types, browser', 'tsc', '-p', 'src/tsconfig.browser.json'],
  ['types, node', 'tsc', '-p', 'src/tsconfig.node.json'],
  ['dead code', 'knip', '--no-progress'],
  ['format', 'oxfmt', '--check', ...STYLED],
]);
const unitReport = join(tmpdir(), `drydock-unit-${process.pid}.json`);
await tests(
  'unit tests',
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
  unitReport,
  countUnit,
);
if (!fast) {
  const browser = await findBrowser();
  await check('production build', 'vite', 'build', '--logLevel', 'warn');
  await check('size of the first load', process.execPath, 'src/headless/size.mjs');
  const pageReport = join(tmpdir(), `drydock-e2e-${process.pid}.json`);
  await tests(
    'browser tests',
    'playwright',
    ['test', '--reporter=list,json'],
    pageReport,
    ({ stats }) => [stats.expected + stats.flaky, stats.unexpected],
    {
      ...(browser ? { DRYDOCK_BROWSER: browser } : {}),
      PLAYWRIGHT_JSON_OUTPUT_NAME: pageReport,
    },
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
