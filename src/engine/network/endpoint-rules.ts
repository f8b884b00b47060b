/**
 * What may be connected to what, in the words of moby `daemon/container_operations.go` and
 * `runconfig/errors.go`.
 */
import type { ApiError, EndpointSettings } from '../../api';
import { inUserSubnet } from './bridges';
import type { Attachment, ContainerState, NetworkRecord } from './records';

export const CONFLICT_HOST: ApiError = Object.freeze({
  status: 400,
  message: 'container cannot be disconnected from host network or connected to host network',
});
const CONFLICT_SHARED: ApiError = Object.freeze({
  status: 400,
  message:
    'container sharing network namespace with another container or host cannot be connected ' +
    'to any other network',
});
const CONFLICT_NONE: ApiError = Object.freeze({
  status: 400,
  message:
    'container cannot be connected to multiple networks with one of the networks in private ' +
    '(none) mode',
});
const NO_USER_ADDRESS: ApiError = Object.freeze({
  status: 400,
  message: 'user specified IP address is supported on user defined networks only',
});
const NO_USER_SUBNET: ApiError = Object.freeze({
  status: 400,
  message:
    'user specified IP address is supported only when connecting to networks with user ' +
    'configured subnets',
});
const NO_ALIAS: ApiError = Object.freeze({
  status: 400,
  message: 'network-scoped alias is supported only for containers in user defined networks',
});

export function isPredefined(name: string): boolean {
  return ['bridge', 'host', 'none', 'default'].includes(name);
}

/** Name of the network that a network mode means; undefined where it is no network. */
export function networkOfMode(mode: string): string | undefined {
  if (mode.startsWith('container:')) return undefined;
  return mode === '' || mode === 'default' ? 'bridge' : mode;
}

/** May a container that has these networks get another? */
export function checkMix(
  container: ContainerState,
  network: NetworkRecord,
  byName: (name: string) => NetworkRecord | undefined,
): ApiError | undefined {
  const mode = container.config.networkMode;
  if (mode.startsWith('container:')) return CONFLICT_SHARED;
  if (mode !== 'host' && network.driver === 'host') return CONFLICT_HOST;
  for (const name of container.attachments.keys()) {
    if (name === network.name) return undefined;
    const other = byName(name);
    if (!other) continue;
    if (other.driver === 'host' || network.driver === 'host') return CONFLICT_SHARED;
    if (other.driver === 'null' || network.driver === 'null') return CONFLICT_NONE;
  }
  return undefined;
}

/** Are the wishes for this endpoint possible on the network? */
export function checkEndpoint(
  network: NetworkRecord,
  attachment: Attachment,
  isTask: boolean,
): ApiError | undefined {
  if (isPredefined(network.name)) {
    if (attachment.ipv4 !== undefined) return NO_USER_ADDRESS;
    if ((attachment.aliases ?? []).length > 0) return NO_ALIAS;
    return undefined;
  }
  if (attachment.ipv4 === undefined || isTask || network.overlay) return undefined;
  if (!network.userSubnet) return NO_USER_SUBNET;
  if (inUserSubnet(network, attachment.ipv4)) return undefined;
  const message = `Invalid address ${attachment.ipv4}: It does not belong to any of this network's subnets`;
  return { status: 500, message };
}

/** The settings of a request as an attachment; user networks add the container's short id. */
export function newAttachment(
  settings: Partial<EndpointSettings> | null | undefined,
  containerId: string,
  userDefined: boolean,
): Attachment {
  const ipamConfig = settings?.IPAMConfig ?? null;
  const given = settings?.Aliases ?? null;
  const short = containerId.slice(0, 12);
  const aliases = userDefined && !(given ?? []).includes(short) ? [...(given ?? []), short] : given;
  const ipv4 = ipamConfig?.IPv4Address;
  return {
    networkId: '',
    ipv4: ipv4 === undefined || ipv4 === '' ? undefined : ipv4,
    ipamConfig,
    links: settings?.Links ?? null,
    aliases,
    driverOpts: settings?.DriverOpts ?? null,
    endpoint: undefined,
  };
}
