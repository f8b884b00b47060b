/** Installs what is missing: the packages of the lock file, and a browser when tests need one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The packages that a lock file names, with their versions; those of other systems left out. */
function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return {};
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  const own = Object.entries(packages).filter(([path, { optional }]) => path !== '' && !optional);
  return Object.fromEntries(own.map(([path, { version }]) => [path, version]));
}

/** Runs `npm ci` unless every package of the lock file is installed in its version. */
export function installPackages() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const found = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (Object.keys(wanted).every((path) => found[path] === wanted[path])) return;
  console.log('Installing packages ...');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
}

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of a browser of the system, if there is one. */
export function systemBrowser() {
  return SYSTEM_BROWSERS.find((path) => existsSync(path));
}

/** A browser for the tests: Playwright's own, else the system's, else Debian's package. */
export async function findBrowser() {
  const { chromium } = await import('@playwright/test');
  try {
    const browser = await chromium.launch();
    await browser.close();
    return undefined;
  } catch {
    // Playwright's browser is not here.
  }
  const found = systemBrowser();
  if (found) return found;
  console.log('Installing Chromium ...');
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  const installed = systemBrowser();
  if (!installed) throw new Error('No browser: install Chromium and run npm test again.');
  return installed;
}
