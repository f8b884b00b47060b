/** One service: the wish, how far it is fulfilled, how it is reached and updated. */
import type { Service } from '../../api';
import { clusterRecords } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { setView } from '../state/page-store';
import { isWanted } from '../topology/facts';
import { Cause, Facts, type Fact } from './Facts';

export function ServiceFacts({ id }: { readonly id: string }) {
  const records = useCluster((s) => clusterRecords(s.screens));
  const xray = useCluster((s) => s.xray);
  const service = records?.services.find((s) => s.ID === id);
  if (!service || !records) return <p>This service is gone.</p>;
  const tasks = records.tasks.filter((t) => t.ServiceID === id && isWanted(t));
  const running = tasks.filter((t) => t.Status.State === 'running').length;
  const { Spec, Endpoint } = service;
  const replicas = Spec.Mode.Replicated?.Replicas;
  const facts: Fact[] = [
    ['Wish', replicas === undefined ? wishOf(service) : `${replicas} copies, anywhere`],
    ['Running', String(running)],
    ['Image', (Spec.TaskTemplate.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, '')],
  ];
  const ports = Endpoint.Ports ?? [];
  if (ports.length > 0) {
    const words = ports.map((p) => `${p.PublishedPort} on every node, to ${p.TargetPort}`);
    facts.push(['Port', words.join('; ')]);
  }
  const vips = (Endpoint.VirtualIPs ?? []).flatMap((v) => v.Addr ?? []);
  if (vips.length > 0) facts.push(['Virtual address', vips.join(', ')]);
  facts.push(['Update', updateWords(service)], ['Version', String(service.Version.Index)]);
  facts.push(['Service id', service.ID, 'id']);
  const cause = xray.findLast(
    (e) => e.record.kind === 'task' && e.record.service === Spec.Name,
  )?.cause;
  return (
    <>
      <h2>{Spec.Name}</h2>
      <Facts facts={facts} />
      <Cause id={cause} />
      <div className="inspector-actions">
        <button type="button" onClick={() => setView('services')}>
          Slots and their past
        </button>
      </div>
    </>
  );
}

function wishOf({ Spec: { Mode } }: Service): string {
  if (Mode.Global) return 'one on every node';
  if (Mode.GlobalJob) return 'one run on every node';
  return `${Mode.ReplicatedJob?.TotalCompletions ?? 1} runs to the end`;
}

function updateWords({ Spec, UpdateStatus }: Service): string {
  const {
    Parallelism,
    Delay = 0,
    Order = 'stop-first',
    FailureAction = 'pause',
  } = Spec.UpdateConfig ?? { Parallelism: 1 };
  const many = Parallelism === 0 ? 'all at once' : `${Parallelism} at a time`;
  const wait = Delay > 0 ? `, ${Delay / 1e9} s apart` : '';
  const now = UpdateStatus ? `; ${UpdateStatus.Message}` : '';
  return `${many}${wait}, ${Order}, on failure ${FailureAction}${now}`;
}
