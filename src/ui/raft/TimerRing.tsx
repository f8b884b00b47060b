/** The election timer as a ring: full means that the manager stands for election. */
interface Props {
  readonly elapsed: number;
  readonly timeout: number;
  readonly leads: boolean;
}

const RADIUS = 11;
const ROUND = 2 * Math.PI * RADIUS;

export function TimerRing({ elapsed, timeout, leads }: Props) {
  const part = leads || timeout === 0 ? 0 : Math.min(elapsed / timeout, 1);
  const text = leads
    ? 'A leader has no election timer; it sends a heartbeat every second.'
    : `Stands for election at ${timeout} s without a leader; ${elapsed} s have passed.`;
  return (
    <span className="timer" title={text} role="img" aria-label={text}>
      <svg width="30" height="30" viewBox="0 0 30 30" aria-hidden>
        <circle cx="15" cy="15" r={RADIUS} className="timer-ground" />
        <circle
          cx="15"
          cy="15"
          r={RADIUS}
          className="timer-part"
          strokeDasharray={`${part * ROUND} ${ROUND}`}
          transform="rotate(-90 15 15)"
        />
      </svg>
      <em>{leads ? '' : `${timeout - elapsed} s`}</em>
    </span>
  );
}
