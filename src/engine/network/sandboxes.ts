/**
 * Containers' sandboxes: namespace, endpoints, routes, published ports (libnetwork `sandbox.go`,
 * `endpoint.go`, `default_gateway.go`). The order of interfaces is the order of joining; the way out
 * is the first bridge by name, or docker_gwbridge where all networks are overlays.
 */
import { type ApiError, isApiError } from '../../api';
import type { Runtime } from '../../base';
import { type NetNamespace, type NetworkStack, dockerMac } from '../../kernel';
import { newId } from '../ids';
import { EmbeddedDns, type NameSource } from './embedded-dns';
import { type PortBook, portWishes } from './ports';
import type {
  Attachment,
  ContainerState,
  EndpointState,
  NetworkRecord,
  SandboxState,
} from './records';

/** What the sandboxes need of the controller. */
export interface SandboxHost extends NameSource {
  readonly runtime: Runtime;
  readonly stack: NetworkStack;
  readonly ports: PortBook;
  networkById(id: string): NetworkRecord | undefined;
  /** docker_gwbridge, made when it is first needed. */
  gatewayBridge(): NetworkRecord | ApiError;
  /** An endpoint stands on an overlay network: its peer record goes out; the reverse on leaving. */
  overlayJoined(network: NetworkRecord, endpoint: EndpointState, container: ContainerState): void;
  overlayLeft(network: NetworkRecord, endpoint: EndpointState, container: ContainerState): void;
}

/** A new sandbox with nothing but lo. */
export function openSandbox(on: SandboxHost, container: ContainerState): SandboxState {
  const ns = on.stack.makeNamespace(shownName(container.name), container.config.containerId);
  const id = newId(on.runtime.random('sandboxes'));
  container.sandboxId = id;
  container.sandboxKey = `/var/run/docker/netns/${id.slice(0, 12)}`;
  const sandbox: SandboxState = {
    namespaceId: ns.id,
    borrowed: false,
    nextDevice: 0,
    gateway: undefined,
  };
  container.sandbox = sandbox;
  return sandbox;
}

/** "nginx1.2" of a task's "nginx1.2.ID". */
export function shownName(name: string): string {
  return name.replace(/^(.*\.[^.]+)\.[0-9a-z]{25}$/, '$1');
}

/** Gives a running container an endpoint on a network. On an error nothing is left of it. */
export function joinNetwork(
  on: SandboxHost,
  container: ContainerState,
  network: NetworkRecord,
  attachment: Attachment,
): ApiError | undefined {
  const { sandbox } = container;
  if (!sandbox) return undefined;
  attachment.networkId = network.id;
  for (const other of network.endpoints.values())
    if (other.name === container.name && network.driver !== 'host' && network.driver !== 'null')
      return {
        status: 403,
        message: `endpoint with name ${container.name} already exists in network ${network.name}`,
      };
  const address = takeAddress(network, attachment);
  if (typeof address !== 'string') return address;
  const endpoint = plug(on, sandbox, network, {
    owner: container.config.containerId,
    name: container.name,
    address,
    mac: container.config.macAddress,
  });
  attachment.endpoint = endpoint;
  if (network.overlay) on.overlayJoined(network, endpoint, container);
  else if (network.driver === 'bridge') nameEndpoint(network, container, attachment, endpoint);
  const ns = on.stack.namespaceOf(sandbox.namespaceId);
  if (ns && hasUserNetwork(on, container)) ns.nameServer ??= new EmbeddedDns(on, container);
  return chooseGateway(on, container);
}

function takeAddress(network: NetworkRecord, attachment: Attachment): string | ApiError {
  if (network.driver === 'host' || network.driver === 'null') return '';
  if (network.overlay) return (attachment.granted?.address ?? attachment.ipv4 ?? '').split('/')[0]!;
  const pool = network.pool!;
  if (attachment.ipv4 === undefined) return pool.takeLowest();
  return pool.takeThis(attachment.ipv4) ?? attachment.ipv4;
}

