/** The strip at the bottom: what happened when, over the last minutes of virtual time. */
import { useMemo } from 'react';
import { useCluster } from '../state/cluster-store';
import { lastChange, useCommands } from '../state/command-store';
import { formatSpan } from '../state/virtual-time';
import { Lanes } from './Lanes';
import { labelsOf, rangeOf } from './marks';
import './timeline.css';

export function Timeline() {
  const now = useCluster((s) => Math.floor(s.clock.now / 250_000) * 250_000);
  const commands = useCommands((s) => s.commands);
  const range = useMemo(() => rangeOf(now), [now]);
  const labels = useMemo(() => labelsOf(commands, range), [commands, range]);
  const told = lastChange(commands);
  const percent = (at: number) => `${((at - range.from) / (range.to - range.from)) * 100}%`;
  return (
    <footer className="timeline" aria-label="Timeline">
      <div className="timeline-names" aria-hidden>
        <span>Raft</span>
        <span>Tasks</span>
        <span>Requests</span>
      </div>
      <div className="timeline-track">
        <Lanes range={range} />
        <ol className="timeline-commands" aria-label="What you did">
          {labels.map(({ command, left, text }) => (
            <li
              key={command.id}
              data-side={left ? 'left' : 'right'}
              data-changes={command.changes}
              data-last={command === told}
              style={{ left: percent(command.at) }}
              title={`${command.node === '' ? '' : `${command.node}: `}${command.text}`}
            >
              {text}
            </li>
          ))}
        </ol>
        <b
          className="timeline-now"
          style={{ left: percent(now) }}
          title={`now: ${formatSpan(now)} since the start`}
        />
      </div>
    </footer>
  );
}
