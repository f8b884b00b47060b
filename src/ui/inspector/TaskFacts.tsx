/** One task: its state, where it is, its container, and how it came to be. */
import { clusterRecords } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { select } from '../state/page-store';
import { formatClock } from '../state/virtual-time';
import { Cause, Facts, type Fact } from './Facts';

/** What each state means, in one sentence. */
const MEANINGS: Readonly<Record<string, string>> = {
  new: 'It was made and has nothing yet.',
  pending: 'It waits for the scheduler to find a node.',
  assigned: 'The scheduler gave it to a node, which has not heard of it yet.',
  accepted: 'Its node has taken it on.',
  preparing: 'Its node fetches the image and makes the container.',
  ready: 'Its container is made and waits to be started.',
  starting: 'Its container starts.',
  running: 'Its container runs.',
  complete: 'Its program ended by itself, without an error.',
  shutdown: 'It was stopped because it was not wanted any more.',
  failed: 'Its program ended with an error.',
  rejected: 'Its node could not prepare it.',
  orphaned: 'Its node is gone for so long that it is given up.',
};

export function TaskFacts({ id }: { readonly id: string }) {
  const records = useCluster((s) => clusterRecords(s.screens));
  const xray = useCluster((s) => s.xray);
  const task = records?.tasks.find((t) => t.ID === id);
  if (!task || !records) return <p>This task is gone; the swarm keeps the last few only.</p>;
  const service = records.services.find((s) => s.ID === task.ServiceID);
  const node = records.nodes.find((n) => n.ID === task.NodeID);
  const events = xray.filter((e) => e.record.kind === 'task' && e.record.task === id);
  const { Status } = task;
  const name = service?.Spec.Name ?? 'task';
  const facts: Fact[] = [
    ['State', Status.State],
    ['Wanted', task.DesiredState],
    ['Node', node?.Description.Hostname ?? 'none yet'],
    ['Image', (task.Spec.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, '')],
    ['Message', Status.Err === undefined || Status.Err === '' ? Status.Message : Status.Err],
  ];
  const container = Status.ContainerStatus?.ContainerID;
  if (container) facts.push(['Container', container.slice(0, 12), 'id']);
  const addresses = (task.NetworksAttachments ?? []).flatMap((a) => a.Addresses ?? []);
  if (addresses.length > 0) facts.push(['Addresses', addresses.join(', ')]);
  facts.push(['Task id', task.ID, 'id']);
  return (
    <>
      <h2>
        {name}.{task.Slot ?? node?.Description.Hostname ?? ''}
      </h2>
      <p>{MEANINGS[Status.State] ?? ''}</p>
      <Facts facts={facts} />
      <Cause id={events[0]?.cause} />
      {events.length > 0 && (
        <>
          <h3>Its life</h3>
          <ol className="inspector-list">
            {events.map((event, i) => (
              <li key={`${event.at}-${i}`}>
                <time>{formatClock(event.at).slice(3)}</time>{' '}
                {event.record.kind === 'task' && `${event.record.state}: ${event.record.text}`}
              </li>
            ))}
          </ol>
        </>
      )}
      {service && (
        <div className="inspector-actions">
          <button type="button" onClick={() => select({ kind: 'service', service: service.ID })}>
            Service {name}
          </button>
        </div>
      )}
    </>
  );
}
