/** The default address pools of `swarm init` (moby `daemon/cluster/swarm.go` validateAddrPools). */

function parseCidr(text: string): { readonly low: number; readonly bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1).map(Number);
  const bits = parts[4]!;
  if (parts.slice(0, 4).some((part) => part > 255) || bits > 32) return undefined;
  const address = parts[0]! * 2 ** 24 + parts[1]! * 65536 + parts[2]! * 256 + parts[3]!;
  const size = 2 ** (32 - bits);
  return { low: Math.floor(address / size) * size, bits };
}

/** What is wrong with them, in the daemon's words; `subnetSize` 0 is the default. */
export function checkPools(pools: readonly string[], subnetSize: number): string | undefined {
  const ranges: { low: number; high: number }[] = [];
  if (subnetSize > 29) return `subnet size is out of range: ${subnetSize}`;
  for (const pool of pools) {
    const cidr = parseCidr(pool);
    if (!cidr) return `invalid base pool ${pool}: invalid CIDR address: ${pool}`;
    const high = cidr.low + 2 ** (32 - cidr.bits) - 1;
    if (cidr.bits > (subnetSize || 24))
      return `invalid CIDR: ${JSON.stringify(pool)}. Subnet size is too small for pool: ${subnetSize || 24}`;
    for (const range of ranges)
      if (cidr.low <= range.high && range.low <= high)
        return `invalid DefaultAddrPool: overlap between pools: ${pool}`;
    ranges.push({ low: cidr.low, high });
  }
  return undefined;
}
