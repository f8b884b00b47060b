/**
 * Recorded images built anew, and recorded containers run anew. Ids, digests of what holds times, and
 * the times themselves differ from run to run; names, types, modes, owners, sizes, links, contents and
 * the times that come out of archives must not.
 */
import { layersLab } from '../../../engine';
import { LayersWorld, type Context, type RecordedEntry } from './world';

export interface RecordedImage {
  readonly history: readonly { readonly CreatedBy: string; readonly Comment: string }[];
  readonly historyBytes?: readonly { readonly Size: number }[];
  readonly inspect: { readonly Config: object; readonly Size: number };
}
export interface RecordedBuild extends RecordedImage {
  readonly builder: string;
  readonly save: {
    readonly layers: readonly { readonly entries: readonly RecordedEntry[] }[];
  };
}
interface Usage {
  readonly diff: readonly string[];
  readonly sizeRw: number;
  readonly sizeRootFs: number;
  readonly psSize: string;
}
export interface RecordedContainer {
  readonly script: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly afterRun: Usage;
  readonly afterCp?: Usage;
  readonly cpOut?: readonly {
    readonly path: string;
    readonly exit: number;
    readonly stderr?: string;
    readonly tar?: readonly RecordedEntry[];
  }[];
  readonly cpIn?: readonly {
    readonly files: Readonly<Record<string, string>>;
    readonly from: string;
    readonly to: string;
    readonly exit: number;
    readonly stderr: string;
  }[];
  readonly export: readonly RecordedEntry[];
  readonly commitChange?: readonly string[];
  readonly commit: RecordedImage & {
    readonly topLayer: { readonly entries: readonly RecordedEntry[] };
    readonly layerCount: number;
  };
}
export interface RecordedCase {
  readonly name: string;
  readonly dockerfile: string;
  readonly context: Context;
  readonly builds: readonly RecordedBuild[];
  readonly containers: readonly RecordedContainer[];
}
export type Check = (name: string, ours: unknown, wanted: unknown) => void;

/** Times before this come out of archives and stay. */
const RECENT_SECONDS = 1_700_000_000;
/** Written by each engine for the container. */
const OWN_FILES = /(^|\/)(hostname|hosts|resolv\.conf)$/;

const masked = (text: string) =>
  text
    .replace(/[0-9a-f]{64}/g, 'ID')
    .replace(/[0-9a-f]{12}/g, 'ID')
    .replace(/ [A-Z][a-z]{2} [ 0-9]\d [ \d:]{5} /g, ' TIME ');

function entryLine(entry: RecordedEntry): string {
  const whiteout = /(^|\/)\.wh\./.test(entry.name);
  const own = OWN_FILES.test(entry.name);
  const link = whiteout || entry.linkname === '' ? '' : ` -> ${entry.linkname}`;
  const time = entry.mtime < RECENT_SECONDS && !own ? ` @${entry.mtime}` : '';
  const text = own || entry.content === undefined ? '' : ` ${JSON.stringify(entry.content)}`;
  const mode = Number.parseInt(entry.mode, 8).toString(8);
  const owner = `${entry.uid}:${entry.gid}`;
  const size = own ? '' : ` ${entry.size}`;
  return `${entry.name} ${entry.type} ${mode} ${owner}${size}${link}${text}${time}`;
}

function ourEntries(tar: Uint8Array, withText: boolean): RecordedEntry[] {
  return layersLab.readTar(tar).map((entry) => ({
    name: entry.name,
    type: entry.type === 'link' ? 'hardlink' : entry.type,
    mode: entry.mode.toString(8),
    uid: entry.uid,
    gid: entry.gid,
    size: entry.data.length,
    linkname: entry.linkname,
    mtime: entry.mtimeSeconds,
    ...(withText && entry.type === 'file'
      ? { content: String.fromCharCode(...entry.data.subarray(0, 5000)) }
      : {}),
  }));
}

/** Contents only where they were recorded. */
function entryLines(ours: readonly RecordedEntry[], wanted: readonly RecordedEntry[]) {
  const known = new Set(wanted.filter((e) => e.content !== undefined).map((e) => e.name));
  const mine = ours.map((e) => {
    const { content, ...rest } = e;
    return entryLine(content !== undefined && known.has(e.name) ? { ...rest, content } : rest);
  });
  return [mine, wanted.map(entryLine)] as const;
}

export function judgeCase(recorded: RecordedCase, check: Check): void {
  const classic = recorded.builds.find(({ builder }) => builder === 'classic');
  if (!classic) return;
  const world = new LayersWorld(classic.save.layers[0]!.entries);
  const tag = `ora/${recorded.name}:classic`;
  world.build(tag, recorded.dockerfile, recorded.context);
  compareImage(world, tag, classic, `${recorded.name} rebuilt`, check);
  const layers = savedLayers(world, tag);
  classic.save.layers.forEach((layer, i) => {
    if (i === 0) return;
    const [ours, wanted] = entryLines(
      ourEntries(layers[i] ?? new Uint8Array(1024), true),
      layer.entries,
    );
    check(`${recorded.name} rebuilt layer ${i}`, ours, wanted);
  });
  recorded.containers.forEach((container, i) =>
    judgeContainer(world, recorded.name, i, container, check),
  );
}

