/** The table of containers (docker/cli: cli/command/formatter/container.go). */
import {
  GoTime,
  compareText,
  humanSize,
  type ContainerSummary,
  type PortSummary,
} from '../../../api';
import type { Columns } from '../../format/formatter';
import { ago, ellipsis, imageWithoutDigest, shortId } from '../../format/text';

export interface ContainerRow {
  readonly container: ContainerSummary;
  readonly trunc: boolean;
  readonly now: number;
}

const COMMAND_WIDTH = 20;
const MOUNT_WIDTH = 15;

export const CONTAINER_TABLE =
  'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

function names({ container, trunc }: ContainerRow): string {
  const all = container.Names.map((name) => name.replace(/^\//, ''));
  if (!trunc) return all.join(',');
  // Linked names have further slashes; the container's own has none.
  return (all.find((name) => !name.includes('/')) ?? all.join(',')) || '';
}

function image({ container, trunc }: ContainerRow): string {
  if (container.Image === '') return '<no image>';
  if (!trunc) return container.Image;
  const short = shortId(container.ImageID);
  return short === shortId(container.Image) ? short : imageWithoutDigest(container.Image);
}

function order(a: PortSummary, b: PortSummary): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    compareText(a.IP ?? '', b.IP ?? '') ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    compareText(a.Type, b.Type)
  );
}

/** Neighbouring ports are written as a range. */
export function displayPorts(ports: readonly PortSummary[]): string {
  const groups = new Map<string, { ip: string; type: string; first: number; last: number }>();
  const done: string[] = [];
  const mappings: string[] = [];
  const text = (group: { ip: string; type: string; first: number; last: number }) => {
    const range = group.first === group.last ? `${group.first}` : `${group.first}-${group.last}`;
    return `${group.ip === '' ? range : `${group.ip}:${range}->${range}`}/${group.type}`;
  };
  for (const port of ports.toSorted(order)) {
    const ip = port.IP ?? '';
    const current = port.PrivatePort;
    if (ip !== '' && port.PublicPort !== current) {
      mappings.push(`${ip}:${port.PublicPort ?? 0}->${current}/${port.Type}`);
      continue;
    }
    const key = `${ip}/${port.Type}`;
    const group = groups.get(key);
    if (group && current === group.last + 1) group.last = current;
    else {
      if (group) done.push(text(group));
      const next = { ip, type: port.Type, first: current, last: current };
      // A key keeps its first place among the groups.
      groups.set(key, next);
    }
  }
  return [...done, ...[...groups.values()].map(text), ...mappings].join(', ');
}

function size({ container }: ContainerRow): string {
  const own = humanSize(container.SizeRw ?? 0, 3);
  const all = container.SizeRootFs ?? 0;
  return all > 0 ? `${own} (virtual ${humanSize(all, 3)})` : own;
}

const labelList = (labels: Readonly<Record<string, string>> | null | undefined) =>
  Object.keys(labels ?? {})
    .sort(compareText)
    .map((key) => `${key}=${labels![key]!}`)
    .join(',');

export const containerColumns: Columns<ContainerRow> = {
  type: '*formatter.ContainerContext',
  columns: {
    ID: ['CONTAINER ID', ({ container, trunc }) => (trunc ? shortId(container.Id) : container.Id)],
    Names: ['NAMES', names],
    Image: ['IMAGE', image],
    Command: [
      'COMMAND',
      ({ container, trunc }) =>
        JSON.stringify(trunc ? ellipsis(container.Command, COMMAND_WIDTH) : container.Command),
    ],
    CreatedAt: [
      'CREATED AT',
      ({ container }) =>
        new GoTime(
          new Date(container.Created * 1000).toISOString().replace('.000Z', 'Z'),
        ).toString(),
    ],
    RunningFor: ['CREATED', ({ container, now }) => ago(now, container.Created)],
    Ports: ['PORTS', ({ container }) => displayPorts(container.Ports ?? [])],
    State: ['STATE', ({ container }) => container.State],
    Status: ['STATUS', ({ container }) => container.Status],
    Size: ['SIZE', size],
    Labels: ['LABELS', ({ container }) => labelList(container.Labels)],
    Label: [
      undefined,
      ({ container }) =>
        (key: string) =>
          container.Labels?.[key] ?? '',
    ],
    Mounts: [
      'MOUNTS',
      ({ container, trunc }) =>
        (container.Mounts ?? [])
          .map((mount) => mount.Name || mount.Source)
          .map((name) => (trunc ? ellipsis(name, MOUNT_WIDTH) : name))
          .join(','),
    ],
    LocalVolumes: [
      'LOCAL VOLUMES',
      ({ container }) =>
        String((container.Mounts ?? []).filter((mount) => mount.Driver === 'local').length),
    ],
    Networks: [
      'NETWORKS',
      ({ container }) =>
        Object.keys(container.NetworkSettings?.Networks ?? {})
          .sort(compareText)
          .join(','),
    ],
  },
};
