/** The judges of what BuildKit made of a case. */
import type { Image } from '../../../engine';
import { differences, steady, takeApart } from './buildkit-output';
import {
  configFacts,
  differ,
  imageFacts,
  sortKeys,
  topFiles,
  type CacheStep,
  type DockerfileCase,
  type Head,
} from './judges';
import { screenOf } from './screen';
import { IdNumbers } from './texts';
import { DockerfileWorld } from './world';

const DIGIT_TAR = { 't.tar': { tar: { 'in.txt': 'in\n' } } } as const;

function lastLine(text: string): string {
  return steady(text.trimEnd().split('\n').at(-1) ?? '');
}

export function judgePlain(world: DockerfileWorld, kase: DockerfileCase): string[] {
  world.place(kase.files ?? {});
  if (kase.before !== undefined) world.run(kase.before);
  if (kase.tty) return judgeScreen(world, kase);
  const got = world.run(kase.cmd!);
  return [
    ...differ('exit', kase.exit ?? 0, got.exit),
    ...differ('stdout', numbered(kase.stdout ?? ''), numbered(got.stdout)),
    ...differences(kase.stderr ?? '', got.stderr),
  ];
}

function numbered(text: string): string {
  return new IdNumbers().replace(text.replace(/<id\d+>/g, '0'.repeat(64)));
}

function judgeScreen(world: DockerfileWorld, kase: DockerfileCase): string[] {
  const { screen, exit } = screenOf(world, kase.cmd!);
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) =>
        steady(line)
          .replace(/\b([0-9a-f]{64}|[0-9a-f]{12})\b|<id\d*>/g, '<id>')
          .replace(/(^#\d+|Building) \d+\.\d+s?/, '$1 0')
          .replace(/^ => CANCELED /, ' => ')
          .replace(/ +\d+\.\ds$/, ' 0.0s')
          .replace(/\[\S+ 1\/\d+\] FROM/, 'FROM')
          .trimEnd(),
      )
      .filter((line) => line !== '')
      .sort()
      .join('\n');
  const [real, mine] = [lines(kase.screen ?? ''), lines(screen)];
  return [...differ('exit', kase.exit ?? 0, exit), ...differ('screen', real, mine)];
}

export function judgeBuildKitErrors(world: DockerfileWorld, kase: DockerfileCase): string[] {
  world.place(kase.files ?? {});
  const got = world.run(kase.cmd!);
  const real = kase.buildkit as {
    stdout: string;
    stderr: string;
    exit: number;
    files?: string[];
  };
  return [
    ...differ('exit', real.exit, got.exit),
    ...differ('stdout', numbered(real.stdout), numbered(got.stdout)),
    ...differences(real.stderr, got.stderr),
    ...(real.files ? differ('files', [...real.files].sort(), topFiles(world.image('t:1'))) : []),
  ];
}

export function judgeBuildKitExpansion(
  world: DockerfileWorld,
  kase: DockerfileCase,
  head: Head,
): string[] {
  world.place({ ...head.context, ...DIGIT_TAR, Dockerfile: kase.dockerfile! });
  const args = Object.entries(kase.buildArgs ?? {})
    .map(([key, value]) => ` --build-arg '${key}=${value}'`)
    .join('');
  const got = world.run(`docker build --progress=plain -t t:1${args} .`);
  const real = kase.buildkit as Readonly<Record<string, unknown>>;
  if (real['exit'] !== undefined || got.exit !== 0)
    return [
      ...differ('exit', real['exit'] ?? 0, got.exit),
      ...differ('error', steady(((real['error'] ?? '') as string).trimEnd()), lastLine(got.stderr)),
    ];
  const facts = imageFacts(world.image('t:1')!);
  if ('output' in real)
    facts['output'] = world.run('docker run --rm t:1 cat /out 2>/dev/null').stdout || null;
  return Object.keys(real)
    .filter((key) => key in facts)
    .flatMap((key) => differ(key, sortKeys(real[key]), sortKeys(facts[key] ?? null)));
}

