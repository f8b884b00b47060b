/**
 * Networks and the network side of containers in the Engine API's shapes.
 */
import type { EndpointSettings, Network, NetworkResource, PortSummary } from '../../api';
import { formatTime } from '../time';
import type { NetworkSettings } from './contract';
import { parsePort, sortPorts } from './ports';
import type { Attachment, ContainerState, NetworkRecord } from './records';

/** An item of a network's `Containers`. */
interface EndpointResource {
  Name: string;
  EndpointID: string;
  MacAddress: string;
  IPv4Address: string;
  IPv6Address: string;
}

/** `GET /networks` (without containers) and `GET /networks/{id}`. */
export function networkView(
  network: NetworkRecord,
  withContainers: boolean,
  peers: readonly { readonly name: string; readonly address: string }[] = [],
): NetworkResource {
  const { created } = network;
  return {
    Name: network.name,
    Id: network.id,
    Created: typeof created === 'string' ? created : formatTime(created),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv6: network.enableIPv6,
    IPAM: {
      Driver: network.ipamDriver,
      Options: network.ipamOptions,
      Config: network.ipamConfig.map((config) => ({ ...config })),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.configOnly,
    Containers: withContainers ? containersOf(network) : {},
    Options: network.options,
    Labels: network.labels,
    ...(peers.length > 0
      ? { Peers: peers.map(({ name, address }) => ({ Name: name, IP: address })) }
      : {}),
  };
}

function containersOf(network: NetworkRecord): Record<string, EndpointResource> {
  const containers: Record<string, EndpointResource> = {};
  for (const endpoint of network.endpoints.values()) {
    const { address, prefixLength } = endpoint;
    containers[endpoint.owner] = {
      Name: endpoint.name,
      EndpointID: endpoint.id,
      MacAddress: endpoint.mac,
      IPv4Address: address === '' ? '' : `${address}/${prefixLength}`,
      IPv6Address: '',
    };
  }
  return containers;
}

/** A network of the swarm as a manager shows it. */
export function swarmNetworkView(network: Network): NetworkResource {
  const configs = network.IPAMOptions?.Configs ?? [];
  return {
    Name: network.Spec.Name,
    Id: network.ID,
    Created: network.CreatedAt,
    Scope: 'swarm',
    Driver: network.DriverState.Name ?? network.Spec.DriverConfiguration.Name ?? 'overlay',
    EnableIPv6: network.Spec.IPv6Enabled ?? false,
    IPAM: {
      Driver: network.IPAMOptions?.Driver.Name ?? 'default',
      Options: null,
      Config: configs.map((config) => ({ ...config })),
    },
    Internal: network.Spec.Internal ?? false,
    Attachable: network.Spec.Attachable ?? false,
    Ingress: network.Spec.Ingress ?? false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: null as unknown as Record<string, unknown>,
    Options: network.DriverState.Options ?? null,
    Labels: Object.keys(network.Spec.Labels).length === 0 ? null : network.Spec.Labels,
  };
}

function endpointView(attachment: Attachment, network: NetworkRecord | undefined) {
  const { endpoint } = attachment;
  const settings: EndpointSettings = {
    IPAMConfig: attachment.ipamConfig,
    Links: attachment.links === null ? null : [...attachment.links],
    Aliases: attachment.aliases === null ? null : [...attachment.aliases],
    NetworkID: attachment.networkId,
    EndpointID: endpoint?.id ?? '',
    Gateway: endpoint && network && !network.overlay ? network.gateway : '',
    IPAddress: endpoint?.address ?? '',
    IPPrefixLen: endpoint?.prefixLength ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: endpoint?.mac ?? '',
    DriverOpts: attachment.driverOpts,
  };
  return settings;
}

/** `NetworkSettings.Networks`, sorted by name as Go prints maps. */
export function endpointViews(
  container: ContainerState,
  networkById: (id: string) => NetworkRecord | undefined,
): Record<string, EndpointSettings> {
  const views: Record<string, EndpointSettings> = {};
  for (const name of [...container.attachments.keys()].sort()) {
    const attachment = container.attachments.get(name)!;
    views[name] = endpointView(attachment, networkById(attachment.networkId));
  }
  return views;
}

export function settingsView(
  container: ContainerState,
  networkById: (id: string) => NetworkRecord | undefined,
): NetworkSettings {
  const networks = endpointViews(container, networkById);
  const plain = networks['bridge'];
  return {
    Bridge: '',
    SandboxID: container.sandboxId,
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: portsView(container),
    SandboxKey: container.sandboxKey,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: plain?.EndpointID ?? '',
    Gateway: plain?.Gateway ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: plain?.IPAddress ?? '',
    IPPrefixLen: plain?.IPPrefixLen ?? 0,
    IPv6Gateway: '',
    MacAddress: plain?.MacAddress ?? '',
    Networks: networks,
  };
}

/** True where exposed and published ports are shown: a running container with ports of its own. */
function showsPorts(container: ContainerState): boolean {
  if (!container.sandbox || container.sandbox.borrowed) return false;
  return [...container.attachments.values()].some(
    ({ endpoint }) => (endpoint?.address ?? '') !== '',
  );
}

function portsView(container: ContainerState): NetworkSettings['Ports'] {
  const ports: NetworkSettings['Ports'] = {};
  if (!showsPorts(container)) return ports;
  for (const key of sortPorts(container.config.exposedPorts)) {
    if (!parsePort(key)) continue;
    const bound = container.mappings.filter((mapping) => mapping.key === key);
    ports[key] =
      bound.length === 0
        ? null
        : bound.map(({ hostIp, publicPort }) => ({
            HostIp: hostIp,
            HostPort: String(publicPort),
          }));
  }
  return ports;
}

/** `Ports` of an item of `GET /containers/json`. */
export function portSummaries(container: ContainerState): PortSummary[] {
  const list: PortSummary[] = [];
  if (!showsPorts(container)) return list;
  for (const key of sortPorts(container.config.exposedPorts)) {
    const port = parsePort(key);
    if (!port) continue;
    const bound = container.mappings.filter((mapping) => mapping.key === key);
    for (const { hostIp, publicPort } of bound)
      list.push({
        IP: hostIp,
        PrivatePort: port.number,
        PublicPort: publicPort,
        Type: port.protocol,
      });
    if (bound.length === 0) list.push({ PrivatePort: port.number, Type: port.protocol });
  }
  return list;
}
