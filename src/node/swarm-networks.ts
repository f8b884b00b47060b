/**
 * The swarm's side of /networks on one machine (moby `daemon/cluster/networks.go`): overlay networks live in
 * the cluster's store, so their making and removal go to the leader.
 */
import type { ApiCall, ApiError, IpamConfig, Labels, Network, NetworkSpec } from '../api';
import type { Completion, SwarmNetworks } from '../engine';
import { toApiError, type Failure, type RpcReply, type SwarmNode } from '../swarm';
import type { ContainerAttachments } from './attachments';

/** Stand-ins of every node's own networks (bridge, host) in the store; nobody sees them. */
const PREDEFINED = 'com.docker.swarm.predefined';

interface CreateBody {
  readonly Name?: string;
  readonly Driver?: string;
  readonly EnableIPv6?: boolean;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Ingress?: boolean;
  readonly Options?: Labels | null;
  readonly Labels?: Labels | null;
  readonly Scope?: string;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: Labels | null;
    readonly Config?: readonly IpamConfig[];
  } | null;
}

/** Answers a call about a network when the leader has. */
class NetworkReply implements RpcReply {
  constructor(
    private readonly call: ApiCall,
    private readonly isCreate: boolean,
  ) {}

  answered(value: unknown): void {
    if (!this.isCreate) return this.call.empty(204);
    const { ID } = value as { readonly ID: string };
    this.call.json(201, { Id: ID, Warning: '' });
  }

  failed(error: Failure): void {
    this.call.fail(toApiError(error));
  }
}

export class ClusterNetworks implements SwarmNetworks {
  constructor(
    private readonly swarm: SwarmNode,
    private readonly attachments: ContainerAttachments,
  ) {}

  role(): 'inactive' | 'worker' | 'manager' {
    if (!this.swarm.managerRefusal()) return 'manager';
    return this.swarm.statusNow().LocalNodeState === 'active' ? 'worker' : 'inactive';
  }

  networks(): readonly Network[] {
    const all = this.swarm.life?.manager?.store.all('network') ?? [];
    return all.filter(({ Spec }) => Spec.Labels[PREDEFINED] === undefined);
  }

  handle(call: ApiCall): void {
    if (call.method === 'POST') {
      const body = JSON.parse(call.bodyText()) as CreateBody;
      const request = { method: 'network.create', params: { spec: specOf(body) } };
      return this.swarm.controlCall(request, new NetworkReply(call, true));
    }
    const reference = decodeURIComponent(call.path.slice(call.path.lastIndexOf('/') + 1));
    const found = this.networks().find(
      ({ ID, Spec }) => ID === reference || Spec.Name === reference || ID.startsWith(reference),
    );
    const request = { method: 'network.remove', params: { id: found?.ID ?? reference } };
    this.swarm.controlCall(request, new NetworkReply(call, false));
  }

  notManager(): ApiError {
    return this.swarm.managerRefusal() ?? { status: 503, message: 'not a manager' };
  }

  attach(network: string, containerId: string, end: Completion): void {
    this.attachments.attach(network, containerId, end);
  }

  detach(taskId: string): void {
    this.attachments.detach(taskId);
  }
}

/** moby `convert.BasicNetworkCreateToGRPC`. */
function specOf(body: CreateBody): NetworkSpec {
  const { Driver, Options, IPAM } = body;
  const configs = IPAM?.Config ?? [];
  return {
    Name: body.Name ?? '',
    Labels: body.Labels ?? {},
    DriverConfiguration: {
      Name: Driver ?? 'overlay',
      ...(Options && Object.keys(Options).length > 0 ? { Options } : {}),
    },
    IPv6Enabled: body.EnableIPv6 ?? false,
    Internal: body.Internal ?? false,
    Attachable: body.Attachable ?? false,
    Ingress: body.Ingress ?? false,
    IPAMOptions: {
      Driver: { Name: IPAM?.Driver ?? 'default' },
      ...(configs.length > 0 ? { Configs: [...configs] } : {}),
    },
    Scope: 'swarm',
  };
}
