/**
 * The server at 127.0.0.11 of a container on user-defined networks (libnetwork `resolver.go`,
 * `sandbox.go` ResolveName): names of its own networks, everything else goes to the LAN's server.
 */
import type { Runtime } from '../../base';
import type { NameAnswer, NameServer, RecordType } from '../../kernel';
import type { ContainerState, NetworkRecord } from './records';

/** What it needs of the controller. */
export interface NameSource {
  readonly runtime: Runtime;
  networkById(id: string): NetworkRecord | undefined;
  upstreamLookup(name: string, type: RecordType): NameAnswer | undefined;
}

export class EmbeddedDns implements NameServer {
  constructor(
    private readonly source: NameSource,
    private readonly container: ContainerState,
  ) {}

  lookup(name: string, type: RecordType): NameAnswer | undefined {
    const bare = name.replace(/\.$/, '');
    if (type === 'PTR') return this.reverse(bare);
    const found = this.resolve(bare);
    if (!found) return this.source.upstreamLookup(bare, type);
    if (type === 'AAAA') return { addresses: [] };
    return { addresses: this.shuffle(found) };
  }

  private reverse(address: string): NameAnswer | undefined {
    for (const network of this.searchOrder()) {
      const name = network.names.reverse(address);
      if (name !== undefined) return { addresses: [`${name}.${network.name}`] };
    }
    return this.source.upstreamLookup(address, 'PTR');
  }

  /** a.b.c: in any network, then a.b in network c, then a in network b.c. */
  private resolve(name: string): string[] | undefined {
    const networks = this.searchOrder();
    const labels = name.split('.');
    for (let cut = labels.length; cut > 0; cut--) {
      const wanted = labels.slice(0, cut).join('.');
      const suffix = labels.slice(cut).join('.');
      for (const network of networks) {
        if (suffix !== '' && network.name.toLowerCase() !== suffix.toLowerCase()) continue;
        const found = network.names.lookup(wanted);
        if (found) return found;
      }
    }
    return undefined;
  }

  /** User overlays, then ingress, then local networks. */
  private searchOrder(): NetworkRecord[] {
    const networks: NetworkRecord[] = [];
    for (const { networkId, endpoint } of this.container.attachments.values()) {
      const network = endpoint && this.source.networkById(networkId);
      if (network) networks.push(network);
    }
    const rank = (network: NetworkRecord) =>
      network.ingress ? 1 : network.driver === 'overlay' ? 0 : 2;
    return networks.sort((a, b) => rank(a) - rank(b));
  }

  /** Several answers come in changing order. */
  private shuffle(addresses: readonly string[]): readonly string[] {
    if (addresses.length < 2) return addresses;
    return this.source.runtime.random('dns').shuffle(addresses);
  }
}
