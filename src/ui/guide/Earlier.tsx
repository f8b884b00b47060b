/** After a reload: the step is remembered, the cluster is not. What is missing can be done again. */
import { forgetEarlier, moveStep, useLab } from './lab-store';
import { replayTo, stopReplay, useReplay } from './replay';

export function Earlier() {
  const earlier = useLab((s) => s.earlier);
  const step = useLab((s) => s.lab.steps[earlier]);
  const replay = useReplay();
  if (replay.step > 0) return <Repeating />;
  if (earlier === 0 || !step) return null;
  const before = earlier === 1 ? 'step 1 is' : `steps 1 to ${earlier} are`;
  return (
    <div className="guide-earlier">
      {replay.trouble !== '' && <p role="alert">Repeating ended early: {replay.trouble}.</p>}
      <p>
        Last time you came to step {earlier + 1}, “{step.title}”. These machines are new: what{' '}
        {before} about is missing here.
      </p>
      <button type="button" onClick={() => void replayTo(earlier)}>
        Do {earlier === 1 ? 'it' : 'them'} again for me
      </button>{' '}
      <button type="button" onClick={() => moveStep(earlier)}>
        Go there without
      </button>{' '}
      <button type="button" onClick={forgetEarlier}>
        Start here
      </button>
    </div>
  );
}

function Repeating() {
  const { step, doing, done, total } = useReplay();
  return (
    <div className="guide-earlier" role="status">
      <p>
        Doing again what comes before step {step + 1}, at full speed: {done + 1} of {total}.
      </p>
      <code>{doing}</code>
      <p>
        <button type="button" onClick={stopReplay}>
          Stop
        </button>
      </p>
    </div>
  );
}
