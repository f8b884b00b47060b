/** Pause, one event, the pace of time, the clock. A click leaves the focus in the terminal. */
import { Pause, Play, StepForward } from 'lucide-react';
import { host } from '../state/cluster';
import { useCluster } from '../state/cluster-store';
import { Clock } from './Clock';

const SPEEDS = [
  [0.1, '0.1×', 'a tenth of real time'],
  [1, '1×', 'real time'],
  [10, '10×', 'ten times real time'],
  [Infinity, 'max', 'as fast as it goes'],
] as const;

export function TimeControls({ phone }: { readonly phone: boolean }) {
  const ready = useCluster((s) => s.ready);
  const paused = useCluster((s) => s.clock.paused);
  const speed = useCluster((s) => s.clock.speed);
  const setSpeed = (value: number) => {
    host().setSpeed(value);
    host().resume();
  };
  const label = paused ? 'Let time run' : 'Pause time';
  return (
    <div
      className="bar-time"
      role="group"
      aria-label="Time"
      onMouseDown={(event) => event.target instanceof HTMLSelectElement || event.preventDefault()}
    >
      <button
        type="button"
        className="bar-step"
        aria-label={label}
        title={label}
        disabled={!ready}
        onClick={() => (paused ? host().resume() : host().pause())}
      >
        {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
      </button>
      <button
        type="button"
        className="bar-step"
        aria-label="One event"
        title="One event (while paused)"
        disabled={!paused}
        onClick={() => host().stepEvent()}
      >
        <StepForward size={14} aria-hidden />
      </button>
      <Clock />
      {phone ? (
        <select
          aria-label="Pace of time"
          value={String(speed)}
          onChange={(event) => setSpeed(Number(event.target.value))}
        >
          {SPEEDS.map(([value, text]) => (
            <option key={text} value={String(value)}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        SPEEDS.map(([value, text, words]) => (
          <button
            key={text}
            type="button"
            className="bar-speed"
            aria-pressed={!paused && speed === value}
            title={words}
            disabled={!ready}
            onClick={() => setSpeed(value)}
          >
            {text}
          </button>
        ))
      )}
    </div>
  );
}
