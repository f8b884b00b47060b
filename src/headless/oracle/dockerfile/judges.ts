/** One judge for each kind of Dockerfile cases: runs the case, answers what differs. */
import type { Image } from '../../../engine';
import { IdNumbers, firstDifference, numberSums, sameOutput, simulatedText } from './texts';
import { DockerfileWorld, type CaseFiles } from './world';

export interface DockerfileCase {
  readonly id: string;
  readonly files?: CaseFiles;
  readonly cmd?: string;
  readonly dockerfile?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly options?: string;
  readonly parent?: string;
  readonly before?: string;
  readonly steps?: readonly CacheStep[];
  readonly classic?: Readonly<Record<string, unknown>>;
  readonly buildkit?: Readonly<Record<string, unknown>>;
  readonly unstable?: unknown;
  // Of BuildKit's output.
  readonly tty?: boolean;
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly screen?: string;
}
export interface CacheStep {
  readonly edit?: CaseFiles;
  readonly sh?: string;
  readonly cmd: string;
  readonly classic: CacheResult;
  readonly buildkit?: CacheResult;
}
interface CacheResult {
  readonly exit: number;
  readonly steps: readonly (readonly [string, string])[];
  readonly image?: string;
  readonly messages?: readonly string[];
  readonly output?: string;
}
export interface Head {
  readonly context?: CaseFiles;
}
/** Sentences about what differs; none: it passes. */
export type Judge = (world: DockerfileWorld, kase: DockerfileCase, head: Head) => string[];

export function differ(what: string, real: unknown, simulated: unknown): string[] {
  const left = JSON.stringify(real);
  const right = JSON.stringify(simulated);
  return left === right ? [] : [`${what}: ${left} / ${right}`];
}

/** Paths of files in the top layer. */
export function topFiles(image: Image | undefined): string[] {
  const files: string[] = [];
  const walk = (node: Image['layers'][number]['tree'], path: string) => {
    if (node.type !== 'dir') files.push(path);
    for (const [name, child] of node.children ?? []) walk(child, `${path}/${name}`);
  };
  const top = image?.layers.at(-1);
  if (top) walk(top.tree, '');
  return files.sort();
}

export const judgeErrors: Judge = (world, kase) => {
  world.place(kase.files ?? {});
  const got = world.run(kase.cmd!);
  const real = kase.classic as { stdout: string; stderr: string; exit: number; files?: string[] };
  const ids = new IdNumbers();
  const stdout = simulatedText(got.stdout, ids);
  const stderr = simulatedText(got.stderr, ids);
  return [
    ...differ('exit', real.exit, got.exit),
    ...(sameOutput(real.stdout, stdout) ? [] : [`stdout ${firstDifference(real.stdout, stdout)}`]),
    ...(sameOutput(real.stderr, stderr) ? [] : [`stderr ${firstDifference(real.stderr, stderr)}`]),
    ...(real.files ? differ('files', [...real.files].sort(), topFiles(world.image('t:1'))) : []),
  ];
};

const DIGIT_TAR = { 't.tar': { tar: { 'in.txt': 'in\n' } } } as const;

export const judgeExpansion: Judge = (world, kase, head) => {
  const context = { ...head.context, ...DIGIT_TAR };
  world.place({ ...context, Dockerfile: kase.dockerfile! });
  const args = Object.entries(kase.buildArgs ?? {})
    .map(([key, value]) => ` --build-arg '${key}=${value}'`)
    .join('');
  const got = world.run(`docker build -t t:1${args} .`);
  const real = kase.classic as Readonly<Record<string, unknown>>;
  if (real['exit'] !== undefined || got.exit !== 0) {
    const error = simulatedText(got.stderr, new IdNumbers()).trimEnd();
    return [
      ...differ('exit', real['exit'] ?? 0, got.exit),
      ...differ('error', ((real['error'] ?? '') as string).trimEnd(), error),
    ];
  }
  const image = world.image('t:1')!;
  const facts = imageFacts(image);
  if ('output' in real)
    facts['output'] = world.run('docker run --rm t:1 cat /out 2>/dev/null').stdout || null;
  return Object.keys(real).flatMap((key) => differ(key, real[key], facts[key]));
};

