/**
 * The same seed gives the same run in Chromium, inline and on 1, 2 and N workers, as it does in Node.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { build, preview, type PreviewServer } from 'vite';
import type { TraceRequest } from './hash-page/page';

const RUN = { seed: 7, nodes: 4, untilUs: 40_000_000 };
const root = join(import.meta.dirname, 'hash-page');

let outDir: string;
let server: PreviewServer;

test.beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'drydock-hash-'));
  const options = { root, configFile: false, logLevel: 'error', base: './' } as const;
  await build({
    ...options,
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022' },
  });
  server = await preview({
    ...options,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 4180, strictPort: true },
  });
});

test.afterAll(async () => {
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
});

/** The last line of `npm run trace`. */
function hashInNode(): string {
  const { seed, nodes, untilUs } = RUN;
  const words = [
    '--seed',
    seed,
    '--nodes',
    nodes,
    '--until',
    untilUs / 1_000_000,
    '--host',
    'pool',
  ];
  const printed = execFileSync('npx', ['tsx', 'src/headless/trace.ts', ...words.map(String)], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
  });
  return printed.trimEnd().split('\n').at(-1)!;
}

test('the trace hash is equal in Node and in the browser, however many workers', async ({
  page,
}) => {
  await page.goto('http://127.0.0.1:4180/');
  const expected = hashInNode();
  expect(expected).toMatch(/^[0-9a-f]{16}$/);
  const requests: TraceRequest[] = [
    { ...RUN, kind: 'inline' },
    { ...RUN, kind: 'pool', workers: 1 },
    { ...RUN, kind: 'pool', workers: 2 },
    { ...RUN, kind: 'worker' },
  ];
  for (const request of requests) {
    const hash = await page.evaluate((asked) => {
      const global = globalThis as unknown as { traceHash(r: TraceRequest): Promise<string> };
      return global.traceHash(asked);
    }, request);
    expect(hash, JSON.stringify(request)).toBe(expected);
  }
});
