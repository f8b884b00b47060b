/** Requests hop by hop: from the program that connects, through the mesh, to the container and back. */
import { useMemo, useState } from 'react';
import { useCluster } from '../state/cluster-store';
import { formatClock } from '../state/virtual-time';
import '../services/services.css';
import { flowsOf, formatTime, targetOf, type Flow } from './flows';
import { Way } from './Way';
import './request.css';

export function Requests() {
  const hops = useCluster((s) => s.hops);
  const flows = useMemo(() => flowsOf(hops), [hops]);
  const [chosen, setChosen] = useState<string>();
  const flow = flows.find((f) => f.flow === chosen) ?? flows[0];
  if (!flow) {
    return (
      <div className="lens-empty">
        <p>
          No request yet. Once a service publishes a port, <code>curl localhost:80</code> on any
          node shows every hop here.
        </p>
      </div>
    );
  }
  return (
    <div className="requests">
      <ol className="request-list" aria-label="Requests, newest first">
        {flows.map((each) => (
          <li key={each.flow}>
            <button
              type="button"
              aria-current={each === flow}
              data-outcome={each.outcome}
              onClick={() => setChosen(each === flows[0] ? undefined : each.flow)}
            >
              <i aria-hidden />
              <span>
                {each.hops[0]!.step === 'dns' ? 'name' : targetOf(each)} from {each.hops[0]!.node}
                <small>
                  {formatClock(each.at).slice(3)} · {outcomeOf(each)}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <Way flow={flow} key={flow.flow} />
    </div>
  );
}

function outcomeOf(flow: Flow): string {
  const last = flow.hops.at(-1)!;
  const time = formatTime(last.at - flow.at);
  if (flow.hops[0]!.step === 'dns') return 'asked';
  return flow.outcome === 'under way'
    ? 'under way'
    : `${flow.outcome} ${last.at === flow.at ? 'at once' : `in ${time}`}`;
}
