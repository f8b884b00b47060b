/**
 * Address translation: the rules that Docker writes into iptables' nat and mangle tables, and IPVS.
 * Rules are records of what Docker writes, not a general language; `printNatRules` prints them as
 * `iptables -t nat -S` would.
 */

export type TransportProtocol = 'tcp' | 'udp';

/** One rule of the nat table. */
export type NatRule =
  /** A published port of a bridge network: chain DOCKER. */
  | {
      readonly kind: 'publish';
      readonly protocol: TransportProtocol;
      /** '' or 0.0.0.0 for every local address. */
      readonly hostIp: string;
      readonly port: number;
      readonly to: string;
      readonly toPort: number;
      /** Bridge that the container is on. */
      readonly bridge: string;
    }
  /** A published port of the routing mesh: chain DOCKER-INGRESS. */
  | {
      readonly kind: 'ingress';
      readonly protocol: TransportProtocol;
      readonly port: number;
      /** Address of ingress-sbox on docker_gwbridge; the port stays. */
      readonly to: string;
    }
  /** Traffic of a bridge's subnet that leaves by another device. */
  | { readonly kind: 'masquerade'; readonly subnet: string; readonly bridge: string }
  /** Traffic of the host itself into docker_gwbridge, so that answers find back. */
  | { readonly kind: 'masquerade-local'; readonly bridge: string }
  /** In a task's namespace: published port to target port on its ingress address. */
  | {
      readonly kind: 'redirect';
      readonly protocol: TransportProtocol;
      readonly address: string;
      readonly port: number;
      readonly toPort: number;
    }
  /** In a load balancer's namespace: what IPVS sends out carries the node's own address. */
  | { readonly kind: 'ipvs-snat'; readonly subnet: string; readonly source: string };

/** A rule of the mangle table that marks a connection for IPVS. */
export type MarkRule =
  | {
      readonly kind: 'port';
      readonly protocol: TransportProtocol;
      readonly port: number;
      readonly mark: number;
    }
  | { readonly kind: 'address'; readonly address: string; readonly mark: number };

export interface IpvsDestination {
  readonly address: string;
  /** 0: gets no new connections. */
  weight: number;
}

/** One virtual service: scheduler rr of the kernel's `ip_vs_rr.c`. */
export class IpvsService {
  readonly destinations: IpvsDestination[] = [];
  /** Index of the destination that was last chosen. */
  private last = -1;

  constructor(
    readonly mark: number,
    /** For the X-ray. */
    readonly label: string,
  ) {}

  /** Adds a destination, or changes its weight. */
  set(address: string, weight: number): void {
    const known = this.destinations.find((one) => one.address === address);
    if (known) known.weight = weight;
    else this.destinations.push({ address, weight });
  }

  remove(address: string): void {
    const at = this.destinations.findIndex((one) => one.address === address);
    if (at < 0) return;
    this.destinations.splice(at, 1);
    if (at <= this.last) this.last--;
  }

  /** The next destination in turn whose weight is not 0. */
  next(): IpvsDestination | undefined {
    const count = this.destinations.length;
    for (let step = 1; step <= count; step++) {
      const at = (this.last + step) % count;
      const one = this.destinations[at < 0 ? 0 : at]!;
      if (one.weight === 0) continue;
      this.last = at < 0 ? 0 : at;
      return one;
    }
    return undefined;
  }
}

const LOCAL = '-m addrtype --dst-type LOCAL';

/** The rules in the order and form of `iptables -t nat -S`. */
export function printNatRules(rules: readonly NatRule[]): string[] {
  const chains = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'];
  const lines = chains.map((chain) => `-P ${chain} ACCEPT`);
  const ingress = rules.some((rule) => isMesh(rule));
  const docker = rules.some((rule) => rule.kind === 'masquerade' || rule.kind === 'publish');
  if (docker) lines.push('-N DOCKER');
  if (ingress) lines.push('-N DOCKER-INGRESS');
  for (const rule of rules) if (rule.kind === 'redirect') lines.push(printRule(rule));
  if (ingress) lines.push(`-A PREROUTING ${LOCAL} -j DOCKER-INGRESS`);
  if (docker) lines.push(`-A PREROUTING ${LOCAL} -j DOCKER`);
  if (ingress) lines.push(`-A OUTPUT ${LOCAL} -j DOCKER-INGRESS`);
  if (docker) lines.push(`-A OUTPUT ! -d 127.0.0.0/8 ${LOCAL} -j DOCKER`);
  const kinds: readonly NatRule['kind'][] = ['masquerade-local', 'masquerade', 'ipvs-snat'];
  for (const kind of kinds)
    for (const rule of rules) if (rule.kind === kind) lines.push(printRule(rule));
  for (const rule of rules) {
    if (rule.kind !== 'publish') continue;
    const host = `${rule.to}/32`;
    lines.push(
      `-A POSTROUTING -s ${host} -d ${host} -p ${rule.protocol} -m ${rule.protocol} ` +
        `--dport ${rule.toPort} -j MASQUERADE`,
    );
  }
  for (const rule of rules)
    if (rule.kind === 'masquerade') lines.push(`-A DOCKER -i ${rule.bridge} -j RETURN`);
  for (const rule of rules) if (rule.kind === 'publish') lines.push(printRule(rule));
  for (const rule of rules) if (rule.kind === 'ingress') lines.push(printRule(rule));
  if (ingress) lines.push('-A DOCKER-INGRESS -j RETURN');
  return lines;
}

function isMesh(rule: NatRule): boolean {
  return rule.kind === 'ingress' || rule.kind === 'masquerade-local';
}

function printRule(rule: NatRule): string {
  switch (rule.kind) {
    case 'publish': {
      const ip = rule.hostIp === '' || rule.hostIp === '0.0.0.0' ? '' : `-d ${rule.hostIp}/32 `;
      return (
        `-A DOCKER ${ip}! -i ${rule.bridge} -p ${rule.protocol} -m ${rule.protocol} ` +
        `--dport ${rule.port} -j DNAT --to-destination ${rule.to}:${rule.toPort}`
      );
    }
    case 'ingress':
      return (
        `-A DOCKER-INGRESS -p ${rule.protocol} -m ${rule.protocol} --dport ${rule.port} ` +
        `-j DNAT --to-destination ${rule.to}:${rule.port}`
      );
    case 'masquerade':
      return `-A POSTROUTING -s ${rule.subnet} ! -o ${rule.bridge} -j MASQUERADE`;
    case 'masquerade-local':
      return `-A POSTROUTING -o ${rule.bridge} -m addrtype --src-type LOCAL -j MASQUERADE`;
    case 'redirect':
      return (
        `-A PREROUTING -d ${rule.address}/32 -p ${rule.protocol} -m ${rule.protocol} ` +
        `--dport ${rule.port} -j REDIRECT --to-ports ${rule.toPort}`
      );
    case 'ipvs-snat':
      return `-A POSTROUTING -d ${rule.subnet} -m ipvs --ipvs -j SNAT --to-source ${rule.source}`;
  }
}
