/** The lab beside the canvas: one step at a time, each command one click to run, checks that look at the cluster. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { usePage } from '../state/page-store';
import './guide.css';
import { CheckLine } from './CheckLine';
import { Earlier } from './Earlier';
import { CommandBlock } from './CommandBlock';
import { Prose } from './Prose';
import { FileBlock } from './FileBlock';
import { chooseLab, labs, moveStep, nextLabStep, useLab } from './lab-store';
import { stepDone, type Lab, type LabProgress, type LabStep } from '../../labs';

export function Guide() {
  const open = usePage((s) => s.guideOpen);
  const lab = useLab((s) => s.lab);
  const progress = useLab((s) => s.progress);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0;
  }, [lab, progress.step]);
  if (!open) return null;
  const step = lab.steps[progress.step];
  return (
    <aside className="guide" aria-label="Guide">
      <p className="guide-kind">
        <select aria-label="Lab" value={lab.id} onChange={(event) => chooseLab(event.target.value)}>
          {labs.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>{' '}
        · {lab.minutes} minutes
      </p>
      <Steps lab={lab} current={progress.step} />
      <div className="guide-body" ref={body} tabIndex={0} role="region" aria-label="Step">
        <Earlier />
        {step ? (
          <StepBody step={step} results={progress.results} />
        ) : (
          <Finished ending={lab.ending} />
        )}
      </div>
      <nav className="guide-moves" aria-label="Steps">
        <button
          type="button"
          onClick={() => moveStep(progress.step - 1)}
          disabled={progress.step === 0}
        >
          <ChevronLeft size={14} aria-hidden /> Back
        </button>
        <button
          type="button"
          className="guide-next"
          data-ready={stepDone(progress)}
          disabled={progress.finished}
          onClick={nextLabStep}
        >
          {stepDone(progress) ? 'Next step' : 'Skip this step'}{' '}
          <ChevronRight size={14} aria-hidden />
        </button>
      </nav>
    </aside>
  );
}

/** One mark a step; each leads to its step. */
function Steps({ lab, current }: { readonly lab: Lab; readonly current: number }) {
  return (
    <ol className="guide-progress" aria-label={`Step ${current + 1} of ${lab.steps.length}`}>
      {lab.steps.map((s, i) => (
        <li key={s.title}>
          <button
            type="button"
            title={s.title}
            aria-label={`Step ${i + 1}: ${s.title}`}
            aria-current={i === current ? 'step' : undefined}
            data-state={i < current ? 'done' : i === current ? 'now' : 'later'}
            onClick={() => moveStep(i)}
          />
        </li>
      ))}
    </ol>
  );
}

interface StepBodyProps {
  readonly step: LabStep;
  readonly results: LabProgress['results'];
}

function StepBody({ step, results }: StepBodyProps) {
  return (
    <>
      <h1>{step.title}</h1>
      {step.parts.map((part, i) =>
        part.kind === 'prose' ? (
          <Prose key={i} markdown={part.markdown} />
        ) : part.kind === 'file' ? (
          <FileBlock key={`${step.title} ${i}`} file={part.file} />
        ) : (
          <CommandBlock key={i} command={part.command} />
        ),
      )}
      <ul className="guide-checks" aria-label="What the cluster must show">
        {step.checks.map((check, i) => (
          <CheckLine
            key={check.sentence}
            sentence={check.sentence}
            result={results[i] ?? { done: false, progress: '' }}
          />
        ))}
      </ul>
      <Hints hints={step.hints} key={step.title} />
    </>
  );
}

function Hints({ hints }: { readonly hints: readonly string[] }) {
  if (hints.length === 0) return null;
  return (
    <details className="guide-hints">
      <summary>Hint</summary>
      {hints.map((hint) => (
        <Prose key={hint} markdown={hint} />
      ))}
    </details>
  );
}

function Finished({ ending }: { readonly ending: string }) {
  const id = useLab((s) => s.lab.id);
  const others = labs.filter((lab) => lab.id !== id);
  return (
    <>
      <h1>That was the lab</h1>
      <p>{ending}</p>
      {others.map((lab) => (
        <button
          key={lab.id}
          type="button"
          className="guide-again"
          onClick={() => chooseLab(lab.id)}
        >
          {lab.title}
        </button>
      ))}{' '}
      <button type="button" className="guide-again" onClick={() => moveStep(0)}>
        Start the lab again
      </button>
    </>
  );
}
