/**
 * Bridge networks (libnetwork `drivers/bridge`): the predefined ones, those of users, and
 * docker_gwbridge, which is made when a sandbox on an overlay network first needs a way out.
 */
import type { ApiError, Labels } from '../../api';
import { isApiError } from '../../api';
import type { NetworkStack } from '../../kernel';
import { hexBytes, parseCidr } from '../../kernel';
import type { Runtime } from '../../base';
import { newId } from '../ids';
import { AddressPool, type PoolBook } from './ipam';
import { NameBook } from './name-book';
import type { SavedNetwork } from './network-disk';
import type { NetworkRecord } from './records';

/** Body of `POST /networks/create`, with the fields that matter here. */
export interface NetworkWish {
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null';
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIPv6: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string;
  readonly options: Labels;
  readonly labels: Labels;
  readonly ipamDriver: string;
  readonly ipamOptions: Labels | null;
  readonly ipamConfig: readonly { Subnet?: string; IPRange?: string; Gateway?: string }[];
  readonly createdUs: number;
}

/** What makes networks. */
export interface BridgeMaker {
  readonly runtime: Runtime;
  readonly stack: NetworkStack;
  readonly pools: PoolBook;
}

export const DEFAULT_BRIDGE_OPTIONS: Labels = Object.freeze({
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'docker0',
  'com.docker.network.driver.mtu': '1500',
});

export const GWBRIDGE_OPTIONS: Labels = Object.freeze({
  'com.docker.network.bridge.enable_icc': 'false',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.name': 'docker_gwbridge',
});

/** A wish with nothing special in it. */
export function plainWish(name: string, driver: NetworkWish['driver'], createdUs: number) {
  return {
    name,
    driver,
    internal: false,
    attachable: false,
    enableIPv6: false,
    configOnly: false,
    configFrom: '',
    options: {},
    labels: {},
    ipamDriver: 'default',
    ipamOptions: null,
    ipamConfig: [],
    createdUs,
  } satisfies NetworkWish;
}

/** A network with its addresses and, for a bridge, its device and rules. */
export function makeNetwork(
  maker: BridgeMaker,
  wish: NetworkWish,
  saved?: SavedNetwork,
): NetworkRecord | ApiError {
  const id = saved?.id ?? newId(maker.runtime.random('networks'));
  if (wish.driver !== 'bridge' || wish.configOnly) return record(id, wish, undefined, '', '');
  const given = wish.ipamConfig[0];
  const pool = maker.pools.request(saved?.subnet ?? given?.Subnet, given?.IPRange);
  if (isApiError(pool)) return pool;
  const gateway = takeGateway(pool, saved?.gateway ?? given?.Gateway);
  if (typeof gateway !== 'string') {
    maker.pools.release(pool);
    return gateway;
  }
  const bridgeName = wish.options['com.docker.network.bridge.name'] ?? `br-${id.slice(0, 12)}`;
  const network = record(id, wish, pool, gateway, bridgeName);
  buildBridge(maker, network);
  return network;
}

function takeGateway(pool: AddressPool, given: string | undefined): string | ApiError {
  if (given === undefined || given === '') return pool.takeLowest();
  const refused = pool.takeThis(given);
  if (!refused) return given;
  const message = `failed to allocate gateway (${given}): ${refused.message}`;
  return { status: refused.status, message };
}

function record(
  id: string,
  wish: NetworkWish,
  pool: AddressPool | undefined,
  gateway: string,
  bridgeName: string,
): NetworkRecord {
  const own = wish.ipamConfig.length === 0 && pool !== undefined;
  return {
    id,
    name: wish.name,
    driver: wish.configOnly ? 'null' : wish.driver,
    created: wish.createdUs,
    scope: 'local',
    internal: wish.internal,
    attachable: wish.attachable,
    ingress: false,
    enableIPv6: wish.enableIPv6,
    configOnly: wish.configOnly,
    configFrom: wish.configFrom,
    options: wish.options,
    labels: wish.labels,
    ipamDriver: wish.ipamDriver,
    ipamOptions: wish.ipamOptions,
    ipamConfig: own ? [{ Subnet: pool.subnet, Gateway: gateway }] : wish.ipamConfig,
    userSubnet: !own,
    pool,
    gateway,
    prefixLength: pool?.prefix.length ?? 0,
    bridgeName,
    endpoints: new Map(),
    names: new NameBook(),
    overlay: undefined,
  };
}

function buildBridge(maker: BridgeMaker, network: NetworkRecord): void {
  const { stack } = maker;
  const random = maker.runtime.random('networks').uint32();
  const icc = network.options['com.docker.network.bridge.enable_icc'] !== 'false';
  stack.addBridge(
    stack.host,
    network.bridgeName,
    {
      cidr: `${network.gateway}/${network.prefixLength}`,
      mac: `02:42:${hexBytes(random, 4)}`,
      mtu: 1500,
    },
    { internal: network.internal, icc },
  );
  if (network.internal) return;
  const subnet = network.pool!.subnet;
  stack.host.natRules.push({ kind: 'masquerade', subnet, bridge: network.bridgeName });
}

/** Takes the addresses, the device and the rules back. */
export function unmakeNetwork(maker: BridgeMaker, network: NetworkRecord): void {
  if (!network.pool) return;
  maker.pools.release(network.pool);
  removeBridge(maker, network);
}

/** The device and the rules go. */
export function removeBridge(maker: BridgeMaker, network: NetworkRecord): void {
  const { host } = maker.stack;
  const device = host.named(network.bridgeName);
  if (device) maker.stack.removeDevice(host, device.index);
  host.natRules = host.natRules.filter(
    (rule) => !('bridge' in rule && rule.kind !== 'publish') || rule.bridge !== network.bridgeName,
  );
}

/** True for an address that lies in the subnet that a user gave for the network. */
export function inUserSubnet(network: NetworkRecord, address: string): boolean {
  if (network.pool) return network.pool.has(address);
  return network.ipamConfig.some(({ Subnet }) => {
    const parsed = Subnet === undefined ? undefined : parseCidr(Subnet);
    const own = parseCidr(`${address}/32`);
    if (!parsed || !own) return false;
    return new AddressPool(parsed.prefix, parsed.prefix).has(address);
  });
}
