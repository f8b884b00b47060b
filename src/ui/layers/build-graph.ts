/** Builds put together from their X-ray records (api/build-xray.ts), the newest first. */
import type {
  BuildEndRecord,
  BuildRecord,
  BuildStage,
  BuildStepPlan,
  BuildStepRecord,
} from '../../api';
import type { XrayEvent } from '../../host';

export interface BuildView {
  readonly node: string;
  readonly at: number;
  readonly plan: BuildRecord;
  readonly steps: ReadonlyMap<string, BuildStepRecord>;
  readonly end: BuildEndRecord | undefined;
}

export function buildsOf(events: readonly XrayEvent[], node: string): readonly BuildView[] {
  const builds = new Map<
    string,
    { plan: BuildRecord; at: number; steps: Map<string, BuildStepRecord>; end?: BuildEndRecord }
  >();
  for (const { at, node: on, record } of events) {
    if (on !== node) continue;
    if (record.kind === 'build') builds.set(record.build, { plan: record, at, steps: new Map() });
    else if (record.kind === 'build-step') {
      builds.get(record.build)?.steps.set(record.step, record);
    } else if (record.kind === 'build-end') {
      const build = builds.get(record.build);
      if (build) build.end = record;
    }
  }
  return [...builds.values()].reverse().map(({ end, ...rest }) => ({ node, ...rest, end }));
}

/** Columns of the graph: a stage stands right of all that it begins with or takes files from. */
export function columnsOf(stages: readonly BuildStage[]): readonly (readonly BuildStage[])[] {
  const column = new Map<string, number>();
  for (const stage of stages) {
    const sources = [stage.baseStage, ...stage.steps.flatMap(stagesOf)];
    const after = sources.map((id) => column.get(id) ?? -1);
    column.set(stage.id, Math.max(-1, ...after) + 1);
  }
  const columns: BuildStage[][] = [];
  for (const stage of stages) (columns[column.get(stage.id)!] ??= []).push(stage);
  return columns;
}

/** Stages that a step takes files from. */
export function stagesOf(step: BuildStepPlan): readonly string[] {
  return step.from.flatMap((edge) => (edge.kind === 'stage' ? [edge.name] : []));
}
