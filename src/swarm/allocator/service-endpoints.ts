/**
 * Virtual addresses and published ports of services (swarmkit `manager/allocator/network.go`,
 * allocateService, and `cnmallocator/networkallocator.go`, AllocateService).
 */
import type { Endpoint, NetworkAttachmentConfig } from '../../api';
import type { StoredService } from '../store';
import { isIngressNetwork, type NetworkState } from './network-state';
import { isIngress, portsAllocated, PublishedPorts } from './published-ports';

type VirtualIp = NonNullable<Endpoint['VirtualIPs']>[number];

/** Networks of the service's tasks; those of the service itself are an older place for them. */
export function serviceNetworks(service: StoredService): readonly NetworkAttachmentConfig[] {
  const own = service.Spec.TaskTemplate.Networks ?? [];
  return own.length > 0 ? own : (service.Spec.Networks ?? []);
}

export function needsIngress(service: StoredService | undefined): boolean {
  return (service?.Spec.EndpointSpec?.Ports ?? []).some(isIngress);
}

/** An endpoint that nobody has filled in stands for swarmkit's absent one. */
export function hasEndpoint(service: StoredService): boolean {
  const endpoint = service.Endpoint;
  if (!endpoint) return false;
  return (
    (endpoint.Ports?.length ?? 0) > 0 ||
    (endpoint.VirtualIPs?.length ?? 0) > 0 ||
    Object.keys(endpoint.Spec ?? {}).length > 0
  );
}

export class ServiceEndpoints {
  readonly ports = new PublishedPorts();
  /** Services that hold virtual addresses. */
  private readonly allocated = new Set<string>();

  constructor(private readonly networks: NetworkState) {}

  isAllocated(service: StoredService, onInit = false): boolean {
    const networks = serviceNetworks(service);
    const vips = service.Endpoint?.VirtualIPs ?? [];
    const dnsrr = service.Spec.EndpointSpec?.Mode === 'dnsrr';
    if (networks.length > 0 && !dnsrr) {
      if (!this.allocated.has(service.ID) || vips.length === 0) return false;
      if (!networks.every((net) => vips.some((vip) => vip.NetworkID === net.Target))) return false;
    }
    for (const vip of vips) {
      if (this.isOnIngress(vip) && needsIngress(service)) {
        if (!this.allocated.has(service.ID)) return false;
      } else if (!networks.some((net) => net.Target === vip.NetworkID)) return false;
    }
    if (dnsrr && this.allocated.has(service.ID)) return false;
    const wanted = service.Spec.EndpointSpec?.Ports ?? [];
    const current = service.Endpoint?.Ports ?? [];
    return wanted.length + current.length === 0 || portsAllocated(wanted, current, onInit);
  }

  /** The endpoint that the service is to have; on failure it keeps nothing new. */
  allocate(
    service: StoredService,
    ingressId: string | undefined,
  ): { readonly endpoint: Endpoint } | { readonly error: string } {
    const spec = service.Spec.EndpointSpec;
    let vips = [...(service.Endpoint?.VirtualIPs ?? [])];
    let current = service.Endpoint?.Ports ?? [];
    if (spec && needsIngress(service)) {
      if (ingressId === undefined) return { error: 'ingress network is missing' };
      if (!vips.some((vip) => vip.NetworkID === ingressId)) vips.push({ NetworkID: ingressId });
    }
    if (!spec && hasEndpoint(service)) {
      this.free(service);
      vips = [];
      current = [];
    }
    const ports = spec ? this.ports.allocate(spec.Ports ?? [], current) : { ports: [] };
    if ('error' in ports) return ports;
    const kept = spec?.Mode === 'dnsrr' ? this.freeVips(vips) : this.allocateVips(service, vips);
    if ('error' in kept) {
      this.ports.release(ports.ports);
      return kept;
    }
    if (kept.vips.length > 0) this.allocated.add(service.ID);
    else this.allocated.delete(service.ID);
    return {
      endpoint: {
        Spec: spec ?? {},
        ...(ports.ports.length > 0 ? { Ports: ports.ports } : {}),
        ...(kept.vips.length > 0 ? { VirtualIPs: kept.vips } : {}),
      },
    };
  }

  free(service: StoredService): void {
    this.freeVips(service.Endpoint?.VirtualIPs ?? []);
    this.ports.release(service.Endpoint?.Ports ?? []);
    this.allocated.delete(service.ID);
  }

  /** Keeps the addresses of networks that the service still has, adds those of new ones. */
  private allocateVips(
    service: StoredService,
    vips: readonly VirtualIp[],
  ): { readonly vips: VirtualIp[] } | { readonly error: string } {
    const networks = serviceNetworks(service);
    const kept: VirtualIp[] = [];
    const take = (vip: VirtualIp): string | undefined => {
      const address = this.takeVip(vip);
      if (address === undefined) return 'could not find an available IP while allocating VIP';
      kept.push(address === '' ? { NetworkID: vip.NetworkID } : { ...vip, Addr: address });
      return undefined;
    };
    for (const vip of vips) {
      const wanted =
        (this.isOnIngress(vip) && needsIngress(service)) ||
        networks.some((net) => net.Target === vip.NetworkID);
      const error = wanted ? take(vip) : undefined;
      if (error !== undefined) return { error };
      if (!wanted) this.freeVips([vip]);
    }
    for (const { Target: target } of networks) {
      if (target === undefined || vips.some((vip) => vip.NetworkID === target)) continue;
      const error = take({ NetworkID: target });
      if (error !== undefined) return { error };
    }
    return { vips: kept };
  }

  /** Its address, '' for a network without addresses, undefined if there is none to have. */
  private takeVip(vip: VirtualIp): string | undefined {
    if (this.networks.isNodeLocal(vip.NetworkID)) return '';
    const held = vip.Addr ?? '';
    if (held !== '' && this.networks.holdsAddress(vip.NetworkID, held)) return held;
    return this.networks.takeAddress(vip.NetworkID, held);
  }

  private freeVips(vips: readonly VirtualIp[]): { readonly vips: VirtualIp[] } {
    for (const vip of vips)
      if (vip.Addr !== undefined) this.networks.releaseAddress(vip.NetworkID, vip.Addr);
    return { vips: [] };
  }

  private isOnIngress(vip: VirtualIp): boolean {
    const network = this.networks.get(vip.NetworkID);
    return network !== undefined && isIngressNetwork(network);
  }
}
