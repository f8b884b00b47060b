/** Requests hop by hop: from the program that connects, through the mesh, to the container and back. */
import { useMemo, useState } from 'react';
import { useCluster } from '../state/cluster-store';
import { useCommands, commandById } from '../state/command-store';
import { formatClock } from '../state/virtual-time';
import '../services/services.css';
import { flowsOf, type Flow } from './flows';
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
              onClick={() => setChosen(each.flow)}
            >
              <time>{formatClock(each.at).slice(3)}</time> {each.title}
            </button>
          </li>
        ))}
      </ol>
      <Hops flow={flow} />
    </div>
  );
}

function Hops({ flow }: { readonly flow: Flow }) {
  const commands = useCommands((s) => s.commands);
  const command = commandById(commands, flow.cause);
  return (
    <section className="hops" aria-label="Hops">
      <p className="hops-cause">
        {command ? (
          <>
            Because you typed <code>{command.text}</code> on {command.node}.
          </>
        ) : (
          flow.title
        )}
      </p>
      <ol>
        {flow.hops.map((hop, i) => (
          <li key={i} data-step={hop.step} data-new={hop.node !== flow.hops[i - 1]?.node}>
            <b>{hop.node}</b>
            <span>
              <em>{STEP_WORDS[hop.step]}</em> {hop.text}
            </span>
            <small>{i === 0 ? '' : `+${micro(hop.at - flow.at)}`}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

const STEP_WORDS: Readonly<Record<Flow['hops'][number]['step'], string>> = {
  dns: 'name',
  connect: 'connect',
  'published-port': 'published port',
  'ingress-sandbox': 'ingress sandbox',
  ipvs: 'balance',
  vxlan: 'overlay',
  bridge: 'bridge',
  accept: 'accept',
  refused: 'refused',
  timeout: 'timeout',
  answer: 'answer',
};

function micro(us: number): string {
  return us < 1000 ? `${us} µs` : `${(us / 1000).toFixed(1)} ms`;
}
