/** Tables and the pretty text of nodes (docker/cli: cli/command/node/formatter.go). */
import { bytesSize, goTimeText, type Node, type TlsInfo } from '../../../api';
import type { Columns } from '../../format/formatter';
import { titleWord } from '../../format/text';

export interface NodeRow {
  readonly node: Node;
  readonly self: boolean;
  /** Of the swarm, for the TLS STATUS column. */
  readonly tls: TlsInfo | undefined;
}

export const NODE_TABLE =
  'table {{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}' +
  '\t{{.ManagerStatus}}\t{{.EngineVersion}}';

function managerStatus(node: Node): string {
  if (!node.ManagerStatus) return '';
  return node.ManagerStatus.Leader ? 'Leader' : titleWord(node.ManagerStatus.Reachability);
}

function tlsStatus({ node, tls }: NodeRow): string {
  const own = node.Description.TLSInfo;
  if (!tls || !own) return 'Unknown';
  const same =
    own.TrustRoot === tls.TrustRoot &&
    own.CertIssuerPublicKey === tls.CertIssuerPublicKey &&
    own.CertIssuerSubject === tls.CertIssuerSubject;
  return same ? 'Ready' : 'Needs Rotation';
}

export const nodeColumns: Columns<NodeRow> = {
  type: '*node.nodeContext',
  columns: {
    ID: ['ID', (row) => row.node.ID],
    Self: [undefined, (row) => row.self],
    Hostname: ['HOSTNAME', (row) => row.node.Description.Hostname],
    Status: ['STATUS', (row) => titleWord(row.node.Status.State)],
    Availability: ['AVAILABILITY', (row) => titleWord(row.node.Spec.Availability)],
    ManagerStatus: ['MANAGER STATUS', (row) => managerStatus(row.node)],
    EngineVersion: ['ENGINE VERSION', (row) => row.node.Description.Engine.EngineVersion],
    TLSStatus: ['TLS STATUS', tlsStatus],
  },
};

/** `YYYY-MM-DD hh:mm:ss.n +0000 utc`, as the client prints times here. */
export const lowerTime = (time: string | undefined) =>
  goTimeText(time ?? '0001-01-01T00:00:00Z').toLowerCase();

const labelLines = (labels: Readonly<Record<string, string>> | undefined) =>
  Object.keys(labels ?? {})
    .sort()
    .map((key) => ` - ${key}${labels![key] ? `=${labels![key]!}` : ''}`);

/** `docker node inspect --pretty`. */
export function prettyNode(node: Node): string {
  const { Description: about, Status, ManagerStatus } = node;
  const lines: string[] = [`ID:\t\t\t${node.ID}`];
  if (node.Spec.Name) lines.push(`Name:\t\t\t${node.Spec.Name}`);
  const labels = labelLines(node.Spec.Labels);
  if (labels.length > 0) lines.push('Labels:', ...labels);
  lines.push(
    `Hostname:              \t${about.Hostname}`,
    `Joined at:             \t${lowerTime(node.CreatedAt)}`,
    'Status:',
    ` State:\t\t\t${titleWord(Status.State)}`,
  );
  if (Status.Message) lines.push(` Message:\t\t\t${titleWord(Status.Message)}`);
  lines.push(` Availability:         \t${titleWord(node.Spec.Availability)}`);
  if (Status.Addr) lines.push(` Address:\t\t${Status.Addr}`);
  if (ManagerStatus)
    lines.push(
      'Manager Status:',
      ` Address:\t\t${ManagerStatus.Addr}`,
      ` Raft Status:\t\t${titleWord(ManagerStatus.Reachability)}`,
      ` Leader:\t\t${ManagerStatus.Leader ? 'Yes' : 'No'}`,
    );
  lines.push(
    'Platform:',
    ` Operating System:\t${about.Platform.OS}`,
    ` Architecture:\t\t${about.Platform.Architecture}`,
    'Resources:',
    ` CPUs:\t\t\t${Math.trunc((about.Resources.NanoCPUs ?? 0) / 1e9)}`,
    ` Memory:\t\t${about.Resources.MemoryBytes ? bytesSize(about.Resources.MemoryBytes) : ''}`,
  );
  const plugins = new Map<string, string[]>();
  for (const plugin of about.Engine.Plugins ?? [])
    plugins.set(plugin.Type, [...(plugins.get(plugin.Type) ?? []), plugin.Name]);
  if (plugins.size > 0) lines.push('Plugins:');
  for (const type of [...plugins.keys()].sort())
    lines.push(` ${type}:\t\t${plugins.get(type)!.join(', ')}`);
  lines.push(`Engine Version:\t\t${about.Engine.EngineVersion}`);
  const engine = labelLines(about.Engine.Labels);
  if (engine.length > 0) lines.push('Engine Labels:', ...engine);
  if (about.TLSInfo?.TrustRoot)
    lines.push(
      'TLS Info:',
      ' TrustRoot:',
      about.TLSInfo.TrustRoot,
      ` Issuer Subject:\t${about.TLSInfo.CertIssuerSubject}`,
      ` Issuer Public Key:\t${about.TLSInfo.CertIssuerPublicKey}`,
    );
  return `${lines.join('\n')}\n`;
}
