/**
 * Where a registry is looked for (moby registry/config.go, service_v2.go): over TLS, and where it counts
 * as insecure without it when that has failed. Insecure are loopback addresses, the machines' own
 * network, which the daemon is started with, and what daemon.json names at the daemon's start.
 */
import { decodeGoJson } from './json';
import type { Kernel } from '../../kernel';
import { readHostFile } from './host-file';
import { splitHost, type HttpTarget } from './http-exchange';

const CIDRS: readonly string[] = ['192.168.0.0/24', '127.0.0.0/8'];

/** `insecure-registries` of daemon.json. */
export function insecureOf(kernel: Kernel): readonly string[] {
  const value = decodeGoJson(readHostFile(kernel, '/etc/docker/daemon.json'));
  const list = (value as Readonly<Record<string, unknown>> | undefined)?.['insecure-registries'];
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).map((entry) => String(entry).replace(/^https?:\/\//, ''));
}

export function registryEndpoints(
  kernel: Kernel,
  domain: string,
  more: readonly string[],
): readonly HttpTarget[] {
  const https = { host: domain, secure: true };
  return isInsecure(kernel, domain, more) ? [https, { host: domain, secure: false }] : [https];
}

function isInsecure(kernel: Kernel, domain: string, more: readonly string[]): boolean {
  if (more.includes(domain)) return true;
  const { name } = splitHost({ host: domain, secure: false });
  const address = /^[\d.]+$/.test(name) ? name : hostsAddress(kernel, name);
  if (address === undefined) return false;
  return [...CIDRS, ...more].some((cidr) => holds(cidr, address));
}

function hostsAddress(kernel: Kernel, name: string): string | undefined {
  for (const line of readHostFile(kernel, '/etc/hosts').split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name) && /^[\d.]+$/.test(address)) return address;
  }
  return undefined;
}

function holds(cidr: string, address: string): boolean {
  const [base = '', bits] = cidr.split('/');
  if (bits === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  const number = (text: string) =>
    text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}
