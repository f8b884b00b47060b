/** The Container lens: a container is processes with namespaces, limits, mounts and a network end, no more. */
import type { ContainerSummary } from '../../api';
import { create } from 'zustand';
import { runCommand } from '../guide/run-command';
import { useCluster } from '../state/cluster-store';
import { usePage } from '../state/page-store';
import '../services/services.css';
import '../layers/layers.css';
import './containers.css';
import { Meters } from './Meters';
import { Mounts } from './Mounts';
import { Namespaces } from './Namespaces';
import { Network } from './Network';
import { Processes } from './Processes';
import { useContainer } from './use-container';

interface Chosen {
  /** Machine; undefined: the one whose terminal is in front. */
  readonly node: string | undefined;
  readonly container: string | undefined;
}

const useChosen = create<Chosen>(() => ({ node: undefined, container: undefined }));
const NONE: readonly ContainerSummary[] = [];

export function ContainerLens() {
  const front = usePage((s) => s.terminal);
  const nodes = useCluster((s) => s.nodes);
  const chosen = useChosen();
  const node = nodes.some((n) => n.name === chosen.node) ? chosen.node! : front;
  const containers = useCluster((s) => s.screens[node]?.containers ?? NONE);
  const container =
    containers.find((c) => c.Id === chosen.container) ??
    containers.find((c) => c.State === 'running') ??
    containers[0];
  return (
    <div className="containers">
      <header className="layers-bar">
        <select
          aria-label="Machine"
          value={node}
          onChange={(event) =>
            useChosen.setState({ node: event.target.value, container: undefined })
          }
        >
          {nodes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {container && (
          <select
            aria-label="Container"
            className="layers-target"
            value={container.Id}
            onChange={(event) => useChosen.setState({ node, container: event.target.value })}
          >
            {containers.map((c) => (
              <option key={c.Id} value={c.Id}>
                {c.Names[0]?.slice(1)} ({c.State})
              </option>
            ))}
          </select>
        )}
      </header>
      {container ? (
        <Facts key={container.Id} node={node} container={container} />
      ) : (
        <NoContainers node={node} />
      )}
    </div>
  );
}

function NoContainers({ node }: { readonly node: string }) {
  const text = 'docker run -d --name web -p 8080:80 --memory 64m nginx:1.13';
  return (
    <div className="lens-empty">
      <p>
        {node} has no container yet. A container is a process that sees other namespaces than the
        rest of the machine and is held to limits.
        <br />
        <button
          type="button"
          className="layers-offer"
          onClick={() => void runCommand({ node, text })}
        >
          <code>{text}</code> Run
        </button>{' '}
        starts one.
      </p>
    </div>
  );
}

interface FactsProps {
  readonly node: string;
  readonly container: ContainerSummary;
}

function Facts({ node, container }: FactsProps) {
  const reading = useContainer(node, container.Id);
  if (!reading) return null;
  const { status, record, xray, samples } = reading;
  const name = record.Name.slice(1);
  return (
    <div className="container-facts" tabIndex={0} role="region" aria-label={`Container ${name}`}>
      <p className="container-what">
        <b>{name}</b> <code>{record.Id.slice(0, 12)}</code> from {record.Config.Image}, host name{' '}
        <code>{record.Config.Hostname}</code>
        <em data-state={container.State}>{status}</em>
        {record.State.OOMKilled && <em data-state="dead">killed for memory</em>}
      </p>
      {xray.cgroup ? (
        <>
          <Processes node={node} xray={xray} />
          <Meters xray={xray} samples={samples} />
          <Namespaces node={node} xray={xray} />
          <Network node={node} xray={xray} record={record} ports={container.Ports} />
          <Mounts xray={xray} record={record} />
        </>
      ) : (
        <Stopped node={node} name={name} state={record.State.Status} code={record.State.ExitCode} />
      )}
    </div>
  );
}

interface StoppedProps {
  readonly node: string;
  readonly name: string;
  readonly state: string;
  readonly code: number;
}

function Stopped({ node, name, state, code }: StoppedProps) {
  return (
    <p className="container-stopped">
      {state === 'created' ? 'It was never started' : `It ended with exit code ${code}`}: no
      process, so there are no namespaces and no control group. Its writable layer and its record
      are still on the disk.{' '}
      <button
        type="button"
        className="layers-offer"
        onClick={() => void runCommand({ node, text: `docker start ${name}` })}
      >
        <code>docker start {name}</code> Run
      </button>
    </p>
  );
}