/** The veth pair and the record of an endpoint. */
export function plug(
  on: SandboxHost,
  sandbox: Pick<SandboxState, 'namespaceId'> & { nextDevice: number },
  network: NetworkRecord,
  wish: { owner: string; name: string; address: string; mac?: string | undefined },
): EndpointState {
  const id = newId(on.runtime.random('endpoints'));
  let device = '';
  let deviceIndex = 0;
  let mac = '';
  const ns = on.stack.namespaceOf(sandbox.namespaceId);
  if (ns && wish.address !== '') {
    device = `eth${sandbox.nextDevice++}`;
    mac = wish.mac !== undefined && wish.mac !== '' ? wish.mac : dockerMac(wish.address);
    const cidr = `${wish.address}/${network.prefixLength}`;
    const outside = network.overlay
      ? on.stack.namespaceOf(network.overlay.namespaceId)!
      : on.stack.host;
    const bridge = outside.named(network.bridgeName)!;
    const mtu = network.overlay ? 1450 : 1500;
    const veth = `veth${id.slice(0, 7)}`;
    deviceIndex = on.stack.addVeth(
      ns,
      { name: device, cidr, mac, mtu },
      outside,
      bridge,
      veth,
    ).index;
  }
  const endpoint: EndpointState = {
    id,
    networkId: network.id,
    owner: wish.owner,
    name: wish.name,
    address: wish.address,
    prefixLength: wish.address === '' ? 0 : network.prefixLength,
    mac,
    device,
    deviceIndex,
  };
  network.endpoints.set(id, endpoint);
  return endpoint;
}

/** Takes an endpoint off its network again. */
export function unplug(
  on: SandboxHost,
  sandbox: Pick<SandboxState, 'namespaceId'>,
  network: NetworkRecord,
  endpoint: EndpointState,
): void {
  network.endpoints.delete(endpoint.id);
  network.pool?.release(endpoint.address);
  const ns = on.stack.namespaceOf(sandbox.namespaceId);
  if (ns && endpoint.deviceIndex > 0) on.stack.removeDevice(ns, endpoint.deviceIndex);
}

/** DNS of a bridge network of a user: name, aliases, short id. */
function nameEndpoint(
  network: NetworkRecord,
  container: ContainerState,
  attachment: Attachment,
  endpoint: EndpointState,
): void {
  if (network.name === 'bridge') return;
  network.names.add(container.name, endpoint.address);
  for (const alias of attachment.aliases ?? []) network.names.add(alias, endpoint.address);
  network.names.setReverse(endpoint.address, container.name);
}

function unnameEndpoint(
  network: NetworkRecord,
  attachment: Attachment,
  endpoint: EndpointState,
): void {
  if (network.name === 'bridge') return;
  network.names.remove(endpoint.name, endpoint.address);
  for (const alias of attachment.aliases ?? []) network.names.remove(alias, endpoint.address);
  network.names.clearReverse(endpoint.address);
}

export function hasUserNetwork(on: SandboxHost, container: ContainerState): boolean {
  for (const { networkId, endpoint } of container.attachments.values()) {
    const network = endpoint && on.networkById(networkId);
    if (network && !['bridge', 'host', 'none'].includes(network.name)) return true;
  }
  return false;
}

/** Takes the container off one network. */
export function leaveNetwork(
  on: SandboxHost,
  container: ContainerState,
  attachment: Attachment,
): void {
  const { sandbox } = container;
  const { endpoint } = attachment;
  const network = on.networkById(attachment.networkId);
  if (!sandbox || !endpoint || !network) return;
  if (network.overlay) on.overlayLeft(network, endpoint, container);
  else if (network.driver === 'bridge') unnameEndpoint(network, attachment, endpoint);
  unplug(on, sandbox, network, endpoint);
  attachment.endpoint = undefined;
  const gone = chooseGateway(on, container);
  if (gone) dropMappings(on, container);
}

/**
 * Points the default route at the right network, and moves the published ports there. An error is
 * one of the ports.
 */
