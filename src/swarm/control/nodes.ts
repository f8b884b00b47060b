/** Nodes (swarmkit `manager/controlapi/node.go`, moby `daemon/cluster/nodes.go`). */
import type { NodeAvailability, NodeSpec } from '../../api';
import { rpcError, type StoredNode, type WriteView } from '../store';
import { nodeAnswer } from './answers';
import { write, type ControlContext, type ControlMethod, type WriteResult } from './context';
import { find, hasPrefix, isFound, matchesLabels, nameOf } from './find';
import { taskStateNumber } from './task-states';

export interface NodeFilters {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly nodeLabels: readonly string[];
  readonly roles: readonly string[];
  /** 'accepted' or 'pending'; every node in the store is accepted. */
  readonly memberships: readonly string[];
}

const list: ControlMethod = (context, filters: NodeFilters, responder) => {
  const { store } = context.manager;
  const members = context.consensus.members();
  const { roles, memberships } = filters;
  const found = store
    .all('node')
    .filter(
      (node) =>
        hasPrefix(nameOf('node', node), filters.names) &&
        hasPrefix(node.ID, filters.ids) &&
        matchesLabels(node.Description.Engine.Labels, filters.labels) &&
        matchesLabels(node.Spec.Labels, filters.nodeLabels) &&
        (roles.length === 0 || roles.includes(node.Role)) &&
        (memberships.length === 0 || memberships.includes('accepted')),
    );
  responder.answer(found.map((node) => nodeAnswer(node, members)));
};

const get: ControlMethod = (context, { id }: { id: string }, responder) => {
  const node = find(context.manager.store, 'node', id);
  if (!isFound(node)) return responder.fail(node);
  responder.answer(nodeAnswer(node, context.consensus.members()));
};

interface UpdateParams {
  readonly id: string;
  readonly version: number;
  readonly spec: NodeSpec;
}

const update: ControlMethod = (context, params: UpdateParams, responder) => {
  const node = find(context.manager.store, 'node', params.id);
  if (!isFound(node)) return responder.fail(node);
  const name = node.Description.Hostname || node.ID;
  const spec = params.spec;
  write(context, responder, `node ${name} updated`, changeNode, { ...params, id: node.ID, spec });
};

function changeNode(tx: WriteView, params: UpdateParams, context: ControlContext): WriteResult {
  const node = tx.get('node', params.id);
  if (!node) return { failure: rpcError('NotFound', `node ${params.id} not found`) };
  if (node.Spec.Role === 'manager' && params.spec.Role === 'worker') {
    const refusal = demotionRefusal(tx, node, context);
    if (refusal) return refusal;
  }
  const Version = { Index: params.version };
  const failure = tx.update('node', { ...node, Version, Spec: params.spec });
  return failure ? { failure } : { value: null };
}

function demotionRefusal(
  tx: WriteView,
  node: StoredNode,
  context: ControlContext,
): WriteResult | undefined {
  const managers = tx.all('node').filter((each) => each.Spec.Role === 'manager');
  if (managers.length === 1 && managers[0]!.ID === node.ID)
    return failed('FailedPrecondition', 'attempting to demote the last manager of the swarm');
  const member = context.consensus.members().find((each) => each.nodeId === node.ID);
  if (!member) return failed('NotFound', "can't find manager in raft memberlist");
  if (!context.consensus.canRemoveMember(member.raftId))
    return failed(
      'FailedPrecondition',
      "can't remove member from the raft: this would result in a loss of quorum",
    );
  return undefined;
}

function failed(code: 'FailedPrecondition' | 'NotFound', desc: string): WriteResult {
  return { failure: rpcError(code, desc) };
}

interface RemoveParams {
  readonly id: string;
  readonly force: boolean;
}

const remove: ControlMethod = (context, params: RemoveParams, responder) => {
  const node = find(context.manager.store, 'node', params.id);
  if (!isFound(node)) return responder.fail(node);
  const name = node.Description.Hostname || node.ID;
  write(context, responder, `node ${name} removed`, removeNode, { ...params, id: node.ID });
};

function removeNode(tx: WriteView, params: RemoveParams, context: ControlContext): WriteResult {
  const { id } = params;
  const node = tx.get('node', id);
  if (!node) return failed('NotFound', `node ${id} not found`);
  const isMember = context.consensus.members().some((each) => each.nodeId === id);
  if (node.Spec.Role === 'manager' && isMember)
    return failed(
      'FailedPrecondition',
      `node ${id} is a cluster manager and is a member of the raft cluster. It must be demoted to ` +
        'worker before removal',
    );
  if (!params.force && node.Status.State === 'ready')
    return failed('FailedPrecondition', `node ${id} is not down and can't be removed`);
  const [cluster] = tx.all('cluster');
  if (cluster) {
    const BlacklistedCertificates = [...cluster.BlacklistedCertificates, id];
    const failure = tx.update('cluster', { ...cluster, BlacklistedCertificates });
    if (failure) return { failure };
  }
  orphanTasks(tx, id, context.manager.clock.timestamp());
  const failure = tx.remove('node', id);
  return failure ? { failure } : { value: null };
}

function orphanTasks(tx: WriteView, nodeId: string, timestamp: string): void {
  for (const task of tx.tasksOfNode(nodeId)) {
    if (taskStateNumber(task.Status.State) > taskStateNumber('running')) continue;
    const Status = {
      ...task.Status,
      Timestamp: timestamp,
      State: 'orphaned' as const,
      Message: 'Task belonged to a node that has been deleted',
    };
    tx.update('task', { ...task, Status });
  }
}

/** Availability names of the API. */
export const AVAILABILITIES: readonly NodeAvailability[] = ['active', 'pause', 'drain'];

export const NODE_METHODS: Readonly<Record<string, ControlMethod>> = {
  'node.list': list,
  'node.get': get,
  'node.update': update,
  'node.remove': remove,
};
