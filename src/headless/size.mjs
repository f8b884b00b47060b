/**
 * The JavaScript that a first visit loads before the first prompt, gzipped: the limit is 350 kB. What the
 * workers load is told apart.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';

const LIMIT = 350_000;
/** What is loaded by itself: the entry, what draws the page, and the first view. */
const FIRST = ['index.html', 'src/ui/draw.tsx', 'src/ui/topology/Topology.tsx'];

/** Files of a build and their gzipped bytes. */
export function firstLoad(dist) {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'));
  const files = new Set();
  const seen = new Set();
  const take = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    files.add(manifest[key].file);
    for (const next of manifest[key].imports ?? []) take(next);
  };
  for (const key of FIRST) take(key);
  const workers = readdirSync(`${dist}/assets`).filter((at) => /^(cluster|node)-.*js$/.test(at));
  const size = (file) => gzipSync(readFileSync(`${dist}/${file}`), { level: 9 }).length;
  const sum = (list) => list.reduce((total, at) => total + size(at), 0);
  return {
    files: [...files],
    page: sum([...files]),
    workers: sum(workers.map((at) => `assets/${at}`)),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, page } = firstLoad('dist');
  const bytes = (page / 1000).toFixed(1);
  console.log(`${files.length} files, ${bytes} kB gzip of ${LIMIT / 1000} kB`);
  process.exitCode = page > 0 && page <= LIMIT ? 0 : 1;
}
