/**
 * Subnets for networks and addresses inside them: docker/libnetwork `ipam/allocator.go` as swarmkit
 * uses it at 20.10. Default subnets are cut from the cluster's pools (10.0.0.0/8 in /24 pieces) and
 * handed out from a moving start, so a freed one comes back only after all others. Addresses are
 * serial (see serial-ids.ts); network and broadcast address stay reserved.
 */
import {
  formatAddress,
  formatSubnet,
  parseAddress,
  parseSubnet,
  subnetContains,
  subnetSize,
  subnetsOverlap,
  type Subnet,
} from './ipv4';
import { SerialIds } from './serial-ids';

/** Answers carry the real text; our callers only log or show it. */
export type PoolAnswer = { readonly subnet: string } | { readonly error: string };
export type AddressAnswer = { readonly address: string } | { readonly error: string };

/** `addr_pool` of `docker swarm init`. */
export interface PoolSettings {
  readonly pools: readonly string[];
  readonly subnetBits: number;
}
export const DEFAULT_POOLS: PoolSettings = { pools: ['10.0.0.0/8'], subnetBits: 24 };

interface Pool {
  readonly subnet: Subnet;
  readonly ids: SerialIds;
  /** Set when addresses come from a part of the subnet only (`--ip-range`). */
  readonly range: SerialIds | undefined;
}

export class AddressPools {
  private readonly pools = new Map<string, Pool>();
  private readonly sources: readonly Subnet[];
  /** Index of the first default subnet to try, counted over all sources. */
  private start = 0;

  constructor(private readonly settings: PoolSettings = DEFAULT_POOLS) {
    this.sources = settings.pools.map((text) => parseSubnet(text)!).filter((s) => s !== undefined);
  }

  /** Takes a subnet: the asked one, or the next default one for ''. */
  requestPool(wanted: string, range: string): PoolAnswer {
    if (wanted === '') return this.requestDefaultPool();
    const subnet = parseSubnet(wanted);
    if (!subnet) return { error: `invalid pool request: invalid CIDR address: ${wanted}` };
    if (this.overlapping(subnet))
      return { error: 'Pool overlaps with other one on this address space' };
    return this.addPool(subnet, range);
  }

  releasePool(subnet: string): void {
    this.pools.delete(subnet);
  }

  /** Takes an address in the subnet: the asked one, or the next one for ''. CIDR notation. */
  requestAddress(subnet: string, wanted: string): AddressAnswer {
    const pool = this.pools.get(subnet);
    if (!pool) return { error: 'unknown address pool' };
    if (wanted !== '') {
      const address = parseAddress(wanted.split('/')[0]!);
      if (address === undefined) return { error: `could not parse address string ${wanted}` };
      const ordinal = address - pool.subnet.base;
      if (!subnetContains(pool.subnet, address))
        return { error: 'Requested address is out of range' };
      if (!pool.ids.takeThis(ordinal)) return { error: 'Address already in use' };
      pool.range?.takeThis(ordinal);
      return { address: `${formatAddress(address)}/${pool.subnet.bits}` };
    }
    const ordinal = (pool.range ?? pool.ids).take();
    if (ordinal === undefined)
      return { error: 'no available IPv4 addresses on this address space' };
    if (pool.range) pool.ids.takeThis(ordinal);
    return { address: `${formatAddress(pool.subnet.base + ordinal)}/${pool.subnet.bits}` };
  }

  /** Gives an address back; unknown ones are fine. */
  releaseAddress(subnet: string, address: string): void {
    const pool = this.pools.get(subnet);
    const value = parseAddress(address.split('/')[0]!);
    if (!pool || value === undefined || !subnetContains(pool.subnet, value)) return;
    pool.ids.release(value - pool.subnet.base);
    pool.range?.release(value - pool.subnet.base);
  }

  private requestDefaultPool(): PoolAnswer {
    const counts = this.sources.map((source) =>
      Math.max(1, 2 ** (this.settings.subnetBits - source.bits)),
    );
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (let tried = 0; tried < total; tried++) {
      const index = (this.start + tried) % total;
      const subnet = this.defaultSubnet(index, counts);
      if (this.overlapping(subnet)) continue;
      this.start = (index + 1) % total;
      return this.addPool(subnet, '');
    }
    return {
      error:
        'could not find an available, non-overlapping IPv4 address pool among the defaults to ' +
        'assign to the network',
    };
  }

  private defaultSubnet(index: number, counts: readonly number[]): Subnet {
    let rest = index;
    let source = 0;
    while (rest >= counts[source]!) rest -= counts[source++]!;
    const bits = this.settings.subnetBits;
    return { base: this.sources[source]!.base + rest * subnetSize(bits), bits };
  }

  private overlapping(subnet: Subnet): boolean {
    for (const pool of this.pools.values()) if (subnetsOverlap(pool.subnet, subnet)) return true;
    return false;
  }

  private addPool(subnet: Subnet, range: string): PoolAnswer {
    const size = subnetSize(subnet.bits);
    // A /31 has neither network nor broadcast address (RFC 3021).
    const ids = subnet.bits >= 31 ? new SerialIds(0, size - 1) : new SerialIds(1, size - 2);
    let inRange: SerialIds | undefined;
    if (range !== '') {
      const part = parseSubnet(range);
      if (!part || !subnetContains(subnet, part.base))
        return { error: `invalid pool request: invalid subpool ${range}` };
      const first = Math.max(ids.first, part.base - subnet.base);
      const last = Math.min(ids.last, part.base - subnet.base + subnetSize(part.bits) - 1);
      inRange = new SerialIds(first, last);
    }
    const name = formatSubnet(subnet);
    this.pools.set(name, { subnet, ids, range: inRange });
    return { subnet: name };
  }
}
