/** The process tree of a container, each process with its number inside and outside. */
import type { ContainerXray, XrayProcess } from '../../api';
import { bytesSize } from '../../api';

interface Props {
  readonly node: string;
  readonly xray: ContainerXray;
}

export function Processes({ node, xray }: Props) {
  return (
    <section className="fact-processes">
      <h2>
        Processes <small>one kernel, two numbers each</small>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">inside</th>
            <th scope="col">{node}</th>
            <th scope="col">command</th>
            <th scope="col">state</th>
            <th scope="col">cpu</th>
            <th scope="col">memory</th>
          </tr>
        </thead>
        <tbody>
          {inTreeOrder(xray.processes).map(({ process, depth }) => (
            <tr key={process.pid} data-state={process.state}>
              <td>{process.innerPid}</td>
              <td>{process.pid}</td>
              <td>
                <code style={{ paddingLeft: depth * 16 }} title={process.command}>
                  {depth > 0 && <i aria-hidden>└ </i>}
                  {process.command}
                </code>
              </td>
              <td title={STATES[process.state]}>{STATES[process.state] ?? process.state}</td>
              <td>{(process.cpuUs / 1_000_000).toFixed(2)} s</td>
              <td>{bytesSize(process.memoryBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const STATES: Readonly<Record<string, string>> = {
  R: 'runs',
  S: 'sleeps',
  D: 'on disk',
  T: 'stopped',
  Z: 'zombie',
};

interface Entry {
  readonly process: XrayProcess;
  readonly depth: number;
}

/** Parents before their children; those whose parent is outside stand at the left. */
export function inTreeOrder(processes: readonly XrayProcess[]): Entry[] {
  const pids = new Set(processes.map((process) => process.pid));
  const entries: Entry[] = [];
  const visit = (process: XrayProcess, depth: number) => {
    entries.push({ process, depth });
    for (const child of processes) if (child.ppid === process.pid) visit(child, depth + 1);
  };
  for (const process of processes) if (!pids.has(process.ppid)) visit(process, 0);
  return entries;
}
