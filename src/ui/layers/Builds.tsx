/** A build as a graph of stages: what came from the cache, what missed it and why, what would save time. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { BuildStage, BuildStepPlan, BuildStepRecord } from '../../api';
import { runCommand } from '../guide/run-command';
import { useCluster } from '../state/cluster-store';
import { formatClock } from '../state/virtual-time';
import { plural } from '../state/words';
import { buildsOf, columnsOf, stagesOf, type BuildView } from './build-graph';
import { sizeText } from './sizes';

export function Builds({ node }: { readonly node: string }) {
  const records = useCluster((s) => s.builds);
  const builds = useMemo(() => buildsOf(records, node), [records, node]);
  const [chosen, setChosen] = useState<string>();
  const build = builds.find((each) => each.plan.build === chosen) ?? builds[0];
  if (!build) return <NoBuilds node={node} />;
  return (
    <div className="builds">
      {builds.length > 1 && (
        <ol className="build-list" aria-label="Builds, newest first">
          {builds.map((each) => (
            <li key={each.plan.build}>
              <button
                type="button"
                aria-current={each === build}
                onClick={() => setChosen(each.plan.build)}
              >
                {each.plan.tags[0] ?? 'untitled'}
                <small>
                  {formatClock(each.at).slice(3, 8)} · {outcomeOf(each)}
                </small>
              </button>
            </li>
          ))}
        </ol>
      )}
      <BuildGraph build={build} key={build.plan.build} />
    </div>
  );
}

function outcomeOf({ end }: BuildView): string {
  if (!end) return 'under way';
  if (!end.ok) return 'failed';
  return `${end.hits} cached, ${end.misses} not`;
}

const BUILD_LINE =
  "mkdir -p demo && cd demo && printf 'FROM alpine\\nRUN echo one > /one\\nCOPY . /app\\n' > Dockerfile && docker build -t demo . ; cd";

function NoBuilds({ node }: { readonly node: string }) {
  return (
    <div className="lens-empty">
      <p>
        Nothing was built on {node} yet. A build runs the Dockerfile line by line and keeps a layer
        of each; here each line shows whether the cache had it, and if not, why.
        <br />
        <button
          type="button"
          className="layers-offer"
          onClick={() => void runCommand({ node, text: BUILD_LINE })}
        >
          <code>docker build -t demo .</code> Run
        </button>{' '}
        writes a small Dockerfile and builds it.
      </p>
    </div>
  );
}

function BuildGraph({ build }: { readonly build: BuildView }) {
  const { plan, steps, end } = build;
  const [told, tell] = useState<string>();
  const columns = useMemo(() => columnsOf(plan.stages), [plan]);
  const all = plan.stages.flatMap((stage) => stage.steps);
  const firstMiss =
    all.find((step) => steps.get(step.id)?.state === 'failed') ??
    all.find((step) => steps.get(step.id)?.cache?.hit === false);
  const step = all.find((each) => each.id === told) ?? firstMiss ?? all.at(-1);
  return (
    <div className="build" tabIndex={0} role="region" aria-label="Build">
      <div className="build-stages" data-many={plan.stages.length > 1}>
        {columns.map((stages, i) => (
          <div key={i} className="build-column">
            {stages.map((stage) => (
              <StageCard
                key={stage.id}
                stage={stage}
                steps={steps}
                names={plan.stages}
                told={step?.id}
                tell={tell}
              />
            ))}
          </div>
        ))}
        <Edges stages={plan.stages} />
      </div>
      <aside className="build-side" aria-live="polite">
        {step && <StepWords step={step} record={steps.get(step.id)} />}
        {end && (
          <section>
            <h3>{end.ok ? 'Built' : 'Failed'}</h3>
            <p>
              {plural(end.hits, 'step')} from the cache, {end.misses} not, in{' '}
              {(end.us / 1_000_000).toFixed(1)} s.
            </p>
            {end.hints.map((hint) => (
              <p key={hint.text} className="build-hint">
                {hint.text}
              </p>
            ))}
          </section>
        )}
      </aside>
    </div>
  );
}

interface StageProps {
  readonly stage: BuildStage;
  readonly steps: BuildView['steps'];
  readonly names: readonly BuildStage[];
  readonly told: string | undefined;
  readonly tell: (step: string) => void;
}

function StageCard({ stage, steps, names, told, tell }: StageProps) {
  const base = names.find((each) => each.id === stage.baseStage)?.name ?? stage.baseImage;
  return (
    <article className="build-stage" data-stage={stage.id} data-used={stage.used}>
      <header>
        <b>{stage.name}</b>
        <span>from {base}</span>
        {!stage.used && <em>skipped: nothing needs it</em>}
      </header>
      <ol>
        {stage.steps.map((step) => {
          const record = steps.get(step.id);
          const state = stateOf(record);
          return (
            <li key={step.id}>
              <button
                type="button"
                className="build-step"
                data-state={state}
                data-step={step.id}
                aria-current={told === step.id}
                onClick={() => tell(step.id)}
              >
                <i aria-hidden />
                <code>{step.text}</code>
                <span>{STATE_WORDS[state]}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </article>
  );
}

type State = 'waiting' | 'running' | 'hit' | 'miss' | 'done' | 'failed' | 'canceled';

const STATE_WORDS: Readonly<Record<State, string>> = {
  waiting: 'waiting',
  running: 'running',
  hit: 'cached',
  miss: 'built',
  done: '',
  failed: 'failed',
  canceled: 'canceled',
};

function stateOf(record: BuildStepRecord | undefined): State {
  if (!record) return 'waiting';
  if (record.state === 'cached') return 'hit';
  if (record.state !== 'done') return record.state;
  return record.cache ? (record.cache.hit ? 'hit' : 'miss') : 'done';
}

interface WordsProps {
  readonly step: BuildStepPlan;
  readonly record: BuildStepRecord | undefined;
}

function StepWords({ step, record }: WordsProps) {
  const cause = record?.cache?.cause;
  return (
    <section>
      <h3>
        <code>{step.text}</code>
      </h3>
      {record?.cache && <p>{record.cache.text}</p>}
      {record?.error !== undefined && <p className="build-error">{record.error}</p>}
      {cause?.kind === 'files' && (
        <ul>
          {cause.files.map((file) => (
            <li key={file.path}>
              <code>{file.path}</code> {file.change}
            </li>
          ))}
          {cause.total > cause.files.length && <li>and {cause.total - cause.files.length} more</li>}
        </ul>
      )}
      {cause && 'now' in cause && (
        <dl>
          <dt>before</dt>
          <dd>
            <code>{cause.before || 'nothing'}</code>
          </dd>
          <dt>now</dt>
          <dd>
            <code>{cause.now || 'nothing'}</code>
          </dd>
        </dl>
      )}
      <p className="build-facts">
        {step.makesLayer ? 'Makes a layer' : 'Changes settings only'}
        {record?.bytes !== undefined && step.makesLayer && ` of ${sizeText(record.bytes)}`}
        {record?.endedAt !== undefined &&
          `, took ${((record.endedAt - record.startedAt) / 1_000_000).toFixed(2)} s`}
        .
      </p>
    </section>
  );
}

interface Line {
  readonly key: string;
  readonly way: string;
  readonly kind: 'base' | 'files';
}

/** Lines from a stage to the stage that begins with it, or to the step that takes files of it. */
function Edges({ stages }: { readonly stages: readonly BuildStage[] }) {
  const self = useRef<SVGSVGElement>(null);
  const [lines, setLines] = useState<readonly Line[]>([]);
  useEffect(() => {
    const place = self.current!.parentElement!;
    const draw = () => setLines(linesBetween(place, stages));
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(place);
    return () => observer.disconnect();
  }, [stages]);
  return (
    <svg ref={self} className="build-edges" aria-hidden>
      {lines.map(({ key, way, kind }) => (
        <path key={key} d={way} data-kind={kind} />
      ))}
    </svg>
  );
}

function linesBetween(place: HTMLElement, stages: readonly BuildStage[]): Line[] {
  const origin = place.getBoundingClientRect();
  const box = (selector: string) => place.querySelector(selector)?.getBoundingClientRect();
  const lines: Line[] = [];
  const add = (from: string, to: string, kind: Line['kind']) => {
    const a = box(`[data-stage="${from}"]`);
    const b = box(to);
    if (!a || !b) return;
    const x1 = a.right - origin.left + place.scrollLeft;
    const y1 = (kind === 'base' ? a.top + 18 : a.bottom - 16) - origin.top + place.scrollTop;
    const x2 = b.left - origin.left + place.scrollLeft;
    const y2 = b.top + Math.min(18, b.height / 2) - origin.top + place.scrollTop;
    const bend = Math.max(16, (x2 - x1) / 2);
    const way = `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    lines.push({ key: `${from} ${to}`, way, kind });
  };
  for (const stage of stages) {
    if (stage.baseStage !== '') add(stage.baseStage, `[data-stage="${stage.id}"]`, 'base');
    for (const step of stage.steps) {
      for (const from of stagesOf(step)) add(from, `[data-step="${step.id}"]`, 'files');
    }
  }
  return lines;
}
