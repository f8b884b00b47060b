/**
 * `overlayfs`: replays traces of the real kernel's overlayfs as system calls of a simulated process
 * whose root is the engine's union filesystem. Results, merged view and upper directory must agree
 * to the letter; a trace fails at its first difference. Traces over handmade layers are counted apart.
 */
import { Runtime } from '../../base';
import { UnionFs } from '../../engine';
import { Kernel, type Sys } from '../../kernel';
import { Operations } from './overlay/operations';
import { mergedView, upperView } from './overlay/picture';
import { layerTree, type Checkpoint, type Trace, type TraceEntry } from './overlay/trace';
import type { OracleOptions, OracleRunner } from './runner';

/** Times from here on were set by the clock during the trace. */
const NOW_FROM = 1_500_000_000;
const UPPER_ROOT_MTIME = 1_200_000_000;

export const runOverlayfsFile: OracleRunner = (file, content, options) => {
  if (!Array.isArray(content) || !content.every(isTrace)) return undefined;
  let passed = 0;
  let failed = 0;
  for (const trace of content) {
    const name = `seed-${trace.seed}`;
    if (options.only.length > 0 && !options.only.some((prefix) => name.startsWith(prefix)))
      continue;
    const difference = replay(trace, options, name);
    if (difference === undefined) passed++;
    else {
      failed++;
      options.print(`${name} (${trace.profile}): ${difference}`);
    }
  }
  if (/handmade/.test(file)) options.print(`handmade layers: ${passed} of ${passed + failed} pass`);
  return { passed, failed };
};

function isTrace(value: unknown): value is Trace {
  return typeof value === 'object' && value !== null && 'layers' in value && 'checkpoints' in value;
}

/** The first difference, if there is one. */
function replay(trace: Trace, options: OracleOptions, name: string): string | undefined {
  let difference: string | undefined;
  const answers: unknown[] = [];
  const programs = new Map([['trace', () => traceProgram()]]);
  const kernel = new Kernel(new Runtime(1, 'trace'), {
    hostname: 'trace',
    epochUs: 1_700_000_000_000_000,
    cpus: 1,
    memoryBytes: 2 ** 30,
    programs,
    outside: { openApi: () => undefined, chaos: () => undefined, compute: () => undefined },
  });
  const layers = trace.layers.map(layerTree).reverse();
  const fs = new UnionFs(kernel.nextDevice(), layers, kernel.wallClock, kernel.disk);
  fs.root.upper!.mtimeUs = UPPER_ROOT_MTIME * 1_000_000;
  const mnt = kernel.newMountNamespace(fs, { source: 'overlay', options: '', readOnly: false });
  const operations = new Operations(fs, kernel.walker(mnt));

  function* traceProgram(): Sys<number> {
    yield { call: 'umask', mask: 0 };
    difference = checkAt(trace, 0, fs);
    for (let i = 0; i < trace.ops.length && difference === undefined; i++) {
      const op = trace.ops[i]!;
      const result = yield* operations.run(op);
      answers.push(result);
      difference = differs(op.result, result);
      if (difference !== undefined) difference = `op ${i + 1} ${JSON.stringify(op)}: ${difference}`;
      else difference = checkAt(trace, i + 1, fs);
    }
    return 0;
  }

  const { runtime } = kernel;
  const none = kernel.nullFile();
  const namespaces = { ...kernel.namespaces, mnt };
  const stdio = [none, none, none] as const;
  kernel.startProcess({ program: 'trace', argv: ['trace'], env: {}, namespaces, stdio });
  for (let at = runtime.nextAt(); at !== Infinity; at = runtime.nextAt()) {
    runtime.now = at;
    runtime.fireOne();
  }
  options.write?.(`${name}.json`, { seed: trace.seed, results: answers, merged: mergedView(fs) });
  return difference;
}

function checkAt(trace: Trace, afterOp: number, fs: UnionFs): string | undefined {
  const point = trace.checkpoints.find((check) => check.afterOp === afterOp);
  if (!point) return undefined;
  return (
    compareViews(point, 'merged', mergedView(fs)) ?? compareViews(point, 'upper', upperView(fs))
  );
}

function compareViews(
  point: Checkpoint,
  view: 'merged' | 'upper',
  ours: readonly TraceEntry[],
): string | undefined {
  const where = `after op ${point.afterOp}, ${view}`;
  const byPath = new Map(ours.map((entry) => [entry.path, entry]));
  for (const wanted of point[view]) {
    const have = byPath.get(wanted.path);
    byPath.delete(wanted.path);
    if (!have) return `${where}: ${wanted.path} (${wanted.type}) is missing`;
    const difference = wanted.type === 'whiteout' ? sameType(wanted, have) : differs(wanted, have);
    if (difference !== undefined) return `${where} ${wanted.path}: ${difference}`;
  }
  const [extra] = byPath.values();
  return extra ? `${where}: ${extra.path} (${extra.type}) should not be there` : undefined;
}

function sameType(wanted: TraceEntry, have: TraceEntry): string | undefined {
  return wanted.type === have.type ? undefined : `type ${have.type}, not ${wanted.type}`;
}

/** Compares what the recording has; our size of a directory and the like are not in it. */
function differs(wanted: object, have: object, path = ''): string | undefined {
  for (const [key, value] of Object.entries(wanted) as [string, unknown][]) {
    const ours = (have as Readonly<Record<string, unknown>>)[key];
    if (key === 'mtime' && sameTime(value, ours)) continue;
    if (isRecord(value) && isRecord(ours)) {
      const inner = differs(value, ours, `${key}.`);
      if (inner !== undefined) return inner;
    } else if (JSON.stringify(value) !== JSON.stringify(ours)) {
      return `${path}${key} is ${JSON.stringify(ours)}, not ${JSON.stringify(value)}`;
    }
  }
  const extra = Object.keys(have).find((key) => !(key in wanted));
  return extra === undefined ? undefined : `${path}${extra} should not be there`;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameTime(wanted: unknown, ours: unknown): boolean {
  if (typeof ours !== 'number') return false;
  const setByClock = wanted === 'now' || (typeof wanted === 'number' && wanted >= NOW_FROM);
  return setByClock ? ours >= NOW_FROM : wanted === ours;
}
