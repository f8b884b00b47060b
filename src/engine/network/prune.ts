/** `POST /networks/prune` (moby `daemon/prune.go` localNetworksPrune). */
import { type Filters, filterLabels, filterValues, hasFilter } from '../../api';
import { parseRfc3339 } from '../time';
import { type BridgeMaker, unmakeNetwork } from './bridges';
import { isPredefined } from './endpoint-rules';
import type { NetworkDisk } from './network-disk';
import type { NetworkRecord } from './records';

export interface PruneHost extends BridgeMaker {
  readonly networks: Map<string, NetworkRecord>;
  readonly disk: NetworkDisk;
  event(action: string, network: NetworkRecord): void;
  prunedEvent(): void;
}

/** Removes local networks without endpoints; answers their names. */
export function pruneNetworks(on: PruneHost, filters: Filters): string[] {
  const removed: string[] = [];
  for (const network of [...on.networks.values()]) {
    if (isPredefined(network.name) || network.scope === 'swarm' || network.configOnly) continue;
    if (network.name === 'docker_gwbridge' || network.endpoints.size > 0) continue;
    if (!chosen(network, filters)) continue;
    removeNetwork(on, network);
    removed.push(network.name);
  }
  on.prunedEvent();
  return removed;
}

function chosen(network: NetworkRecord, filters: Filters): boolean {
  if (!filterLabels(filters, 'label', network.labels)) return false;
  if (hasFilter(filters, 'label!') && filterLabels(filters, 'label!', network.labels)) return false;
  const until = filterValues(filters, 'until')[0];
  const limit = until === undefined ? undefined : parseRfc3339(until);
  return limit === undefined || (typeof network.created === 'number' && network.created <= limit);
}

export function removeNetwork(on: PruneHost, network: NetworkRecord): void {
  unmakeNetwork(on, network);
  on.networks.delete(network.id);
  on.disk.networks.delete(network.id);
  on.event('destroy', network);
}
