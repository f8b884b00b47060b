/**
 * Containers that no service made, on networks of the swarm (swarmkit
 * `manager/resourceapi/allocator.go`): a task without a container reserves their address on the
 * node. Static addresses are not simulated.
 */
import { rpcError, type StoredTask, type WriteView } from '../store';
import { write, type ControlMethod, type WriteResult } from './context';
import { find } from './find';

interface AttachRequest {
  readonly nodeId: string;
  /** Name or id of the network. */
  readonly target: string;
  readonly containerId: string;
}

const attach: ControlMethod = (context, request: AttachRequest, responder) => {
  const { store, clock } = context.manager;
  const { nodeId, target, containerId } = request;
  const network = find(store, 'network', target);
  if ('code' in network || 'status' in network)
    return responder.fail(rpcError('NotFound', `network ${target} not found`));
  if (network.Spec.Attachable !== true) {
    const desc = `network ${target} not manually attachable`;
    return responder.fail(rpcError('PermissionDenied', desc));
  }
  const timestamp = clock.timestamp();
  const task: StoredTask = {
    ID: context.manager.newId(),
    Version: { Index: 0 },
    CreatedAt: timestamp,
    UpdatedAt: timestamp,
    Labels: {},
    Spec: {
      NetworkAttachmentSpec: { ContainerID: containerId },
      Networks: [{ Target: network.ID }],
      ForceUpdate: 0,
      Runtime: 'attachment',
    },
    NodeID: nodeId,
    ServiceAnnotations: { Name: '', Labels: {} },
    Status: { Timestamp: timestamp, State: 'new', Message: 'created', PortStatus: {} },
    DesiredState: 'running',
  };
  const summary = `container ${containerId.slice(0, 12)} attached to ${network.Spec.Name}`;
  write(context, responder, summary, createTask, { task });
};

function createTask(tx: WriteView, { task }: { readonly task: StoredTask }): WriteResult {
  const failure = tx.create('task', task);
  return failure ? { failure } : { value: { ID: task.ID } };
}

const detach: ControlMethod = (context, request: { taskId: string }, responder) => {
  write(context, responder, 'container detached', removeTask, request);
};

function removeTask(tx: WriteView, { taskId }: { readonly taskId: string }): WriteResult {
  if (!tx.get('task', taskId))
    return { failure: rpcError('NotFound', `attachment ${taskId} not found`) };
  const failure = tx.remove('task', taskId);
  return failure ? { failure } : { value: null };
}

export const ATTACHMENT_METHODS: Readonly<Record<string, ControlMethod>> = {
  'network.attach': attach,
  'network.detach': detach,
};
