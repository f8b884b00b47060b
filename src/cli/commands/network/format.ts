/** The table of networks. */
import { GoTime, compareText, type NetworkResource } from '../../../api';
import type { Columns } from '../../format/formatter';
import { shortId } from '../../format/text';

export interface NetworkRow {
  readonly network: NetworkResource;
  readonly trunc: boolean;
}

export const NETWORK_TABLE = 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}';

export const labelText = (labels: Readonly<Record<string, string>> | null | undefined) =>
  Object.keys(labels ?? {})
    .sort(compareText)
    .map((key) => `${key}=${labels![key]!}`)
    .join(',');

export const networkColumns: Columns<NetworkRow> = {
  type: '*network.networkContext',
  columns: {
    ID: ['NETWORK ID', ({ network, trunc }) => (trunc ? shortId(network.Id) : network.Id)],
    Name: ['NAME', ({ network }) => network.Name],
    Driver: ['DRIVER', ({ network }) => network.Driver],
    Scope: ['SCOPE', ({ network }) => network.Scope],
    IPv6: ['IPV6', ({ network }) => String(network.EnableIPv6)],
    Internal: ['INTERNAL', ({ network }) => String(network.Internal)],
    Labels: ['LABELS', ({ network }) => labelText(network.Labels)],
    Label: [
      undefined,
      ({ network }) =>
        (key: string) =>
          network.Labels?.[key] ?? '',
    ],
    CreatedAt: ['CREATED AT', ({ network }) => new GoTime(network.Created).toString()],
  },
};
