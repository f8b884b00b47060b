/**
 * Address pools of local networks (libnetwork `ipam/allocator.go`, `ipamutils`): which subnets are
 * taken, and the lowest free address of each. Swarm networks get their subnets and addresses from the
 * managers; their pools only stand here so that no local network overlaps them.
 */
import type { ApiError } from '../../api';
import {
  formatAddress,
  formatPrefix,
  parseAddress,
  parseCidr,
  prefixHas,
  prefixSize,
  prefixesOverlap,
  type Prefix,
} from '../../kernel';

/** 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in pieces of /20. */
export function predefinedPools(): Prefix[] {
  const pools: Prefix[] = [];
  for (let second = 17; second <= 31; second++)
    pools.push({ base: parseAddress(`172.${second}.0.0`)!, length: 16 });
  for (let third = 0; third < 256; third += 16)
    pools.push({ base: parseAddress(`192.168.${third}.0`)!, length: 20 });
  return pools;
}

const OVERLAP: ApiError = Object.freeze({
  status: 403,
  message: 'Pool overlaps with other one on this address space',
});
const NO_POOL: ApiError = Object.freeze({
  status: 500,
  message:
    'could not find an available, non-overlapping IPv4 address pool among the defaults to ' +
    'assign to the network',
});
const IN_USE: ApiError = Object.freeze({ status: 403, message: 'Address already in use' });
const OUT_OF_RANGE: ApiError = Object.freeze({
  status: 500,
  message: 'Requested address is out of range',
});
const EXHAUSTED: ApiError = Object.freeze({
  status: 503,
  message: 'no available IPv4 addresses on this address pool',
});

/** Addresses of one subnet. */
export class AddressPool {
  private readonly taken = new Set<number>();

  constructor(
    readonly prefix: Prefix,
    /** Where addresses are chosen from; the subnet itself, or `--ip-range`. */
    readonly range: Prefix,
  ) {
    if (prefix.length >= 31) return;
    this.taken.add(prefix.base);
    this.taken.add(prefix.base + prefixSize(prefix.length) - 1);
  }

  /** The lowest free address of the range. */
  takeLowest(): string | ApiError {
    const end = this.range.base + prefixSize(this.range.length);
    for (let value = this.range.base; value < end; value++) {
      if (this.taken.has(value)) continue;
      this.taken.add(value);
      return formatAddress(value);
    }
    return EXHAUSTED;
  }

  /** This very address; undefined when it was taken for the caller. */
  takeThis(address: string): ApiError | undefined {
    const value = parseAddress(address);
    if (value === undefined || !prefixHas(this.prefix, value)) return OUT_OF_RANGE;
    if (this.taken.has(value)) return IN_USE;
    this.taken.add(value);
    return undefined;
  }

  release(address: string): void {
    const value = parseAddress(address);
    if (value !== undefined) this.taken.delete(value);
  }

  has(address: string): boolean {
    const value = parseAddress(address);
    return value !== undefined && prefixHas(this.prefix, value);
  }

  get subnet(): string {
    return formatPrefix(this.prefix);
  }
}

/** All subnets in use on this machine. */
export class PoolBook {
  private readonly used: Prefix[] = [];

  /** A subnet that exists outside of Docker (the LAN); predefined pools avoid it. */
  constructor(private readonly foreign: readonly Prefix[]) {}

  /** One of the predefined pools, or the given subnet with an optional range. */
  request(subnet: string | undefined, range: string | undefined): AddressPool | ApiError {
    if (subnet === undefined || subnet === '') return this.requestPredefined();
    const parsed = parseCidr(subnet);
    if (!parsed) return invalid('subnet', subnet);
    let inner = parsed.prefix;
    if (range !== undefined && range !== '') {
      const cut = parseCidr(range);
      if (!cut) return invalid('sub-pool', range);
      inner = cut.prefix;
    }
    if (this.used.some((one) => prefixesOverlap(one, parsed.prefix))) return OVERLAP;
    this.used.push(parsed.prefix);
    return new AddressPool(parsed.prefix, inner);
  }

  private requestPredefined(): AddressPool | ApiError {
    for (const prefix of predefinedPools()) {
      if ([...this.used, ...this.foreign].some((one) => prefixesOverlap(one, prefix))) continue;
      this.used.push(prefix);
      return new AddressPool(prefix, prefix);
    }
    return NO_POOL;
  }

  release(pool: AddressPool): void {
    const { base, length } = pool.prefix;
    const at = this.used.findIndex((one) => one.base === base && one.length === length);
    if (at >= 0) this.used.splice(at, 1);
  }
}

function invalid(what: string, text: string): ApiError {
  const message = `Invalid ${what} ${text} : invalid CIDR address: ${text}`;
  return { status: 500, message };
}
