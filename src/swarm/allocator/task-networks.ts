/**
 * Networks that a task is to be attached to: ingress first if its service publishes a port through the
 * mesh, then those of its spec (swarmkit `manager/allocator/network.go`, taskCreateNetworkAttachments).
 */
import type { NetworkAttachment } from '../../api';
import type { ReadView, StoredService, StoredTask } from '../store';
import { needsIngress } from './service-endpoints';

export function taskNetworks(
  view: ReadView,
  task: StoredTask,
  service: StoredService | undefined,
  ingressId: string | undefined,
): readonly NetworkAttachment[] {
  if (task.NetworksAttachments && task.NetworksAttachments.length > 0) {
    return task.NetworksAttachments.map((attachment) => ({
      ...attachment,
      Network: view.get('network', attachment.Network.ID) ?? attachment.Network,
    }));
  }
  const networks: NetworkAttachment[] = [];
  const ingress = needsIngress(service) ? view.get('network', ingressId ?? '') : undefined;
  if (ingress) networks.push({ Network: ingress });
  const own = task.Spec.Networks ?? [];
  for (const { Target } of own.length > 0 ? own : (service?.Spec.Networks ?? [])) {
    const network = view.get('network', Target ?? '');
    if (network) networks.push({ Network: network });
  }
  return networks;
}
