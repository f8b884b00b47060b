/**
 * Health checks of other managers: before a vote is cast (swarmkit `raft.go` ProcessRaftMessage, two
 * seconds) and before a joining manager becomes a member (`raft.go` Join, five seconds). Attempts to
 * connect to a peer again are made the same way.
 */
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { ConsensusPorts, HealthPurpose } from './ports';

const VOTE_TIMEOUT_US = 2_000_000;
const JOIN_TIMEOUT_US = 5_000_000;

interface Check {
  readonly address: string;
  readonly purpose: HealthPurpose;
  readonly cause: number;
  timer: TimerHandle | undefined;
}

/** Who made the checks. */
export interface HealthOwner {
  healthy(purpose: HealthPurpose): void;
  connectFailed(raftId: string): void;
}

export class HealthChecks implements Wakeable {
  private readonly open = new Map<number, Check>();
  private nextId = 1;

  constructor(
    private readonly runtime: Runtime,
    private readonly ports: ConsensusPorts,
    private readonly owner: HealthOwner,
  ) {}

  check(address: string, purpose: HealthPurpose): void {
    const id = this.nextId++;
    const check: Check = { address, purpose, cause: this.runtime.cause, timer: undefined };
    this.open.set(id, check);
    const timeoutUs = purpose.kind === 'join' ? JOIN_TIMEOUT_US : VOTE_TIMEOUT_US;
    check.timer = this.runtime.setTimer(timeoutUs, this, 'deadline', id);
    this.ports.send(address, 'health check', 16, { kind: 'health', id });
  }

  answered(id: number): void {
    const check = this.take(id);
    if (!check) return;
    this.runtime.cause = check.cause;
    this.owner.healthy(check.purpose);
  }

  reset(address: string): void {
    for (const [id, check] of [...this.open]) if (check.address === address) this.fail(id);
  }

  stop(): void {
    for (const check of this.open.values()) this.runtime.cancelTimer(check.timer);
    this.open.clear();
  }

  wake(_tag: string, id: unknown): void {
    this.fail(id as number);
  }

  private fail(id: number): void {
    const check = this.take(id);
    if (check?.purpose.kind === 'connect') this.owner.connectFailed(check.purpose.raftId);
    if (check?.purpose.kind !== 'join') return;
    check.purpose.reply.failed({
      code: 'Unknown',
      desc:
        'could not connect to prospective new cluster member using its advertised address: ' +
        'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    });
  }

  private take(id: number): Check | undefined {
    const check = this.open.get(id);
    this.runtime.cancelTimer(check?.timer);
    this.open.delete(id);
    return check;
  }
}