function compareImage(
  world: LayersWorld,
  tag: string,
  wanted: RecordedImage,
  name: string,
  check: Check,
): void {
  const history = world.json(`/images/${tag}/history`) as {
    CreatedBy: string;
    Size: number;
    Comment: string;
  }[];
  // The base image was made by another tool.
  const steps = <T>(rows: readonly T[]) => rows.slice(0, -1);
  check(
    `${name} history`,
    steps(history).map(({ CreatedBy, Comment }) => [masked(CreatedBy), Comment]),
    steps(wanted.history).map(({ CreatedBy, Comment }) => [masked(CreatedBy), Comment]),
  );
  if (wanted.historyBytes)
    check(
      `${name} sizes of the steps`,
      history.map(({ Size }) => Size),
      wanted.historyBytes.map(({ Size }) => Size),
    );
  const inspect = world.json(`/images/${tag}/json`) as RecordedImage['inspect'];
  check(`${name} size`, inspect.Size, wanted.inspect.Size);
  check(
    `${name} settings`,
    masked(JSON.stringify(inspect.Config)),
    masked(JSON.stringify(wanted.inspect.Config)),
  );
}

function savedLayers(world: LayersWorld, tag: string): Uint8Array[] {
  const entries = layersLab.readTar(world.ask('GET', `/images/${tag}/get`));
  const file = (name: string) => entries.find((entry) => entry.name === name)?.data;
  const manifest = JSON.parse(Buffer.from(file('manifest.json')!).toString()) as {
    Layers: string[];
  }[];
  return manifest[0]!.Layers.map((path) => {
    const entry = entries.find(({ name }) => name === path)!;
    // A layer that was saved before is a link to it.
    if (entry.type !== 'symlink') return entry.data;
    return file(entry.linkname.replace(/^\.\.\//, ''))!;
  });
}

function judgeContainer(
  world: LayersWorld,
  base: string,
  index: number,
  wanted: RecordedContainer,
  check: Check,
): void {
  const container = `c-${base}${index}`;
  const name = `${base} container ${index}`;
  const quoted = `'${wanted.script.replaceAll("'", "'\\''")}'`;
  const image = `ora/${base}:classic`;
  const ran = world.run(
    `docker run --name ${container} -u 0 --entrypoint /bin/sh ${image} -c ${quoted}`,
  );
  check(`${name} exit`, ran.exit, wanted.exit);
  // Directories are read in an order of their own, and so emptied.
  const lines = (text: string) => masked(text).split('\n').sort();
  check(`${name} output`, lines(ran.stdout + ran.stderr), lines(wanted.stdout + wanted.stderr));
  judgeUsage(world, container, `${name} after run`, wanted.afterRun, check);
  for (const out of wanted.cpOut ?? []) {
    const copied = world.run(`docker cp ${container}:${out.path} - > /root/out.tar`);
    check(`${name} cp of ${out.path} exit`, copied.exit, out.exit);
    check(`${name} cp of ${out.path} error`, copied.stderr, out.stderr ?? '');
    if (!out.tar) continue;
    const tar = world.ask('GET', `/containers/${container}/archive?path=${out.path}`);
    const [ours, theirs] = entryLines(ourEntries(tar, true), out.tar);
    check(`${name} cp of ${out.path}`, ours, theirs);
  }
  for (const into of wanted.cpIn ?? []) {
    const folder = world.put(into.files);
    const copied = world.run(`docker cp ${folder}/${into.from} ${container}:${into.to}`);
    check(`${name} cp to ${into.to}`, [copied.exit, copied.stderr], [into.exit, into.stderr]);
  }
  if (wanted.afterCp) judgeUsage(world, container, `${name} after cp`, wanted.afterCp, check);
  const exported = ourEntries(world.ask('GET', `/containers/${container}/export`), false);
  const [ours, theirs] = entryLines(
    exported.filter((entry) => !entry.name.startsWith('bin/')),
    wanted.export,
  );
  check(`${name} export`, ours, theirs);
  judgeCommit(world, base, index, wanted, check);
}

function judgeUsage(
  world: LayersWorld,
  container: string,
  name: string,
  wanted: Usage,
  check: Check,
): void {
  const diff = world.run(`docker diff ${container}`).stdout.trimEnd();
  const rows = diff === '' ? [] : diff.split('\n');
  check(`${name} diff`, rows.sort(), [...wanted.diff].sort());
  const sizes = world.json(`/containers/${container}/json?size=1`) as {
    SizeRw: number;
    SizeRootFs: number;
  };
  check(`${name} sizeRw`, sizes.SizeRw, wanted.sizeRw);
  check(`${name} sizeRootFs`, sizes.SizeRootFs, wanted.sizeRootFs);
  const shown = world.run(`docker ps -a -s --filter name=^${container}$ --format '{{.Size}}'`);
  check(`${name} ps -s`, shown.stdout.trim(), wanted.psSize);
}

function judgeCommit(
  world: LayersWorld,
  base: string,
  index: number,
  wanted: RecordedContainer,
  check: Check,
): void {
  const tag = `ora/${base}${index}:committed`;
  const changes = (wanted.commitChange ?? []).map((text) => `-c '${text}' `).join('');
  world.run(`docker commit ${changes}c-${base}${index} ${tag}`);
  const name = `${base} container ${index} commit`;
  compareImage(world, tag, wanted.commit, name, check);
  const layers = savedLayers(world, tag);
  check(`${name} layers`, layers.length, wanted.commit.layerCount);
  const [ours, theirs] = entryLines(
    ourEntries(layers.at(-1)!, true),
    wanted.commit.topLayer.entries,
  );
  check(`${name} top layer`, ours, theirs);
}
