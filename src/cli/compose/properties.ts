/**
 * Keys of services that a swarm does not take: refused, ignored or out of date (docker/cli:
 * compose/types).
 */
import { CliError } from '../errors';
import { isDict, type Dict } from './document';

const UNSUPPORTED = [
  'build',
  'cgroupns_mode',
  'cgroup_parent',
  'devices',
  'domainname',
  'external_links',
  'ipc',
  'links',
  'mac_address',
  'network_mode',
  'pid',
  'privileged',
  'restart',
  'security_opt',
  'shm_size',
  'userns_mode',
];
const DEPRECATED: Readonly<Record<string, string>> = {
  container_name: 'Setting the container name is not supported.',
  expose:
    'Exposing ports is unnecessary - services on the same network can access ' +
    "each other's containers on any port.",
};
const LIMITS = 'Set resource limits using deploy.resources';
const FORBIDDEN: Readonly<Record<string, string>> = {
  extends: 'Support for `extends` is not implemented yet.',
  volume_driver:
    'Instead of setting the volume driver on the service, define a volume using the top-level ' +
    '`volumes` option and specify the driver there.',
  volumes_from:
    'To share a volume between services, define it using the top-level `volumes` option and ' +
    'reference it from each service that shares it using the service-level `volumes` option.',
  cpu_quota: LIMITS,
  cpu_shares: LIMITS,
  cpuset: LIMITS,
  mem_limit: LIMITS,
  memswap_limit: LIMITS,
};

function used(configs: readonly Dict[], names: readonly string[]): string[] {
  const found = new Set<string>();
  for (const { services } of configs) {
    if (!isDict(services)) continue;
    for (const service of Object.values(services))
      if (isDict(service)) for (const name of names) if (name in service) found.add(name);
  }
  return [...found].sort();
}

const explained = (names: readonly string[], texts: Readonly<Record<string, string>>) =>
  names.map((name) => `${name}: ${texts[name]!}`).join('\n\n');

export function refuseForbidden(config: Dict): void {
  const found = used([config], Object.keys(FORBIDDEN));
  if (found.length === 0) return;
  const text = explained(found, FORBIDDEN);
  throw new CliError(`Compose file contains unsupported options:\n\n${text}\n`);
}

/** What goes to stderr about keys that are ignored. */
export function ignoredText(configs: readonly Dict[]): string {
  let text = '';
  const unsupported = used(configs, UNSUPPORTED);
  if (unsupported.length > 0) text += `Ignoring unsupported options: ${unsupported.join(', ')}\n\n`;
  const deprecated = used(configs, Object.keys(DEPRECATED));
  if (deprecated.length > 0)
    text += `Ignoring deprecated options:\n\n${explained(deprecated, DEPRECATED)}\n\n`;
  return text;
}
