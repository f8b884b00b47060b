/**
 * The allocator's memory of networks: their subnets, VXLAN ids and the addresses in use (swarmkit
 * `manager/allocator/cnmallocator/networkallocator.go` with libnetwork's overlay manager). The store
 * holds the results; this is rebuilt from them by each new leader.
 */
import type { IpamConfig } from '../../api';
import type { StoredNetwork } from '../store';
import { AddressPools, type PoolSettings } from './address-pools';
import { SerialIds } from './serial-ids';

const VXLAN_ID_FIRST = 4_096;
const VXLAN_ID_LAST = 2 ** 24 - 1;
const VXLAN_LIST = 'com.docker.network.driver.overlay.vxlanid_list';

interface AllocatedNetwork {
  readonly network: StoredNetwork;
  /** Scope of the driver is one node: swarm gives it no addresses. */
  readonly nodeLocal: boolean;
  readonly subnets: readonly string[];
  readonly vxlanIds: readonly number[];
  /** Addresses in use, in CIDR notation, and the subnet each is from. */
  readonly endpoints: Map<string, string>;
}

type Outcome<T> = T | { readonly error: string };

export function isIngressNetwork(network: StoredNetwork): boolean {
  return network.Spec.Ingress === true;
}

export function isOverlay(network: StoredNetwork): boolean {
  return (
    network.DriverState?.Name === 'overlay' || network.Spec.DriverConfiguration?.Name === 'overlay'
  );
}

/** True if the store says that the network has been allocated. */
export function hasAllocation(network: StoredNetwork): boolean {
  return !!network.DriverState?.Name && network.IPAMOptions !== undefined;
}

export class NetworkState {
  private readonly pools: AddressPools;
  private readonly vxlanIds = new SerialIds(VXLAN_ID_FIRST, VXLAN_ID_LAST);
  private readonly networks = new Map<string, AllocatedNetwork>();

  constructor(settings: PoolSettings) {
    this.pools = new AddressPools(settings);
  }

  isAllocated(networkId: string): boolean {
    return this.networks.has(networkId);
  }

  get(networkId: string): StoredNetwork | undefined {
    return this.networks.get(networkId)?.network;
  }

  isNodeLocal(networkId: string): boolean {
    return this.networks.get(networkId)?.nodeLocal === true;
  }

  /** Gives the network its subnets, gateways and VXLAN ids; answers the record to store. */
  allocate(network: StoredNetwork): Outcome<{ readonly network: StoredNetwork }> {
    const driver = network.Spec.DriverConfiguration?.Name || 'overlay';
    if (driver !== 'overlay') return this.keepLocal(network, driver);
    const ipam = this.allocateSubnets(network);
    if ('error' in ipam) return ipam;
    const vxlan = this.allocateVxlanIds(network, ipam.configs.length);
    if ('error' in vxlan) {
      for (const config of ipam.configs) this.pools.releasePool(config.Subnet ?? '');
      return vxlan;
    }
    const wanted = network.Spec.IPAMOptions?.Driver;
    const allocated: StoredNetwork = {
      ...network,
      DriverState: {
        Name: driver,
        Options: {
          ...network.Spec.DriverConfiguration?.Options,
          [VXLAN_LIST]: vxlan.ids.join(','),
        },
      },
      IPAMOptions: { Driver: { Name: wanted?.Name || 'default' }, Configs: ipam.configs },
    };
    this.networks.set(network.ID, {
      network: allocated,
      nodeLocal: false,
      subnets: ipam.configs.map((config) => config.Subnet ?? ''),
      vxlanIds: vxlan.ids,
      endpoints: new Map(),
    });
    return { network: allocated };
  }

  free(networkId: string): void {
    const held = this.networks.get(networkId);
    if (!held) return;
    this.networks.delete(networkId);
    for (const subnet of held.subnets) this.pools.releasePool(subnet);
    for (const id of held.vxlanIds) this.vxlanIds.release(id);
  }

  /** An address of the network: that one, or the next free one for ''. CIDR notation. */
  takeAddress(networkId: string, wanted: string): string | undefined {
    const held = this.networks.get(networkId);
    if (!held || held.nodeLocal) return undefined;
    for (const subnet of held.subnets) {
      const answer = this.pools.requestAddress(subnet, wanted);
      if ('error' in answer) continue;
      held.endpoints.set(answer.address, subnet);
      return answer.address;
    }
    return undefined;
  }

  holdsAddress(networkId: string, address: string): boolean {
    return this.networks.get(networkId)?.endpoints.has(address) === true;
  }

  releaseAddress(networkId: string, address: string): void {
    const held = this.networks.get(networkId);
    const subnet = held?.endpoints.get(address);
    if (!held || subnet === undefined) return;
    held.endpoints.delete(address);
    this.pools.releaseAddress(subnet, address);
  }

  private keepLocal(network: StoredNetwork, driver: string): { readonly network: StoredNetwork } {
    const allocated: StoredNetwork = {
      ...network,
      DriverState: { Name: driver },
      IPAMOptions: { Driver: {} },
    };
    this.networks.set(network.ID, {
      network: allocated,
      nodeLocal: true,
      subnets: [],
      vxlanIds: [],
      endpoints: new Map(),
    });
    return { network: allocated };
  }

  private allocateSubnets(
    network: StoredNetwork,
  ): Outcome<{ readonly configs: readonly IpamConfig[] & IpamConfig[] }> {
    const asked = network.IPAMOptions?.Configs ?? network.Spec.IPAMOptions?.Configs ?? [];
    const configs: IpamConfig[] = [];
    for (const config of asked.length > 0 ? asked : [{}]) {
      const pool = this.pools.requestPool(config.Subnet ?? '', config.IPRange ?? '');
      const gateway =
        'error' in pool ? pool : this.pools.requestAddress(pool.subnet, config.Gateway ?? '');
      if ('error' in pool || 'error' in gateway) {
        if ('subnet' in pool) this.pools.releasePool(pool.subnet);
        for (const done of configs) this.pools.releasePool(done.Subnet ?? '');
        return { error: 'error' in gateway ? gateway.error : '' };
      }
      configs.push({
        ...config,
        Subnet: pool.subnet,
        Gateway: config.Gateway || gateway.address.split('/')[0]!,
      });
    }
    return { configs };
  }

  /** One id for each subnet; those named in the options or given before are taken again. */
  private allocateVxlanIds(
    network: StoredNetwork,
    count: number,
  ): Outcome<{ readonly ids: number[] }> {
    const list =
      network.DriverState?.Options?.[VXLAN_LIST] ??
      network.Spec.DriverConfiguration?.Options?.[VXLAN_LIST];
    const ids: number[] = [];
    const undo = (error: string) => {
      for (const id of ids) this.vxlanIds.release(id);
      return { error };
    };
    for (const text of list ? list.split(',') : []) {
      if (!/^\d+$/.test(text)) return undo(`invalid vxlan id value ${text} passed`);
      const id = Number(text);
      if (id >= VXLAN_ID_FIRST && !this.vxlanIds.takeThis(id))
        return undo(`could not assign vxlan id ${id} to pool`);
      ids.push(id);
    }
    while (ids.length < count) {
      const id = this.vxlanIds.take();
      if (id === undefined) return undo('could not obtain vxlan id for pool');
      ids.push(id);
    }
    return { ids };
  }
}
