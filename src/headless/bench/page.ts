/**
 * How soon one can type: the production build in a headless Chromium, from the start of the navigation to
 * the first prompt in the terminal; and what has to be loaded for it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { build, preview } from 'vite';
import { median, type Measurement, type Row } from './row';

const PORT = 4178;
const LOADS = 9;
const ADDRESS = `http://127.0.0.1:${PORT}/`;

/** The installer is plain JavaScript, as it runs before there are packages. */
async function browserOfSystem(): Promise<string | undefined> {
  const installer = new URL('../install.mjs', import.meta.url).href;
  const { findBrowser } = (await import(installer)) as {
    readonly findBrowser: () => Promise<string | undefined>;
  };
  return findBrowser();
}

/** Milliseconds to the first prompt, of a load in this context. */
async function load(context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  await page.goto(ADDRESS, { waitUntil: 'commit' });
  const at = await page.waitForFunction(
    () => {
      const rows = document.querySelector('.terminal-screen .xterm-rows') as HTMLElement | null;
      return /\[node\d\] ~ [#$]/.test(rows?.innerText ?? '') ? performance.now() : 0;
    },
    undefined,
    { polling: 'raf', timeout: 60_000 },
  );
  const ms = await at.jsonValue();
  await page.close();
  return ms;
}

/** What the size check counts; it is plain JavaScript, as it runs before there are packages. */
async function firstLoad(dist: string): Promise<{ page: number; workers: number }> {
  const checker = new URL('../size.mjs', import.meta.url).href;
  const { firstLoad: count } = (await import(checker)) as {
    readonly firstLoad: (dist: string) => { page: number; workers: number };
  };
  return count(dist);
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;

export const measurePage: Measurement = async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'drydock-bench-'));
  await build({ logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: PORT, strictPort: true },
  });
  const executablePath = process.env['DRYDOCK_BROWSER'] ?? (await browserOfSystem());
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    ...(executablePath ? { executablePath } : {}),
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript(() => localStorage.setItem('drydock.renderer', 'dom'));
    const cold = await load(context);
    const warm: number[] = [];
    for (let i = 0; i < LOADS; i++) warm.push(await load(context));
    const { page, workers } = await firstLoad(outDir);
    const what = 'page load to the first prompt';
    return [
      { what: `${what}, warm, median of ${LOADS}`, value: ms(median(warm)), aim: 'under 1 s' },
      { what: `${what}, warm, best`, value: ms(Math.min(...warm)), aim: '' },
      { what: `${what}, cold`, value: ms(cold), aim: '' },
      { what: 'first JavaScript of the page, gzip', value: kilobytes(page), aim: 'under 350 kB' },
      { what: "the workers' JavaScript, gzip", value: kilobytes(workers), aim: '' },
    ] satisfies Row[];
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  }
};

const ms = (value: number) => `${Math.round(value)} ms`;
