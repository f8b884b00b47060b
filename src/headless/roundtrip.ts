/**
 * `npm run real:roundtrip`: images go from Drydock to a real dockerd and back. An image that was
 * built in Drydock on an archive with Debian's static busybox is saved, loaded and run by the real
 * engine; images that the real engine built are loaded and run in Drydock. Both times `docker
 * history`, the layers' digests, the settings and the files must be equal. Needs root and Debian's
 * packages docker.io and busybox-static. Ends with `N passed, N failed`.
 */
import { existsSync } from 'node:fs';
import { differences, listArchive } from './roundtrip/listing';
import { BASE, RECIPES, busyboxRoot, contextOf, type Recipe } from './roundtrip/images';
import { RealEngine, type Answer } from './roundtrip/real-engine';
import { SimulatedEngine } from './roundtrip/simulated-engine';

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'];
const SHOWN = 5;

interface Asks {
  ask(method: string, path: string, body?: Buffer, type?: string): Answer | Promise<Answer>;
}

let passed = 0;
let failed = 0;

function check(name: string, ours: unknown, real: unknown): void {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(real)];
  if (a === b) passed++;
  else {
    failed++;
    console.log(`FAIL ${name}\n  Drydock ${a}\n  dockerd ${b}`);
  }
}

async function must(engine: Asks, method: string, path: string, body?: Buffer, type?: string) {
  const answer = await engine.ask(method, path, body, type);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString().trim()}`);
  return answer.body;
}

async function json(engine: Asks, path: string): Promise<Record<string, unknown>> {
  return JSON.parse((await must(engine, 'GET', path)).toString()) as Record<string, unknown>;
}

/** The files of a container that never ran. */
async function files(engine: Asks, image: string): Promise<Map<string, string>> {
  const body = Buffer.from(JSON.stringify({ Image: image, Cmd: ['true'] }));
  const made = await must(engine, 'POST', '/containers/create', body, 'application/json');
  const { Id: id } = JSON.parse(made.toString()) as { Id: string };
  const archive = await must(engine, 'GET', `/containers/${id}/export`);
  await must(engine, 'DELETE', `/containers/${id}?v=1`);
  const listing = listArchive(archive, true);
  // Made by each engine for the container, at a time of its own.
  for (const name of ['.dockerenv', 'dev/console', 'dev/pts', 'dev/shm', 'etc/mtab'])
    listing.delete(name);
  for (const [name, line] of listing)
    if (/^(dev|proc|sys|etc\/(hostname|hosts|resolv\.conf)|etc|dev\/.*)$/.test(name))
      listing.set(name, line.replace(/ @\d+$/, ''));
  return listing;
}

/** What `docker history` shows; only the engine that built an image knows the ids below the top. */
async function history(engine: Asks, name: string): Promise<unknown> {
  const rows = (await json(engine, `/images/${name}/history`)) as unknown as {
    Id: string;
    Tags: string[] | null;
  }[];
  return rows.map(({ Id, Tags, ...shown }, i) => (i === 0 ? { Id, Tags, ...shown } : shown));
}

async function compareImages(name: string, ours: Asks, real: Asks): Promise<void> {
  check(`${name}: history`, await history(ours, name), await history(real, name));
  const [mine, theirs] = [
    await json(ours, `/images/${name}/json`),
    await json(real, `/images/${name}/json`),
  ];
  for (const key of ['Id', 'RootFS', 'Config', 'Created', 'Author', 'Comment', 'Size'])
    check(`${name}: ${key}`, mine[key], theirs[key]);
  const apart = differences(await files(ours, name), await files(real, name));
  check(`${name}: files`, apart.slice(0, SHOWN), []);
}

/** Drydock builds and saves, the real engine loads and runs. */
async function outward(ours: SimulatedEngine, real: RealEngine, recipe: Recipe): Promise<void> {
  const name = `out-${recipe.name}:1`;
  await build(ours, name, recipe, real.dir);
  const archive = await must(ours, 'GET', `/images/${name}/get`);
  const loaded = real.docker(['load'], archive);
  check(`${name}: docker load`, loaded.text, `Loaded image: ${name}\n`);
  await compareImages(name, ours, real);
  const theirs = real.docker(['run', '--rm', '--network', 'none', name]);
  check(`${name}: dockerd runs it`, theirs, { text: recipe.prints, code: 0 });
  check(`${name}: Drydock runs it`, ours.run(`docker run --rm ${name}`), theirs);
}

/** The real engine builds and saves, Drydock loads and runs. */
async function inward(ours: SimulatedEngine, real: RealEngine, recipe: Recipe): Promise<void> {
  const name = `in-${recipe.name}:1`;
  await build(real, name, recipe, real.dir);
  const archive = await must(real, 'GET', `/images/${name}/get`);
  const loaded = (await must(ours, 'POST', '/images/load', archive)).toString();
  check(`${name}: load`, loaded.includes(`Loaded image: ${name}`), true);
  await compareImages(name, ours, real);
  const again = await must(ours, 'GET', `/images/${name}/get`);
  check(`${name}: saved again`, [...listArchive(again, false)], [...listArchive(archive, false)]);
  check(`${name}: Drydock runs it`, ours.run(`docker run --rm ${name}`), {
    text: recipe.prints,
    code: 0,
  });
}

async function build(engine: Asks, name: string, recipe: Recipe, dir: string): Promise<void> {
  const answer = await must(engine, 'POST', `/build?t=${name}`, contextOf(dir, recipe));
  if (!answer.toString().includes(`Successfully tagged ${name}`))
    throw new Error(`${name} was not built: ${answer.toString().slice(-400)}`);
}

async function main(): Promise<void> {
  const busybox = BUSYBOX.find((path) => existsSync(path));
  if (!RealEngine.isInstalled() || busybox === undefined) {
    console.error('needs root, and the packages docker.io and busybox-static of Debian');
    process.exit(2);
  }
  const ours = new SimulatedEngine();
  const real = new RealEngine();
  try {
    await real.start();
    const root = busyboxRoot(real.dir, busybox);
    const [repository, tag] = BASE.split(':') as [string, string];
    for (const engine of [ours, real])
      await must(engine, 'POST', `/images/create?fromSrc=-&repo=${repository}&tag=${tag}`, root);
    for (const recipe of RECIPES) await outward(ours, real, recipe);
    for (const recipe of RECIPES) await inward(ours, real, recipe);
  } finally {
    await real.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

await main();
