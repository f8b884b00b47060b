/** Desired against actual: the swarm compares the two and acts until the ring is closed. */
interface Props {
  readonly wanted: number;
  readonly running: number;
  /** Tasks that are on their way. */
  readonly coming: number;
  /** Slots that run the spec as it is now. */
  readonly current: number;
  readonly updating: boolean;
  /** "nginx:1.13" */
  readonly image: string;
  readonly hue: string;
}

const RADIUS = 15;
const ROUND = 2 * Math.PI * RADIUS;

export function Loop({ wanted, running, coming, current, updating, image, hue }: Props) {
  const part = (count: number) => (wanted === 0 ? 1 : Math.min(1, count / wanted)) * ROUND;
  const closed = running === wanted && !updating;
  return (
    <div className="loop" data-closed={closed}>
      <svg width="40" height="40" viewBox="0 0 40 40" aria-hidden>
        <circle cx="20" cy="20" r={RADIUS} className="loop-ground" />
        <circle
          cx="20"
          cy="20"
          r={RADIUS}
          className="loop-coming"
          strokeDasharray={`${part(running + coming)} ${ROUND}`}
          transform="rotate(-90 20 20)"
        />
        <circle
          cx="20"
          cy="20"
          r={RADIUS}
          className="loop-running"
          strokeDasharray={`${part(running)} ${ROUND}`}
          transform="rotate(-90 20 20)"
        />
      </svg>
      <p>
        <strong>
          {wanted} wanted, {running} running
        </strong>
        <span>{verdict({ wanted, running, coming, closed, updating })}</span>
      </p>
      {(updating || current < wanted) && (
        <p className="loop-update">
          <span
            className="loop-bar"
            style={{ color: hue }}
            role="img"
            aria-label={`${current} of ${wanted} on ${image}`}
          >
            {Array.from({ length: Math.min(wanted, 40) }, (_, i) => (
              <i key={i} data-new={i < (current * Math.min(wanted, 40)) / Math.max(wanted, 1)} />
            ))}
          </span>
          <span>
            {current} of {wanted} on {image}
          </span>
        </p>
      )}
    </div>
  );
}

interface Counts {
  readonly wanted: number;
  readonly running: number;
  readonly coming: number;
  readonly closed: boolean;
  readonly updating: boolean;
}

function verdict({ wanted, running, coming, closed, updating }: Counts): string {
  if (closed) return 'What runs is what you asked for: nothing to do.';
  if (updating && running >= wanted) return 'An update goes from slot to slot.';
  if (updating) return 'An update goes from slot to slot; one is between two lives.';
  if (running > wanted) return `${running - wanted} too many: they are being stopped.`;
  const missing = wanted - running;
  if (coming >= missing) return `${missing} missing, and on the way.`;
  return `${missing} missing: ${coming} on the way, ${missing - coming} waiting.`;
}
