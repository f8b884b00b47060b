/** HTTP handlers of the swarm itself and its nodes, for a manager (moby `cluster_routes.go`). */
import {
  filterValues,
  isApiError,
  queryBool,
  route,
  unknownFilter,
  type ApiCall,
  type NodeSpec,
  type Router,
  type SwarmSpec,
} from '../../api';
import { sortedMap } from './answers';
import {
  answerEmpty,
  answerJson,
  ask,
  parseBool,
  readBody,
  readFilters,
  readVersion,
  type ControlFrontend,
} from './frontend';
import { AVAILABILITIES, type NodeFilters } from './nodes';
import { NODE_SPEC, SWARM_SPEC } from './shapes';

function inspectSwarm(owner: ControlFrontend, call: ApiCall): void {
  ask(owner, call, 'swarm.inspect', {}, answerJson);
}

function getUnlockKey(owner: ControlFrontend, call: ApiCall): void {
  ask(owner, call, 'swarm.unlockkey', {}, answerJson);
}

const ROTATIONS = ['rotateWorkerToken', 'rotateManagerToken', 'rotateManagerUnlockKey'] as const;

function updateSwarm(owner: ControlFrontend, call: ApiCall): void {
  const sent = readBody<Partial<SwarmSpec>>(call, SWARM_SPEC);
  if (!sent) return;
  const version = readVersion(call, 'swarm');
  if (isApiError(version)) return call.fail(version);
  const flags: Record<string, boolean> = {};
  for (const name of ROTATIONS) {
    const text = call.query.get(name) ?? '';
    const value = text === '' ? false : parseBool(text);
    if (value === undefined)
      return call.fail({ status: 400, message: `invalid value for ${name}: ${text}` });
    flags[name] = value;
  }
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  if (sent.Name !== 'default' && sent.Name !== '' && sent.Name !== undefined)
    return call.fail({ status: 400, message: 'swarm spec must be named "default"' });
  const spec = fullSwarmSpec(sent);
  ask(owner, call, 'swarm.update', { version, spec, ...flags }, answerEmpty);
}

/** What is not sent is zero: an update replaces the whole spec. */
export function fullSwarmSpec(sent: Partial<SwarmSpec>): SwarmSpec {
  return {
    Name: 'default',
    Labels: sortedMap(sent.Labels),
    Orchestration: sent.Orchestration ?? {},
    Raft: {
      ...sent.Raft,
      ElectionTick: sent.Raft?.ElectionTick ?? 0,
      HeartbeatTick: sent.Raft?.HeartbeatTick ?? 0,
    },
    Dispatcher: sent.Dispatcher ?? {},
    CAConfig: sent.CAConfig ?? {},
    TaskDefaults: sent.TaskDefaults ?? {},
    EncryptionConfig: { AutoLockManagers: sent.EncryptionConfig?.AutoLockManagers ?? false },
  };
}

const NODE_FILTERS = ['name', 'id', 'label', 'node.label', 'role', 'membership'];

function listNodes(owner: ControlFrontend, call: ApiCall): void {
  const filters = readFilters(call, 500);
  if (isApiError(filters)) return call.fail(filters);
  const refusal = owner.managerRefusal() ?? unknownFilter(filters, NODE_FILTERS);
  if (refusal) return call.fail(refusal);
  for (const role of filterValues(filters, 'role'))
    if (role !== 'manager' && role !== 'worker')
      return call.fail({ status: 500, message: `Invalid role filter: '${role}'` });
  for (const membership of filterValues(filters, 'membership'))
    if (membership !== 'accepted' && membership !== 'pending')
      return call.fail({ status: 500, message: `Invalid membership filter: '${membership}'` });
  const params: NodeFilters = {
    names: filterValues(filters, 'name'),
    ids: filterValues(filters, 'id'),
    labels: filterValues(filters, 'label'),
    nodeLabels: filterValues(filters, 'node.label'),
    roles: filterValues(filters, 'role'),
    memberships: filterValues(filters, 'membership'),
  };
  ask(owner, call, 'node.list', params, answerJson);
}

function getNode(owner: ControlFrontend, call: ApiCall, params: { id?: string }): void {
  ask(owner, call, 'node.get', { id: params.id }, answerJson);
}

function updateNode(owner: ControlFrontend, call: ApiCall, params: { id?: string }): void {
  const sent = readBody<Partial<NodeSpec>>(call, NODE_SPEC);
  if (!sent) return;
  const version = readVersion(call, 'node');
  if (isApiError(version)) return call.fail(version);
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  const role = (sent.Role ?? '').toLowerCase();
  if (role !== 'manager' && role !== 'worker')
    return call.fail({ status: 400, message: `invalid Role: ${JSON.stringify(sent.Role ?? '')}` });
  const availability = AVAILABILITIES.find(
    (each) => each === (sent.Availability ?? '').toLowerCase(),
  );
  if (!availability) {
    const quoted = JSON.stringify(sent.Availability ?? '');
    return call.fail({ status: 400, message: `invalid Availability: ${quoted}` });
  }
  const spec: NodeSpec = {
    ...(sent.Name ? { Name: sent.Name } : {}),
    Labels: sortedMap(sent.Labels),
    Role: role,
    Availability: availability,
  };
  ask(owner, call, 'node.update', { id: params.id, version, spec }, answerEmpty);
}

function removeNode(owner: ControlFrontend, call: ApiCall, params: { id?: string }): void {
  const force = queryBool(call, 'force');
  ask(owner, call, 'node.remove', { id: params.id, force }, answerEmpty);
}

export const SWARM_ROUTES: Router<ControlFrontend> = [
  route('GET /swarm', inspectSwarm),
  route('GET /swarm/unlockkey', getUnlockKey),
  route('POST /swarm/update', updateSwarm),
  route('GET /nodes', listNodes),
  route('GET /nodes/{id}', getNode),
  route('DELETE /nodes/{id}', removeNode),
  route('POST /nodes/{id}/update', updateNode),
];
