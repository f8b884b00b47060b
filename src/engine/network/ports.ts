/**
 * Published ports of containers (libnetwork `portallocator`, `portmapper`, `bridge/port_mapping.go`):
 * a DNAT rule, and docker-proxy, which takes what no rule catches (localhost, other bridges).
 */
import type { ApiError } from '../../api';
import { SysError, type NetworkStack, type TransportProtocol } from '../../kernel';
import type { PortMapping } from './records';

/** net.ipv4.ip_local_port_range */
const EPHEMERAL_FIRST = 32768;
const EPHEMERAL_LAST = 60999;

/** What a container asks for, one binding of one port. */
export interface PortWish {
  /** "80/tcp" */
  readonly key: string;
  readonly protocol: TransportProtocol;
  readonly privatePort: number;
  /** '' for all addresses. */
  readonly hostIp: string;
  /** 0: any. Otherwise the first free one from `first` to `last`. */
  readonly first: number;
  readonly last: number;
}

export interface PortTarget {
  readonly address: string;
  readonly bridge: string;
}

export class PortBook {
  /** "tcp/0.0.0.0/80" */
  private readonly taken = new Set<string>();
  /** Last ephemeral port by "tcp/0.0.0.0". */
  private readonly last = new Map<string, number>();

  constructor(private readonly stack: NetworkStack) {}

  /** Maps one port; a mapping for all addresses has an IPv6 side too. */
  map(wish: PortWish, target: PortTarget): PortMapping[] | ApiError {
    const anywhere = wish.hostIp === '' || wish.hostIp === '0.0.0.0';
    const hostIp = anywhere ? '0.0.0.0' : wish.hostIp;
    const port = this.allocate(wish, hostIp);
    if (typeof port !== 'number') return port;
    const proxy = this.startProxy(wish, hostIp, port, target);
    if ('status' in proxy) {
      this.taken.delete(`${wish.protocol}/${hostIp}/${port}`);
      return proxy;
    }
    const { key, protocol, privatePort } = wish;
    this.stack.host.natRules.push({
      kind: 'publish',
      protocol,
      hostIp,
      port,
      to: target.address,
      toPort: privatePort,
      bridge: target.bridge,
    });
    const mapping = { key, protocol, privatePort, hostIp, publicPort: port, proxy };
    if (!anywhere) return [mapping];
    return [mapping, { ...mapping, hostIp: '::', proxy: undefined }];
  }

  private allocate(wish: PortWish, hostIp: string): number | ApiError {
    const base = `${wish.protocol}/${hostIp}`;
    if (wish.first === 0) return this.allocateEphemeral(base);
    for (let port = wish.first; port <= wish.last; port++) {
      if (this.taken.has(`${base}/${port}`)) continue;
      this.taken.add(`${base}/${port}`);
      return port;
    }
    const what = wish.first === wish.last ? 'port is already allocated' : 'all ports are allocated';
    return { status: 500, message: `Bind for ${hostIp}:${wish.first} failed: ${what}` };
  }

  private allocateEphemeral(base: string): number | ApiError {
    let port = this.last.get(base) ?? EPHEMERAL_FIRST - 1;
    for (let tries = EPHEMERAL_FIRST; tries <= EPHEMERAL_LAST; tries++) {
      port = port >= EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
      if (this.taken.has(`${base}/${port}`)) continue;
      this.last.set(base, port);
      this.taken.add(`${base}/${port}`);
      return port;
    }
    return { status: 500, message: 'all ports are allocated' };
  }

  private startProxy(wish: PortWish, hostIp: string, port: number, target: PortTarget) {
    const at = { address: hostIp, port };
    const proxyTo = { address: target.address, port: wish.privatePort };
    const owner = { pid: 0, program: 'docker-proxy' };
    try {
      return this.stack.listenFor(this.stack.host, at, wish.protocol, owner, proxyTo);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason =
        error.errno === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
      const where = `listen ${wish.protocol}4 ${hostIp}:${port}`;
      const message = `Error starting userland proxy: ${where}: bind: ${reason}`;
      return { status: 500, message };
    }
  }

  unmap(mapping: PortMapping): void {
    const { protocol, hostIp, publicPort, proxy } = mapping;
    if (!proxy) return;
    proxy.close();
    this.taken.delete(`${protocol}/${hostIp}/${publicPort}`);
    const { host } = this.stack;
    host.natRules = host.natRules.filter(
      (rule) =>
        rule.kind !== 'publish' ||
        rule.protocol !== protocol ||
        rule.hostIp !== hostIp ||
        rule.port !== publicPort,
    );
  }
}

/** The bindings of a container as single wishes, exposed ports in sorted order. */
export function portWishes(
  exposed: readonly string[],
  bindings: Readonly<
    Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[] | null>
  >,
  publishAll: boolean,
): PortWish[] {
  const wishes: PortWish[] = [];
  for (const key of sortPorts(exposed)) {
    const port = parsePort(key);
    if (!port) continue;
    const asked = bindings[key] ?? bindings[String(port.number)] ?? [];
    for (const binding of asked) {
      const range = /^(\d+)(?:-(\d+))?$/.exec(binding.HostPort ?? '');
      const first = range ? Number(range[1]) : 0;
      const last = range?.[2] === undefined ? first : Number(range[2]);
      const hostIp = validHostIp(binding.HostIp ?? '');
      wishes.push({ key, protocol: port.protocol, privatePort: port.number, hostIp, first, last });
    }
    if (asked.length === 0 && publishAll)
      wishes.push({
        key,
        protocol: port.protocol,
        privatePort: port.number,
        hostIp: '',
        first: 0,
        last: 0,
      });
  }
  return wishes;
}

/** What is no address counts as every address, as Go's ParseIP makes it. */
function validHostIp(text: string): string {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) ? text : '';
}

export function parsePort(
  key: string,
): { readonly number: number; readonly protocol: TransportProtocol } | undefined {
  const match = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(key);
  if (!match || Number(match[1]) > 65535) return undefined;
  return { number: Number(match[1]), protocol: match[2] === 'udp' ? 'udp' : 'tcp' };
}

export function sortPorts(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => {
    const [x, y] = [Number.parseInt(a, 10) || 0, Number.parseInt(b, 10) || 0];
    if (x !== y) return x - y;
    return a < b ? -1 : a > b ? 1 : 0;
  });
}
