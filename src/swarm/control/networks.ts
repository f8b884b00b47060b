/**
 * Networks of the swarm (swarmkit `manager/controlapi/network.go`, moby `daemon/cluster/networks.go`).
 * Answers are in the shape of the store; node/ turns them into the engine's and adds its own networks.
 */
import type { Network, NetworkResource, NetworkSpec } from '../../api';
import { rpcError, type StoredNetwork, type WriteView } from '../store';
import { RUNNING, stateRank } from '../orchestrator/task-state';
import { sortedMap } from './answers';
import { write, type ControlMethod, type WriteResult } from './context';
import { find, hasPrefix, isFound } from './find';

const PREDEFINED = 'com.docker.swarm.predefined';

export interface NetworkFilters {
  readonly names: readonly string[];
  readonly ids: readonly string[];
}

/** Stand-ins for the networks that every engine has are nobody's business. */
export function isShownNetwork(network: StoredNetwork): boolean {
  return network.Spec.Labels[PREDEFINED] === undefined;
}

const list: ControlMethod = (context, filters: NetworkFilters, responder) => {
  const found = context.manager.store
    .all('network')
    .filter(
      (network) =>
        isShownNetwork(network) &&
        hasPrefix(network.Spec.Name, filters.names) &&
        hasPrefix(network.ID, filters.ids),
    );
  responder.answer(found.map(networkResource));
};

const get: ControlMethod = (context, { id }: { id: string }, responder) => {
  const network = find(context.manager.store, 'network', id);
  if (!isFound(network)) return responder.fail(network);
  responder.answer(networkResource(network));
};

const NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;

const create: ControlMethod = (context, { spec }: { spec: NetworkSpec }, responder) => {
  if (spec.Name === '') return responder.fail(rpcError('InvalidArgument', 'name must be provided'));
  if (!NAME.test(spec.Name))
    return responder.fail(
      rpcError('InvalidArgument', 'name must be valid as a DNS name component'),
    );
  const { store } = context.manager;
  const ingress = spec.Ingress && store.all('network').find((network) => network.Spec.Ingress);
  if (ingress) {
    const desc = `ingress network (${ingress.ID}) is already present`;
    return responder.fail(rpcError('AlreadyExists', desc));
  }
  const id = context.manager.newId();
  write(context, responder, `network ${spec.Name} created`, createNetwork, { id, spec });
};

function createNetwork(
  tx: WriteView,
  { id, spec }: { readonly id: string; readonly spec: NetworkSpec },
): WriteResult {
  const network: StoredNetwork = {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: spec,
    DriverState: {},
  };
  if (tx.findByName('network', spec.Name)) {
    const desc = `network ${spec.Name} already exists`;
    return { failure: rpcError('AlreadyExists', desc) };
  }
  const failure = tx.create('network', network);
  return failure ? { failure } : { value: { ID: id } };
}

const remove: ControlMethod = (context, { id }: { id: string }, responder) => {
  const network = find(context.manager.store, 'network', id);
  if (!isFound(network)) return responder.fail(network);
  const summary = `network ${network.Spec.Name} removed`;
  write(context, responder, summary, removeNetwork, { id: network.ID });
};

function removeNetwork(tx: WriteView, { id }: { readonly id: string }): WriteResult {
  const network = tx.get('network', id);
  if (!network) return { failure: rpcError('NotFound', `network ${id} not found`) };
  for (const service of tx.all('service')) {
    const { TaskTemplate, Networks } = service.Spec;
    const uses = [...(TaskTemplate.Networks ?? []), ...(Networks ?? [])];
    const inMesh =
      network.Spec.Ingress &&
      (service.Endpoint.Ports ?? []).some((port) => port.PublishMode !== 'host');
    if (!inMesh && !uses.some((each) => each.Target === id)) continue;
    const desc = network.Spec.Ingress
      ? `ingress network cannot be removed because service ${service.ID} depends on it`
      : `network ${id} is in use by service ${service.ID}`;
    return { failure: rpcError('FailedPrecondition', desc) };
  }
  for (const task of tx.all('task')) {
    if (!task.Spec.NetworkAttachmentSpec || stateRank(task.Status.State) > RUNNING) continue;
    if (!(task.NetworksAttachments ?? []).some(({ Network }) => Network.ID === id)) continue;
    const desc = `network ${id} is in use by task ${task.ID}`;
    return { failure: rpcError('FailedPrecondition', desc) };
  }
  const failure = tx.remove('network', id);
  return failure ? { failure } : { value: null };
}

/** moby `convert.BasicNetworkFromGRPC`. */
export function networkResource(network: Network): NetworkResource {
  const { Spec, DriverState } = network;
  const ipam = network.IPAMOptions ?? Spec.IPAMOptions;
  return {
    Name: Spec.Name,
    Id: network.ID,
    Created: network.CreatedAt,
    Scope: Spec.Scope ?? 'swarm',
    Driver: DriverState.Name ?? Spec.DriverConfiguration.Name ?? 'overlay',
    EnableIPv6: Spec.IPv6Enabled ?? false,
    IPAM: {
      Driver: ipam?.Driver.Name ?? 'default',
      Options: null,
      Config: (ipam?.Configs ?? []).map((config) => ({
        ...(config.Subnet ? { Subnet: config.Subnet } : {}),
        ...(config.IPRange ? { IPRange: config.IPRange } : {}),
        ...(config.Gateway ? { Gateway: config.Gateway } : {}),
      })),
    },
    Internal: Spec.Internal ?? false,
    Attachable: Spec.Attachable ?? false,
    Ingress: Spec.Ingress ?? false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: null as unknown as Record<string, unknown>,
    Options: DriverState.Options ? sortedMap(DriverState.Options) : null,
    Labels: Object.keys(Spec.Labels).length > 0 ? sortedMap(Spec.Labels) : null,
  };
}

export const NETWORK_METHODS: Readonly<Record<string, ControlMethod>> = {
  'network.list': list,
  'network.get': get,
  'network.create': create,
  'network.remove': remove,
};
