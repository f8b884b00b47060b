/** The strip at the bottom: what happened when, over the last minutes of virtual time. */
import { useMemo } from 'react';
import { useCluster } from '../state/cluster-store';
import { formatSpan } from '../state/virtual-time';
import './timeline.css';

/** How far back the strip reaches, in microseconds. */
const SPAN_US = 180_000_000;

const LANES = [
  ['Raft', ['election', 'note']],
  ['Tasks', ['task']],
  ['Requests', ['hop']],
] as const;

export function Timeline() {
  const now = useCluster((s) => Math.floor(s.clock.now / 250_000) * 250_000);
  const xray = useCluster((s) => s.xray);
  const inputs = useCluster((s) => s.inputs);
  const from = Math.max(0, now - SPAN_US);
  const x = (at: number) => `${((at - from) / SPAN_US) * 100}%`;
  const marks = useMemo(
    () =>
      LANES.map(([name, kinds]) => ({
        name,
        marks: xray.filter(
          (e) => e.at >= from && (kinds as readonly string[]).includes(e.record.kind),
        ),
      })),
    [xray, from],
  );
  return (
    <footer className="timeline" aria-label="Timeline">
      {marks.map(({ name, marks: lane }) => (
        <div className="timeline-lane" key={name} data-lane={name}>
          <span className="timeline-name">{name}</span>
          <div className="timeline-track">
            {lane.map((event, i) => (
              <i key={`${event.at}-${i}`} style={{ left: x(event.at) }} />
            ))}
          </div>
        </div>
      ))}
      <div className="timeline-inputs">
        {inputs
          .filter((input) => input.at >= from && input.label !== '')
          .map((input) => (
            <span
              key={input.id}
              style={{ left: x(input.at) }}
              title={`${input.node}: ${input.label}`}
            >
              {input.label}
            </span>
          ))}
        <b style={{ left: x(now) }} title={`now, ${formatSpan(now)} since the start`} />
      </div>
    </footer>
  );
}
