/**
 * Plain containers on attachable networks of the swarm (moby `daemon/cluster/networks.go`
 * AttachNetwork and `daemon/cluster/executor/container/attachment.go`): the engine asks before a
 * start, the leader makes a task for it, and when the agent gets that task the container has its
 * address.
 */
import { SECOND_US, type Runtime, type TimerHandle, type Wakeable } from '../base';
import type { ApiError } from '../api';
import type { Completion, NetworkController } from '../engine';
import type { Failure, RpcReply, StoredTask, SwarmNode } from '../swarm';

/** moby `swarmRequestTimeout`. */
const TIMEOUT_US = 20 * SECOND_US;

/** A start that waits for an address. */
interface Waiting {
  readonly containerId: string;
  readonly target: string;
  readonly completion: Completion;
  timer: TimerHandle | undefined;
}

export class ContainerAttachments implements Wakeable {
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly runtime: Runtime,
    private readonly networks: NetworkController,
    private readonly swarm: SwarmNode,
  ) {}

  /** Asks the leader; `completion` is told when the address is known, or why there is none. */
  attach(target: string, containerId: string, completion: Completion): void {
    const waiting: Waiting = { containerId, target, completion, timer: undefined };
    waiting.timer = this.runtime.setTimer(TIMEOUT_US, this, 'timeout', waiting);
    this.waiting.add(waiting);
    const params = { nodeId: this.swarm.statusNow().NodeID, target, containerId };
    const reply = new AttachReply(this, waiting);
    this.swarm.agentCall({ method: 'network.attach', params }, reply);
  }

  detach(taskId: string): void {
    this.swarm.agentCall({ method: 'network.detach', params: { taskId } }, NOBODY);
  }

  /** The agent has the task: the address that it carries is the container's. */
  arrived(task: StoredTask): void {
    const containerId = task.Spec.NetworkAttachmentSpec?.ContainerID ?? '';
    const [attachment] = task.NetworksAttachments ?? [];
    if (!attachment) return;
    const { Network: network, Addresses } = attachment;
    this.networks.letInto(containerId, network, Addresses?.[0] ?? '', task.ID);
    for (const waiting of [...this.waiting])
      if (
        waiting.containerId === containerId &&
        (network.Spec.Name === waiting.target || network.ID.startsWith(waiting.target))
      )
        this.end(waiting, undefined);
  }

  end(waiting: Waiting, error: ApiError | undefined): void {
    if (!this.waiting.delete(waiting)) return;
    this.runtime.cancelTimer(waiting.timer);
    waiting.completion.done(error);
  }

  wake(_tag: string, data: unknown): void {
    const message =
      'attaching to network failed, make sure your network options are correct and check ' +
      'manager logs: context deadline exceeded';
    this.end(data as Waiting, { status: 500, message });
  }
}

class AttachReply implements RpcReply {
  constructor(
    private readonly attachments: ContainerAttachments,
    private readonly waiting: Waiting,
  ) {}

  answered(): void {
    // The agent will get the task.
  }

  failed(error: Failure): void {
    const { target } = this.waiting;
    const reason = 'code' in error ? `rpc error: code = ${error.code} desc = ${error.desc}` : '';
    const statuses: Readonly<Record<string, number>> = { PermissionDenied: 403, NotFound: 404 };
    const status = 'code' in error ? (statuses[error.code] ?? 500) : error.status;
    const why = reason === '' && 'message' in error ? error.message : reason;
    const message = `Could not attach to network ${target}: ${why}`;
    this.attachments.end(this.waiting, { status, message });
  }
}

class Nobody implements RpcReply {
  answered(): void {}
  failed(): void {}
}
const NOBODY: RpcReply = Object.freeze(new Nobody());