function chooseGateway(on: SandboxHost, container: ContainerState): ApiError | undefined {
  const { sandbox } = container;
  const ns = sandbox && on.stack.namespaceOf(sandbox.namespaceId);
  if (!sandbox || !ns || sandbox.borrowed) return undefined;
  let best: { network: NetworkRecord; endpoint: EndpointState } | undefined;
  let overlays = 0;
  let internalOverlays = 0;
  for (const { networkId, endpoint } of container.attachments.values()) {
    const network = endpoint && on.networkById(networkId);
    if (!network || !endpoint) continue;
    if (network.overlay) {
      overlays++;
      if (network.internal) internalOverlays++;
    } else if (network.driver === 'bridge' && !network.internal) {
      if (!best || network.name < best.network.name) best = { network, endpoint };
    }
  }
  if (!best && overlays > internalOverlays) {
    const joined = joinGatewayBridge(on, sandbox);
    if (isApiError(joined)) return joined;
    best = joined;
  } else if (sandbox.gateway) {
    leaveGatewayBridge(on, sandbox);
  }
  return setGateway(on, container, ns, best);
}

function joinGatewayBridge(on: SandboxHost, sandbox: SandboxState) {
  const network = on.gatewayBridge();
  if (isApiError(network)) return network;
  if (sandbox.gateway) return { network, endpoint: sandbox.gateway };
  const address = network.pool!.takeLowest();
  if (typeof address !== 'string') return address;
  const name = `gateway_${newId(on.runtime.random('sandboxes')).slice(0, 12)}`;
  const endpoint = plug(on, sandbox, network, { owner: name, name, address });
  sandbox.gateway = endpoint;
  return { network, endpoint };
}

function leaveGatewayBridge(on: SandboxHost, sandbox: SandboxState): void {
  const endpoint = sandbox.gateway;
  const network = endpoint && on.networkById(endpoint.networkId);
  if (endpoint && network) unplug(on, sandbox, network, endpoint);
  sandbox.gateway = undefined;
}

function setGateway(
  on: SandboxHost,
  container: ContainerState,
  ns: NetNamespace,
  best: { network: NetworkRecord; endpoint: EndpointState } | undefined,
): ApiError | undefined {
  const before = ns.routes.find((route) => route.destination === 'default');
  if (before?.gateway === best?.network.gateway && before?.device === best?.endpoint.device)
    return undefined;
  ns.routes = ns.routes.filter((route) => route.destination !== 'default');
  dropMappings(on, container);
  if (!best) return undefined;
  const { network, endpoint } = best;
  ns.routes.unshift({
    destination: 'default',
    gateway: network.gateway,
    device: endpoint.device,
  });
  return mapPorts(on, container, network, endpoint);
}

function mapPorts(
  on: SandboxHost,
  container: ContainerState,
  network: NetworkRecord,
  endpoint: EndpointState,
): ApiError | undefined {
  const { exposedPorts, portBindings, publishAllPorts } = container.config;
  const target = { address: endpoint.address, bridge: network.bridgeName };
  for (const wish of portWishes(exposedPorts, portBindings, publishAllPorts)) {
    const mapped = on.ports.map(wish, target);
    if (!isApiError(mapped)) {
      container.mappings.push(...mapped);
      continue;
    }
    dropMappings(on, container);
    const message =
      `driver failed programming external connectivity on endpoint ${container.name} ` +
      `(${endpoint.id}): ${mapped.message}`;
    return { status: 500, message };
  }
  return undefined;
}

function dropMappings(on: SandboxHost, container: ContainerState): void {
  for (const mapping of container.mappings.splice(0)) on.ports.unmap(mapping);
}

/** All endpoints, ports and the namespace go. */
export function closeSandbox(on: SandboxHost, container: ContainerState): void {
  const { sandbox } = container;
  if (!sandbox) return;
  dropMappings(on, container);
  for (const attachment of container.attachments.values()) {
    const network = on.networkById(attachment.networkId);
    const { endpoint } = attachment;
    if (!network || !endpoint) continue;
    if (network.overlay) on.overlayLeft(network, endpoint, container);
    else if (network.driver === 'bridge') unnameEndpoint(network, attachment, endpoint);
    unplug(on, sandbox, network, endpoint);
    attachment.endpoint = undefined;
  }
  if (sandbox.gateway) leaveGatewayBridge(on, sandbox);
  container.sandbox = undefined;
  if (!sandbox.borrowed) on.stack.deleteNamespace(sandbox.namespaceId);
}
