/** The JavaScript that a first visit loads before the first prompt, gzipped: the limit is 350 kB. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 350_000;
const html = readFileSync('dist/index.html', 'utf8');
const files = [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+\.js)"/g)].map((m) => m[1]);
let total = 0;
for (const file of new Set(files))
  total += gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
console.log(`${files.length} files, ${(total / 1000).toFixed(1)} kB gzip of ${LIMIT / 1000} kB`);
process.exitCode = total > 0 && total <= LIMIT ? 0 : 1;
