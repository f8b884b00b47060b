/** Installs what is missing: the packages of the lock file, and a browser when tests need one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs `npm ci` unless the installed packages are those of the lock file. */
export function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules/.drydock-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing packages ...');
  // `ci` starts from nothing; where something is installed, only what differs is changed.
  const how = existsSync(join(root, 'node_modules')) ? ['install', '--no-save'] : ['ci'];
  execFileSync('npm', [...how, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  writeFileSync(stamp, lock);
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
