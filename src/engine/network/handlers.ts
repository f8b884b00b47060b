/**
 * The API's /networks (moby `api/server/router/network`). Swarm networks are listed and inspected
 * here too; creating and removing them is the swarm part's.
 */
import {
  type ApiCall,
  type ApiError,
  type EndpointSettings,
  type Filters,
  type Network,
  type NetworkResource,
  type RouteParams,
  type Router,
  type Shape,
  decodeBody,
  filterExact,
  filterLabels,
  filterPattern,
  filterValues,
  goQuote,
  hasFilter,
  isApiError,
  isFilters,
  parseFilters,
  queryBool,
  route,
  unknownFilter,
} from '../../api';
import { connectContainer, disconnectContainer } from './connecting';
import { createNetwork } from './create';
import type { NetworkController } from './controller';
import { isPredefined } from './endpoint-rules';
import { pruneNetworks, removeNetwork } from './prune';
import type { NetworkRecord } from './records';
import { networkView, swarmNetworkView } from './views';

const LIST_FILTERS = ['dangling', 'driver', 'type', 'name', 'id', 'label', 'scope', 'ingress'];
const PRUNE_FILTERS = ['label', 'label!', 'until'];

const ENDPOINT: Shape = {
  struct: 'network.EndpointSettings',
  fields: {
    IPAMConfig: {
      struct: 'network.EndpointIPAMConfig',
      fields: { IPv4Address: 'string', IPv6Address: 'string' },
    },
    Links: { list: 'string' },
    Aliases: { list: 'string' },
    DriverOpts: { map: 'string' },
  },
};
const CONNECT: Shape = {
  struct: 'types.NetworkConnect',
  fields: { Container: 'string', EndpointConfig: ENDPOINT },
};
const DISCONNECT: Shape = {
  struct: 'types.NetworkDisconnect',
  fields: { Container: 'string', Force: 'bool' },
};

export const NETWORK_ROUTES: Router<NetworkController> = [
  route('GET /networks', list),
  route('GET /networks/', list),
  route('GET /networks/{id:.*}', inspect),
  route('POST /networks/create', (on, call) => createNetwork(on, call)),
  route('POST /networks/prune', prune),
  route('POST /networks/{id:.*}/connect', connect),
  route('POST /networks/{id:.*}/disconnect', disconnect),
  route('DELETE /networks/{id:.*}', remove),
];

/** Networks of the cluster that this manager knows. */
function swarmNetworks(on: NetworkController): readonly Network[] {
  return on.swarm?.role() === 'manager' ? on.swarm.networks() : [];
}

function list(on: NetworkController, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 400, message: filters.message });
  const unknown = unknownFilter(filters, LIST_FILTERS) ?? checkFilters(filters);
  if (unknown) return call.fail(unknown);
  const isUsed = (id: string) => (on.networks.get(id)?.endpoints.size ?? 0) > 0;
  const views = allViews(on);
  call.json(
    200,
    views.filter((view) => passes(view, isUsed(view.Id), filters)),
  );
}

/** All networks that this node knows; those of the swarm as the managers have them. */
export function allViews(on: NetworkController): NetworkResource[] {
  const cluster = swarmNetworks(on);
  const views = cluster.map(swarmNetworkView);
  for (const network of on.networks.values()) {
    if (cluster.some(({ ID }) => ID === network.id)) continue;
    views.push(networkView(network, false));
  }
  return views;
}

function checkFilters(filters: Filters): ApiError | undefined {
  for (const type of filterValues(filters, 'type'))
    if (type !== 'custom' && type !== 'builtin')
      return { status: 500, message: `invalid filter: 'type'='${type}'` };
  for (const value of filterValues(filters, 'dangling'))
    if (!['true', 'false', '1', '0'].includes(value))
      return { status: 400, message: `Invalid filter 'dangling=[${value}]'` };
  return undefined;
}

