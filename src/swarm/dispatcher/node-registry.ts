/**
 * Nodes that the leader expects heartbeats of (swarmkit `manager/dispatcher/{nodes,period}.go`): their
 * session ids, when their grace ends, and how often they registered of late.
 */
import { MILLISECOND_US, SECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { ManagerContext } from '../leader';
import { rpcError, type RpcError } from '../store';

const DEFAULT_PERIOD_US = 5 * SECOND_US;
/** Each announced period is off by up to this much. */
const EPSILON_US = 500 * MILLISECOND_US;
/** Periods without a heartbeat after which a node is down. */
const GRACE_MULTIPLIER = 3;
const RATE_LIMIT_PERIOD_US = 8 * SECOND_US;
const RATE_LIMIT_COUNT = 3;

interface RegisteredNode {
  sessionId: string;
  attempts: number;
  registeredAt: number;
  grace: TimerHandle;
}

/** Told when a node's grace is over. `unknown` says that it never came to this leader. */
export interface ExpiryListener {
  nodeExpired(nodeId: string, unknown: boolean): void;
}

export class NodeRegistry implements Wakeable {
  private readonly nodes = new Map<string, RegisteredNode>();
  private periodUs = DEFAULT_PERIOD_US;

  constructor(
    private readonly context: ManagerContext,
    private readonly listener: ExpiryListener,
  ) {}

  setPeriod(periodUs: number): void {
    if (periodUs > 0) this.periodUs = periodUs;
  }

  /** A node that was there under the leader before: it has twice the usual grace to come. */
  addUnknown(nodeId: string): void {
    const grace = this.startGrace(nodeId, this.choosePeriod() * GRACE_MULTIPLIER * 2, 'unknown');
    this.nodes.set(nodeId, { sessionId: '', attempts: 0, registeredAt: -Infinity, grace });
  }

  checkRateLimit(nodeId: string): RpcError | undefined {
    const node = this.nodes.get(nodeId);
    if (!node) return undefined;
    const { now } = this.context.runtime;
    if (now - node.registeredAt > RATE_LIMIT_PERIOD_US) node.attempts = 0;
    node.attempts++;
    if (node.attempts > RATE_LIMIT_COUNT)
      return rpcError('Unavailable', `node ${nodeId} exceeded rate limit count of registrations`);
    node.registeredAt = now;
    return undefined;
  }

  /** A registration is being written: the grace of before does not run out meanwhile. */
  hold(nodeId: string): void {
    this.context.runtime.cancelTimer(this.nodes.get(nodeId)?.grace);
  }

  /** Registers, with a new session id that it answers. */
  add(nodeId: string): string {
    const old = this.nodes.get(nodeId);
    if (old) this.context.runtime.cancelTimer(old.grace);
    const sessionId = this.context.newId();
    this.nodes.set(nodeId, {
      sessionId,
      attempts: old?.attempts ?? 0,
      registeredAt: old && old.registeredAt >= 0 ? old.registeredAt : this.context.runtime.now,
      grace: this.startGrace(nodeId, this.choosePeriod() * GRACE_MULTIPLIER, 'known'),
    });
    return sessionId;
  }

  /** Whether the session is the node's present one. */
  check(nodeId: string, sessionId: string): RpcError | undefined {
    const node = this.nodes.get(nodeId);
    if (!node) return rpcError('NotFound', 'node not registered');
    if (sessionId === '' || node.sessionId !== sessionId)
      return rpcError('InvalidArgument', 'session invalid');
    return undefined;
  }

  /** A heartbeat came: the period until the next one. */
  beat(nodeId: string): number {
    const node = this.nodes.get(nodeId)!;
    const period = this.choosePeriod();
    this.context.runtime.cancelTimer(node.grace);
    node.grace = this.startGrace(nodeId, period * GRACE_MULTIPLIER, 'known');
    return period;
  }

  delete(nodeId: string): void {
    const node = this.nodes.get(nodeId);
    if (node) this.context.runtime.cancelTimer(node.grace);
    this.nodes.delete(nodeId);
  }

  clear(): void {
    for (const node of this.nodes.values()) this.context.runtime.cancelTimer(node.grace);
    this.nodes.clear();
  }

  wake(tag: string, data: unknown): void {
    this.listener.nodeExpired(data as string, tag === 'unknown');
  }

  private choosePeriod(): number {
    const random = this.context.runtime.random('heartbeat-period');
    return this.periodUs - EPSILON_US + random.below(2 * EPSILON_US);
  }

  private startGrace(nodeId: string, delayUs: number, tag: 'known' | 'unknown'): TimerHandle {
    return this.context.runtime.setTimer(delayUs, this, tag, nodeId);
  }
}
