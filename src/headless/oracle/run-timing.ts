/**
 * `npm run oracle -- timing FILE`: measures on simulated clusters what was measured on a real swarm, and
 * prints both side by side. What the simulator cannot be asked for is named as skipped, not counted.
 */
import type { OracleRunner } from './runner';
import { FAULT_SCENARIOS } from './timing/fault-scenarios';
import { judge, median, TIMER_SEEDS, type Measurement } from './timing/judge';
import { QUORUM_SCENARIOS } from './timing/quorum-scenarios';
import type { Base, Scenario } from './timing/scenario';
import { SERVICE_SCENARIOS } from './timing/service-scenarios';
import { World, type Figures } from './timing/world';

const SCENARIOS = [...SERVICE_SCENARIOS, ...FAULT_SCENARIOS, ...QUORUM_SCENARIOS];

function isTimingFile(value: unknown): value is { readonly measurements: readonly Measurement[] } {
  const list = (value as { measurements?: unknown } | null)?.measurements;
  return Array.isArray(list) && list.every((m: Partial<Measurement>) => m.kind !== undefined);
}

/** Why nothing is measured for a name. */
function reasonFor(name: string): string {
  if (name.startsWith('10.')) return 'service DNS and gossip: not measured yet';
  if (name.includes('.stage.') || name.includes('.stop_sequence.')) {
    return 'read from debug logs, which the simulator does not write';
  }
  return 'no scenario gives it';
}

/** Swarms to start from, formed once for each seed and copied for each scenario. */
class Bases {
  private readonly formed = new Map<string, World>();

  constructor(private readonly seed: number) {}

  begin({ managers, workers }: Base): World {
    const key = `${managers}+${workers}`;
    let world = this.formed.get(key);
    if (!world) {
      world =
        managers === 0
          ? World.machines(this.seed, workers, 1)
          : World.form(this.seed, managers, workers);
      this.formed.set(key, world);
    }
    return world.clone();
  }
}

function wanted(scenario: Scenario, names: readonly string[]): readonly string[] {
  return names.filter((name) => scenario.gives.some((prefix) => name.startsWith(prefix)));
}

/** All figures of all seeds by name. */
function measure(
  measurements: readonly Measurement[],
  print: (line: string) => void,
): Map<string, number[]> {
  const names = measurements.map((m) => m.name);
  const values = new Map<string, number[]>();
  const chosen = SCENARIOS.filter((scenario) => wanted(scenario, names).length > 0);
  const broken = new Set<string>();
  for (let seed = 1; seed <= TIMER_SEEDS; seed++) {
    const bases = new Bases(seed);
    for (const scenario of chosen) {
      if (seed > (scenario.seeds ?? TIMER_SEEDS)) continue;
      let figures: Figures = {};
      try {
        figures = scenario.run(bases.begin(scenario.base));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const what = `${scenario.gives[0]}: ${text}`;
        if (!broken.has(what)) print(`seed ${seed}, ${what}`);
        broken.add(what);
      }
      for (const [name, value] of Object.entries(figures)) {
        const list = values.get(name) ?? [];
        list.push(value);
        values.set(name, list);
      }
    }
  }
  return values;
}

const number = (value: number) => value.toFixed(2).padStart(7);

export const runTimingFile: OracleRunner = (_file, content, options) => {
  if (!isTimingFile(content)) return undefined;
  const { only, print } = options;
  const measurements = content.measurements.filter(
    ({ name }) => only.length === 0 || only.some((prefix) => name.startsWith(prefix)),
  );
  const values = measure(measurements, print);
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  print(
    '       measurement                                       kind   measured min, median, max    simulated min, median, max',
  );
  for (const measured of measurements) {
    const { name, kind, min, max, unit } = measured;
    const list = values.get(name) ?? [];
    const known = SCENARIOS.some((scenario) => wanted(scenario, [name]).length > 0);
    if (list.length === 0 && !known) {
      skipped.push(`${name}: ${reasonFor(name)}`);
      continue;
    }
    const real = [min, measured.median, max].map(number).join('');
    const ours = [Math.min(...list), median(list), Math.max(...list)].map(number).join('');
    const verdict = judge(measured, list);
    const ok = list.length > 0 && verdict.ok;
    if (ok) passed++;
    else failed++;
    const band = ok ? '' : `  (wants ${verdict.low.toFixed(2)} to ${verdict.high.toFixed(2)})`;
    const seen = list.length === 0 ? '  never came' : `${ours} n=${list.length}`;
    print(
      `${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(50)}${kind.padEnd(6)}${real}   ${seen} ${unit}${band}`,
    );
  }
  for (const line of skipped) print(`skipped ${line}`);
  return { passed, failed };
};