export function imageFacts(image: Image): Record<string, unknown> {
  const { config } = image;
  const ids = new IdNumbers();
  const createdBy = numberSums(image.history.at(-1)?.createdBy ?? '', ids);
  return {
    env: (config.Env ?? []).filter((entry) => !entry.startsWith('PATH=/usr/local/sbin:')),
    created_by: createdBy.replace(/^\/bin\/sh -c (?=#\(nop\))/, ''),
    labels: config.Labels ?? {},
    workdir: config.WorkingDir,
    files: topFiles(image),
    ports: Object.keys(config.ExposedPorts ?? {}).sort(),
    user: config.User,
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopsignal: config.StopSignal,
    cmd: config.Cmd,
    entrypoint: config.Entrypoint,
    healthcheck: config.Healthcheck,
    shell: config.Shell,
    author: image.author,
    onbuild: config.OnBuild ?? [],
  };
}

export const judgeCache: Judge = (world, kase) => {
  world.place(kase.files ?? {});
  if (kase.before !== undefined) world.run(kase.before);
  const flaws: string[] = [];
  const numbers = new Map<string, string>();
  kase.steps!.forEach((step, i) => {
    // A build of BuildKit's between: the two builders share nothing.
    if (step.classic.steps.some(([text]) => text.startsWith('['))) {
      numbers.set(`build ${i + 1}`, step.classic.image ?? '');
      return;
    }
    if (step.edit) world.place(step.edit);
    if (step.sh !== undefined) world.run(step.sh);
    const got = world.run(step.cmd);
    const real = step.classic;
    const mine = {
      exit: got.exit,
      steps: cacheStates(got.stdout, got.exit),
      messages: got.stdout.split('\n').filter((line) => line.startsWith('[Warning]')),
    };
    const where = `build ${i + 1}`;
    flaws.push(...differ(`${where} exit`, real.exit, mine.exit));
    const { output } = real;
    if (output === undefined) flaws.push(...differ(`${where} steps`, real.steps, mine.steps));
    else flaws.push(...differ(`${where} output`, output, got.stdout));
    flaws.push(...differ(`${where} messages`, real.messages ?? [], mine.messages));
    if (real.image === undefined) return;
    const id = world.image('t:1')?.id ?? 'none';
    if (!numbers.has(id)) numbers.set(id, `<id${numbers.size + 1}>`);
    flaws.push(...differ(`${where} image`, real.image, numbers.get(id)));
  });
  return flaws;
};

function cacheStates(stdout: string, exit: number): [string, string][] {
  const steps: [string, string][] = [];
  let seenFrom = false;
  for (const line of stdout.split('\n')) {
    const text = /^Step \d+\/\d+ : (.*)$/.exec(line)?.[1];
    if (text !== undefined) {
      const isFrom = /^FROM\s/i.test(text);
      seenFrom ||= isFrom;
      steps.push([text, isFrom ? 'base' : seenFrom ? 'open' : 'none']);
    } else if (line === ' ---> Using cache' && steps.at(-1)?.[1] === 'open')
      steps.at(-1)![1] = 'hit';
    else if (/^ ---> [0-9a-f]{12}$/.test(line) && steps.at(-1)?.[1] === 'open')
      steps.at(-1)![1] = 'miss';
  }
  const last = steps.at(-1);
  if (last?.[1] === 'open') last[1] = exit === 0 ? 'unfinished' : 'failed';
  return steps;
}

export const judgeResults: Judge = (world, kase, head) => {
  world.place({ ...head.context, ...DIGIT_TAR });
  if (kase.parent !== undefined) {
    world.place({ Dockerfile: kase.parent });
    world.run('docker build --no-cache -t parent:1 .');
  }
  world.place({ Dockerfile: kase.dockerfile! });
  const options = kase.options === undefined ? '' : ` ${kase.options}`;
  const got = world.run(`docker build --no-cache -t t:1${options} .`);
  const real = kase.classic as Readonly<Record<string, unknown>>;
  const image = world.image('t:1');
  if (real['exit'] !== undefined || !image)
    return differ('exit', real['exit'] ?? 0, got.exit).concat(
      differ('error', ((real['error'] ?? '') as string).trimEnd(), got.stderr.trimEnd()),
    );
  const facts = resultFacts(image, got.stdout);
  return Object.keys(facts)
    .filter((key) => key in real)
    .flatMap((key) => differ(key, sortKeys(real[key]), sortKeys(facts[key])));
};

function resultFacts(image: Image, stdout: string): Record<string, unknown> {
  const ids = new IdNumbers();
  const history = image.history.map((entry) => ({
    created_by: numberSums(entry.createdBy, ids),
    ...(entry.comment === '' ? {} : { comment: entry.comment }),
    ...(entry.author === undefined ? {} : { author: entry.author }),
    ...(entry.emptyLayer ? { empty_layer: true } : {}),
  }));
  const lines = stdout.split('\n');
  return {
    config: configFacts(image),
    history,
    layers: image.layers.length,
    author: image.author,
    parent_field: image.parent === '' ? 'empty' : 'set',
    comment: image.comment,
    steps: lines.filter((line) => line.startsWith('Step ')),
    triggers: lines.filter((line) => line.startsWith('# Executing')),
  };
}

/** As recorded: without what is empty and without the container's own, but Cmd and Entrypoint. */
export function configFacts({ config }: Image, keep = true): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'Image' || key === 'Hostname') continue;
    const kept = keep && (key === 'Cmd' || key === 'Entrypoint');
    const empty = value === null || value === '' || value === false || isEmptyRecord(value);
    if (kept || !empty) out[key] = value;
  }
  return out;
}

function isEmptyRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 0
  );
}

export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
