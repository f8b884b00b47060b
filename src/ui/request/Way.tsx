/** One request: a sentence, the machines and containers that it passed, and every hop with its time. */
import { Fragment } from 'react';
import { useCluster, type ClusterState } from '../state/cluster-store';
import { commandById, useCommands } from '../state/command-store';
import { formatTime, stretchesOf, targetOf, type Flow, type Hop } from './flows';

export function Way({ flow }: { readonly flow: Flow }) {
  const screens = useCluster((s) => s.screens);
  const command = useCommands((s) => commandById(s.commands, flow.cause));
  const stretches = stretchesOf(flow);
  return (
    <section className="hops" tabIndex={0} aria-label="Hops">
      <p className="hops-sum" data-outcome={flow.outcome}>
        {sentenceOf(flow, screens)}
      </p>
      {command && (
        <p className="hops-cause">
          Because you typed <code>{command.text}</code>
          {command.node === '' ? '' : ` on ${command.node}`}.
        </p>
      )}
      <p className="hops-route" aria-label="Machines on the way">
        {stretches.map((stretch, i) => (
          <Fragment key={i}>
            {i > 0 && <em aria-label="then over the LAN to">LAN</em>}
            <span data-node={true}>
              {stretch.node}
              {stretch.container !== '' && (
                <b>{containerName(screens, stretch.node, stretch.container)}</b>
              )}
            </span>
          </Fragment>
        ))}
      </p>
      <ol>
        {flow.hops.map((hop, i) => (
          <li key={i} data-step={hop.step} data-new={hop.node !== flow.hops[i - 1]?.node}>
            <b>{hop.node}</b>
            <span>
              <em title={STEP_MEANINGS[hop.step]}>{STEP_WORDS[hop.step]}</em> {hop.text}
            </span>
            <small>{timeOf(flow, i)}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Time since the start, where it is another than at the hop before. */
function timeOf(flow: Flow, i: number): string {
  const { at } = flow.hops[i]!;
  if (i === 0) return '0 µs';
  return at === flow.hops[i - 1]!.at ? '' : `+${formatTime(at - flow.at)}`;
}

type Screens = ClusterState['screens'];

function sentenceOf(flow: Flow, screens: Screens): string {
  const first = flow.hops[0]!;
  if (first.step === 'dns') return first.text;
  const program = /^(\S+) in /.exec(first.text)?.[1] ?? 'A program';
  const asked = `${program} on ${first.node} asks ${targetOf(flow)}`;
  const reached = flow.hops.findLast((hop) => hop.step === 'accept');
  const failed = flow.hops.findLast((hop) => hop.step === 'refused' || hop.step === 'timeout');
  const took = flow.hops.at(-1)!.at - flow.at;
  const time = took === 0 ? 'at once' : `after ${formatTime(took)}`;
  if (reached) {
    const name = containerName(screens, reached.node, reached.container);
    const who = name === '' ? `a program on ${reached.node}` : `${name} on ${reached.node}`;
    const answered = flow.hops.some((hop) => hop.step === 'answer');
    return answered
      ? `${asked}; ${who} answers ${time}.`
      : `${asked}; ${who} takes the connection.`;
  }
  if (!failed) return `${asked} and waits.`;
  return `${asked}: ${failed.step === 'timeout' ? 'no answer' : 'refused'} ${time}. ${why(failed, flow)}`;
}

/** What the last hop says, and what one can do about it. */
function why(failed: Hop, flow: Flow): string {
  const text = `${failed.text.charAt(0).toUpperCase()}${failed.text.slice(1)}`;
  if (failed.step === 'timeout') {
    return `${text}: the way is cut, or the machine at its end is off or frozen.`;
  }
  if (failed.text.startsWith('IPVS')) return `${text}: the service has no running task now.`;
  const published = flow.hops.some((hop) => hop.step === 'published-port');
  if (published) return `${text}: its container is not there yet, or no longer.`;
  return `${text}: no service publishes this port here.`;
}

/** "web.3" of a container's id, as its machine lists it; its short id where it is gone. */
function containerName(screens: Screens, node: string, id: string): string {
  if (id === '') return '';
  const found = screens[node]?.containers.find((c) => c.Id === id || c.Id.startsWith(id));
  const name = found?.Names[0]?.replace(/^\//, '') ?? id.slice(0, 12);
  return name.replace(/^(.+\.\w+)\.[a-z0-9]{25}$/, '$1');
}

const STEP_WORDS: Readonly<Record<Hop['step'], string>> = {
  dns: 'name',
  connect: 'connect',
  'published-port': 'published port',
  'ingress-sandbox': 'ingress sandbox',
  ipvs: 'balance',
  vxlan: 'overlay',
  bridge: 'bridge',
  accept: 'accept',
  refused: 'refused',
  timeout: 'no answer',
  answer: 'answer',
};

const STEP_MEANINGS: Readonly<Record<Hop['step'], string>> = {
  dns: 'A name is turned into an address by the DNS server of Docker at 127.0.0.11.',
  connect: 'A program opens a TCP connection.',
  'published-port': 'A rule of iptables on the node sends the port elsewhere.',
  'ingress-sandbox': 'Every node has a network namespace that takes in the published ports.',
  ipvs: 'The load balancer of the kernel picks one of the tasks.',
  vxlan: 'The packet travels inside a UDP packet to another node.',
  bridge: 'A bridge of the kernel hands the packet to a container.',
  accept: 'The program in the container takes the connection.',
  refused: 'The kernel answers with a reset: connection refused.',
  timeout: 'Nothing came back in time.',
  answer: 'The first bytes of the answer are back.',
};
