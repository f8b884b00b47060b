/**
 * Name lookups as glibc and musl do them: /etc/hosts, then the name servers of /etc/resolv.conf. A
 * namespace may have a server of its own at 127.0.0.11 (Docker's embedded DNS); every other server
 * is the one of the LAN, which knows no names unless the machine gives it some.
 */

export type RecordType = 'A' | 'AAAA' | 'PTR';

/**
 * Answers of a name server: addresses (none for a name that exists without such a record), or
 * undefined where the name does not exist. `fromUpstream`: it asked the server of the LAN.
 */
export interface NameServer {
  lookup(name: string, type: RecordType): NameAnswer | undefined;
}
export interface NameAnswer {
  readonly addresses: readonly string[];
}

/** What /etc/hosts says; undefined where it says nothing. */
export function searchHosts(text: string, name: string, type: RecordType): string[] | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const found: string[] = [];
  let known = false;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    const [address, ...names] = line.split(/\s+/) as [string, ...string[]];
    if (type === 'PTR') {
      if (address === wanted && names.length > 0) return [names[0]!];
      continue;
    }
    if (!names.some((one) => one.toLowerCase() === wanted)) continue;
    known = true;
    const isV6 = address.includes(':');
    if (isV6 === (type === 'AAAA') && !found.includes(address)) found.push(address);
  }
  return known ? found : undefined;
}

/** The name servers of a resolv.conf, in order. */
export function nameServersOf(resolvConf: string): string[] {
  const servers: string[] = [];
  for (const line of resolvConf.split('\n')) {
    const match = /^\s*nameserver\s+(\S+)/.exec(line);
    if (match) servers.push(match[1]!);
  }
  return servers;
}

/** Suffixes that a resolver tries for a name without enough dots. */
export function searchListOf(resolvConf: string): string[] {
  let list: string[] = [];
  for (const line of resolvConf.split('\n')) {
    const match = /^\s*(?:search|domain)\s+(.+)$/.exec(line);
    if (match) list = match[1]!.trim().split(/\s+/);
  }
  return list;
}
