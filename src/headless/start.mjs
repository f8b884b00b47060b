/** `npm start [-- --port N]`: installs what is missing, builds, serves the production build. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, root } from './install.mjs';

installPackages();
const vite = join(root, 'node_modules/vite/bin/vite.js');
const built = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);
const at = process.argv.indexOf('--port');
const port = at < 0 ? 4173 : Number(process.argv[at + 1]);
const { preview } = await import('vite');
const server = await preview({
  root,
  preview: { host: '127.0.0.1', port, strictPort: at >= 0 },
  logLevel: 'warn',
});
console.log(`Drydock is ready at ${server.resolvedUrls.local[0]}`);