function passes(view: NetworkResource, used: boolean, filters: Filters): boolean {
  if (!filterPattern(filters, 'name', view.Name)) return false;
  if (!filterPattern(filters, 'id', view.Id)) return false;
  if (!filterExact(filters, 'driver', view.Driver)) return false;
  if (!filterExact(filters, 'scope', view.Scope)) return false;
  if (!filterLabels(filters, 'label', view.Labels)) return false;
  const builtin = isPredefined(view.Name);
  const types = filterValues(filters, 'type');
  if (types.length > 0 && !types.includes(builtin ? 'builtin' : 'custom')) return false;
  if (!hasFilter(filters, 'dangling')) return true;
  const wanted = filterValues(filters, 'dangling').some((value) => ['true', '1'].includes(value));
  return builtin ? false : used !== wanted;
}

const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

function inspect(on: NetworkController, call: ApiCall, params: RouteParams): void {
  const reference = params['id']!;
  const verbose = call.query.get('verbose') ?? '';
  if (verbose !== '' && !TRUE_WORDS.includes(verbose) && !FALSE_WORDS.includes(verbose)) {
    const reason = `strconv.ParseBool: parsing ${goQuote(verbose)}: invalid syntax`;
    const message = `invalid value for verbose: ${verbose}: ${reason}`;
    return call.fail({ status: 400, message });
  }
  const scope = call.query.get('scope') ?? '';
  const network = findAny(on, reference, scope);
  if (!network) return call.fail(on.notFound(reference));
  call.json(200, 'ID' in network ? swarmNetworkView(network) : on.view(network));
}

/** Local networks come first; then those that only the managers know. */
function findAny(
  on: NetworkController,
  reference: string,
  scope: string,
): NetworkRecord | Network | undefined {
  const local = on.findNetwork(reference);
  if (local && (scope === '' || scope === local.scope)) return local;
  if (scope !== '' && scope !== 'swarm') return undefined;
  const cluster = swarmNetworks(on);
  const exact = cluster.find(({ ID, Spec }) => ID === reference || Spec.Name === reference);
  if (exact) return exact;
  const prefixed = cluster.filter(({ ID }) => ID.startsWith(reference));
  return prefixed.length === 1 ? prefixed[0] : undefined;
}

function remove(on: NetworkController, call: ApiCall, params: RouteParams): void {
  const reference = params['id']!;
  const network = findAny(on, reference, '');
  if (!network) return call.fail(on.notFound(reference));
  if ('ID' in network || network.scope === 'swarm') {
    if (on.swarm) return on.swarm.handle(call);
    return call.fail(on.notFound(reference));
  }
  if (isPredefined(network.name)) {
    const message = `${network.name} is a pre-defined network and cannot be removed`;
    return call.fail({ status: 403, message });
  }
  const prefix = 'error while removing network: ';
  for (const other of on.networks.values())
    if (network.configOnly && other.configFrom === network.name) {
      const message = `${prefix}configuration network "${network.name}" is in use`;
      return call.fail({ status: 403, message });
    }
  if (network.endpoints.size > 0) {
    const message = `${prefix}network ${network.name} id ${network.id} has active endpoints`;
    return call.fail({ status: 403, message });
  }
  removeNetwork(on, network);
  call.empty(204);
}

function connect(on: NetworkController, call: ApiCall, params: RouteParams): void {
  const decoded = decodeBody(call, CONNECT, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as {
    Container?: string;
    EndpointConfig?: Partial<EndpointSettings> | null;
  };
  const { Container = '', EndpointConfig = null } = body;
  const refused = connectContainer(on, params['id']!, Container, EndpointConfig);
  if (refused) call.fail(refused);
  else call.empty(200);
}

function disconnect(on: NetworkController, call: ApiCall, params: RouteParams): void {
  const decoded = decodeBody(call, DISCONNECT, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as { Container?: string; Force?: boolean };
  const { Container = '', Force = queryBool(call, 'force') } = body;
  const refused = disconnectContainer(on, params['id']!, Container, Force);
  if (refused) call.fail(refused);
  else call.empty(200);
}

function prune(on: NetworkController, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 400, message: filters.message });
  const unknown = unknownFilter(filters, PRUNE_FILTERS);
  if (unknown) return call.fail(unknown);
  const removed = pruneNetworks(on, filters);
  call.json(200, { NetworksDeleted: removed.length === 0 ? null : removed });
}
