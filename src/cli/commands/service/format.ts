/** The table of services (docker/cli: cli/command/service/formatter.go). */
import { compareText, type PortConfig, type Service } from '../../../api';
import type { Columns } from '../../format/formatter';
import { imageWithoutDigest } from '../../format/text';

export const SERVICE_TABLE =
  'table {{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}';

export function modeText({ Mode }: Service['Spec']): string {
  if (Mode.Global) return 'global';
  if (Mode.Replicated) return 'replicated';
  if (Mode.ReplicatedJob) return 'replicated job';
  return Mode.GlobalJob ? 'global job' : '';
}

export function replicasText(service: Service): string {
  const status = service.ServiceStatus;
  const running = status?.RunningTasks ?? 0;
  const desired = status?.DesiredTasks ?? 0;
  const completed = status?.CompletedTasks ?? 0;
  const { Mode, TaskTemplate } = service.Spec;
  const max = TaskTemplate.Placement?.MaxReplicas ?? 0;
  const text = `${running}/${desired}`;
  if (max > 0 && Mode.Replicated) return `${text} (max ${max} per node)`;
  if (Mode.ReplicatedJob)
    return `${text} (${completed}/${Mode.ReplicatedJob.TotalCompletions ?? 0} completed)`;
  if (Mode.GlobalJob) return `${text} (${completed}/${desired + completed} completed)`;
  return text;
}

interface PortRange {
  publishedStart: number;
  publishedEnd: number;
  targetStart: number;
  targetEnd: number;
  protocol: string;
}

const span = (start: number, end: number) => (end > start ? `${start}-${end}` : String(start));

/** `*:80->80/tcp`; neighbouring ports become a range, host-mode ports are not shown. */
export function portsText(ports: readonly PortConfig[] | undefined): string {
  const list = (ports ?? [])
    .filter((port) => (port.PublishMode ?? 'ingress') === 'ingress')
    .toSorted(
      (a, b) =>
        compareText(a.Protocol ?? '', b.Protocol ?? '') ||
        (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0),
    );
  const ranges: PortRange[] = [];
  for (const port of list) {
    const published = port.PublishedPort ?? 0;
    const target = port.TargetPort ?? 0;
    const protocol = port.Protocol ?? 'tcp';
    const last = ranges[ranges.length - 1];
    if (
      last?.protocol === protocol &&
      published - last.publishedEnd === 1 &&
      target - last.targetEnd === 1
    ) {
      last.publishedEnd = published;
      last.targetEnd = target;
      continue;
    }
    ranges.push({
      publishedStart: published,
      publishedEnd: published,
      targetStart: target,
      targetEnd: target,
      protocol,
    });
  }
  return ranges
    .map(
      (r) =>
        `*:${span(r.publishedStart, r.publishedEnd)}` +
        `->${span(r.targetStart, r.targetEnd)}/${r.protocol}`,
    )
    .join(', ');
}

export const serviceColumns: Columns<Service> = {
  type: '*service.serviceContext',
  columns: {
    ID: ['ID', (service) => service.ID.slice(0, 12)],
    Name: ['NAME', (service) => service.Spec.Name ?? ''],
    Mode: ['MODE', (service) => modeText(service.Spec)],
    Replicas: ['REPLICAS', replicasText],
    Image: [
      'IMAGE',
      (service) => imageWithoutDigest(service.Spec.TaskTemplate.ContainerSpec?.Image ?? ''),
    ],
    Ports: ['PORTS', (service) => portsText(service.Endpoint?.Ports)],
  },
};