export function judgeBuildKitResults(
  world: DockerfileWorld,
  kase: DockerfileCase,
  head: Head,
): string[] {
  world.place({ ...head.context, ...DIGIT_TAR });
  if (kase.parent !== undefined) {
    world.place({ Dockerfile: kase.parent });
    world.run('docker build --no-cache -t parent:1 .');
  }
  world.place({ Dockerfile: kase.dockerfile! });
  const options = kase.options === undefined ? '' : ` ${kase.options}`;
  const got = world.run(`docker build --no-cache -t t:1${options} .`);
  const real = kase.buildkit as Readonly<Record<string, unknown>>;
  const image = world.image('t:1');
  if (real['exit'] !== undefined || !image || got.exit !== 0)
    return [
      ...differ('exit', real['exit'] ?? 0, got.exit),
      ...differ('error', steady(((real['error'] ?? '') as string).trimEnd()), lastLine(got.stderr)),
    ];
  const facts = resultFacts(image);
  return Object.keys(facts)
    .filter((key) => key in real)
    .flatMap((key) => differ(key, sortKeys(real[key]), sortKeys(facts[key])));
}

function resultFacts(image: Image): Record<string, unknown> {
  return {
    config: configFacts(image, false),
    history: image.history.map((entry) => ({
      created_by: entry.createdBy,
      ...(entry.comment === '' ? {} : { comment: entry.comment }),
      ...(entry.author === undefined ? {} : { author: entry.author }),
      ...(entry.emptyLayer ? { empty_layer: true } : {}),
    })),
    layers: image.layers.length,
    author: image.author,
    parent_field: image.parent === '' ? 'empty' : 'set',
    top_level_keys: Object.keys(JSON.parse(image.configText ?? '{}') as object).sort(),
  };
}

export function judgeBuildKitCache(world: DockerfileWorld, kase: DockerfileCase): string[] {
  world.place(kase.files ?? {});
  if (kase.before !== undefined) world.run(kase.before);
  const flaws: string[] = [];
  const numbers = new Map<string, string>();
  kase.steps!.forEach((step, i) => {
    // How far a step had come beside one that failed is chance, and so is what the next build finds.
    const chance = (kase.steps![i - 1]?.buildkit?.exit ?? 0) !== 0;
    flaws.push(...judgeStep(world, step, i, { numbers, chance }));
  });
  return flaws;
}

const STATES: Readonly<Record<string, string>> = {
  DONE: 'miss',
  CACHED: 'hit',
  ERROR: 'failed',
  CANCELED: 'canceled',
};

function judgeStep(
  world: DockerfileWorld,
  step: CacheStep,
  i: number,
  { numbers, chance }: { readonly numbers: Map<string, string>; readonly chance: boolean },
): string[] {
  if (step.edit) world.place(step.edit);
  if (step.sh !== undefined) world.run(step.sh);
  const real = step.buildkit!;
  const classic = real.steps.some(([text]) => !text.startsWith('['));
  if (classic) {
    world.run(`DOCKER_BUILDKIT=0 ${step.cmd}`);
    numbers.set(world.image('t:1')?.id ?? '', real.image ?? '');
    return [];
  }
  const got = world.run(step.cmd);
  const failed = real.exit !== 0;
  const mine = takeApart(got.stderr)
    .blocks.filter(({ name }) => name.startsWith('[') && !name.startsWith('[internal]'))
    .map(({ name, status }) => {
      const base = / FROM /.test(name) && /^\[[^\]]*1\/\d+\] FROM/.test(name);
      return [name, base ? 'base' : (STATES[status] ?? status)] as const;
    });
  const shown = (steps: readonly (readonly [string, string])[]) =>
    steps
      .map(([name, state]) => [name.replace(/^\[.*\] FROM /, 'FROM '), state])
      .filter(([, state]) => !failed || state === 'failed' || state === 'base')
      .map((pair) => pair.join(' '))
      .sort();
  const where = `build ${i + 1}`;
  const flaws = differ(`${where} exit`, real.exit, got.exit);
  const free = (texts: string[]) =>
    chance ? texts.map((text) => text.replace(/^(\[.*RUN.*) (hit|miss)$/, '$1')) : texts;
  flaws.push(...differ(`${where} steps`, free(shown(real.steps)), free(shown(mine))));
  if (real.image === undefined) return flaws;
  const id = world.image('t:1')?.id ?? 'none';
  if (!numbers.has(id)) numbers.set(id, `<id${numbers.size + 1}>`);
  return [...flaws, ...differ(`${where} image`, real.image, numbers.get(id))];
}
