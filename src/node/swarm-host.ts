/**
 * What the swarm part of a machine asks of the machine (moby `daemon/cluster/executor`,
 * `Backend`).
 */
import { SECOND_US, type TimerHandle, type Wakeable } from '../base';
import type { Network, NodeDescription } from '../api';
import { randomContainerName, type NetworkController, type NodeAttachment } from '../engine';
import type { NetworkInterface, StoredNode, SwarmHost } from '../swarm';
import type { GossipAgent } from './gossip-agent';
import type { System } from './system';

const PREDEFINED = ['bridge', 'host', 'none'];
/** Plugins of a stock engine, as `docker info` and node inspect list them. */
const PLUGINS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Log',
    [
      'awslogs',
      'fluentd',
      'gcplogs',
      'gelf',
      'journald',
      'json-file',
      'local',
      'logentries',
      'splunk',
      'syslog',
    ],
  ],
  ['Network', ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay']],
  ['Volume', ['local']],
];

/**
 * From the manager's word to ingress-sbox on docker_gwbridge: dockerd makes namespaces, bridges
 * and rules for it in the background (moby `daemon/network.go`, setupIngress). On a fresh manager
 * it was not there 1 s after init, on a worker it was 1.8 s after the join.
 */
const INGRESS_US = 1.2 * SECOND_US;

export class MachineForSwarm implements SwarmHost, Wakeable {
  /** What the node is attached to, as far as it has been told. */
  private attachments: readonly NodeAttachment[] = [];
  private ingressStands = false;
  private ingressTimer: TimerHandle | undefined;

  constructor(
    private readonly system: System,
    private readonly networks: NetworkController,
    private readonly gossip: GossipAgent,
  ) {}

  describe(): NodeDescription {
    const { config } = this.system.disk;
    return {
      Hostname: config.name,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: config.cpus * 1_000_000_000, MemoryBytes: config.memoryBytes },
      Engine: {
        EngineVersion: config.engineVersion,
        Plugins: PLUGINS.flatMap(([Type, names]) => names.map((Name) => ({ Type, Name }))),
      },
    };
  }

  interfaces(): readonly NetworkInterface[] {
    const found: NetworkInterface[] = [];
    for (const device of this.system.stack.host.interfaces.values()) {
      const address = device.addresses[0]?.split('/')[0];
      if (device.kind === 'ethernet' && address !== undefined) {
        found.push({ name: device.name, address });
      }
    }
    return found;
  }

  newName(): string {
    return randomContainerName(this.system.runtime.random('swarm/names'), false);
  }

  localNetwork(name: string): 'predefined' | 'local' | undefined {
    if (PREDEFINED.includes(name)) return 'predefined';
    const found = this.networks.list().find((network) => network.Name === name);
    return found && found.Scope === 'local' ? 'local' : undefined;
  }

  swarmStarted(_nodeId: string): void {
    const { identity } = this.system.disk.swarm;
    this.gossip.start((identity?.remotes ?? []).map(({ address }) => address.split(':')[0]!));
  }

  swarmLeft(): void {
    this.stop();
    this.gossip.stop();
    this.networks.leaveSwarm();
  }

  /** The daemon goes: nothing may be made any more on networks that are being taken down. */
  stop(): void {
    this.system.runtime.cancelTimer(this.ingressTimer);
    this.ingressTimer = undefined;
    this.ingressStands = false;
  }

  nodeUpdated(node: StoredNode, networks: readonly Network[]): void {
    const known = new Map(networks.map((network) => [network.ID, network]));
    this.attachments = (node.Attachments ?? []).flatMap(({ NetworkID, Addresses }) => {
      const network = known.get(NetworkID);
      const address = Addresses[0];
      return network && address !== undefined ? [{ network, address }] : [];
    });
    const hasIngress = this.attachments.some(({ network }) => network.Spec.Ingress === true);
    if (this.ingressStands || !hasIngress)
      return this.networks.setNodeAttachments(this.attachments);
    this.ingressTimer ??= this.system.runtime.setTimer(INGRESS_US, this, 'ingress');
  }

  wake(): void {
    this.ingressTimer = undefined;
    this.ingressStands = true;
    this.networks.setNodeAttachments(this.attachments);
  }
}
