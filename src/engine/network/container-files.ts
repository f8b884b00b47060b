/**
 * /etc/hosts and /etc/resolv.conf of containers (libnetwork `etchosts`, `resolvconf`).
 */
import type { ContainerState } from './records';

const HOSTS = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/** Fixed lines, `--add-host`, then one line for each of the container's addresses. */
export function hostsFile(container: ContainerState, links: readonly string[]): string {
  const { hostname, domainname, extraHosts } = container.config;
  const lines = [...HOSTS];
  for (const extra of extraHosts) {
    const mark = extra.indexOf(':');
    if (mark > 0) lines.push(`${extra.slice(mark + 1)}\t${extra.slice(0, mark)}`);
  }
  lines.push(...links);
  const full = domainname === '' ? hostname : `${hostname}.${domainname} ${hostname}`;
  for (const { endpoint } of container.attachments.values())
    if (endpoint && endpoint.address !== '') lines.push(`${endpoint.address}\t${full}`);
  return `${lines.join('\n')}\n`;
}

/** The embedded server on user networks; else the host's file with the container's own wishes. */
export function resolvConf(
  container: ContainerState,
  embedded: boolean,
  hostResolvConf: string,
): string {
  const { dns, dnsSearch, dnsOptions } = container.config;
  const host = hostResolvConf.split('\n').filter((line) => line !== '');
  const own = (word: string) => host.filter((line) => line.startsWith(`${word} `));
  const lines: string[] = [];
  const search = dnsSearch.filter((one) => one !== '.');
  if (search.length > 0) lines.push(`search ${search.join(' ')}`);
  else if (dnsSearch.length === 0) lines.push(...own('search'));
  if (embedded) lines.push('nameserver 127.0.0.11');
  else if (dns.length > 0) lines.push(...dns.map((server) => `nameserver ${server}`));
  else lines.push(...own('nameserver'));
  const options = dnsOptions.length > 0 ? [...dnsOptions] : own('options').map((l) => l.slice(8));
  if (embedded && !options.some((one) => one.includes('ndots:'))) options.push('ndots:0');
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return `${lines.join('\n')}\n`;
}
