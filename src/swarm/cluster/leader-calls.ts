/**
 * Calls that only the leader answers, made on any manager (swarmkit's generated raft proxies and
 * `raft.go` LeaderConn): served here when we lead, sent on when another does, held back while nobody
 * does, refused at once when nobody had for more than ten ticks before they began. One that is held back
 * already goes on waiting until its time is over, as in the real system.
 */
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import { ERR_DEADLINE, type Failure, type FailureCause, type RpcReply } from '../rpc';
import { ERR_NOT_LEADER, ERR_NO_LEADER } from './texts';

/** moby `swarmRequestTimeout`. */
export const REQUEST_TIMEOUT_US = 20_000_000;
/** How often a broken connection to the leader is tried again. */
const RETRY_US = 500_000;

/** Where calls go now. */
export interface LeaderRoute {
  /** 'self', the address of the leader, or undefined while none is known. */
  leaderPlace(): 'self' | string | undefined;
  readonly quorumIsLost: boolean;
  serveAsLeader(service: string, body: unknown, reply: RpcReply, from: string): void;
  callRemote(
    address: string,
    service: string,
    body: unknown,
    timeoutUs: number,
    reply: RpcReply,
  ): number;
  cancelRemote(id: number): void;
}

export class LeaderCalls implements Wakeable {
  private readonly calls = new Set<LeaderCall>();

  constructor(
    readonly runtime: Runtime,
    readonly route: LeaderRoute,
  ) {}

  call(service: string, body: unknown, reply: RpcReply, from: string): void {
    const call = new LeaderCall(this, service, body, reply, from);
    this.calls.add(call);
    call.begin();
  }

  /** A leader was found, or ours is gone, or the connection to it is back. */
  leaderChanged(): void {
    for (const call of [...this.calls]) call.tryAgain();
  }

  /** The manager stops. */
  failAll(error: Failure): void {
    for (const call of [...this.calls]) call.end(error, 'answer');
  }

  forget(call: LeaderCall): void {
    this.calls.delete(call);
  }

  wake(tag: string, data: unknown): void {
    const call = data as LeaderCall;
    if (!this.calls.has(call)) return;
    if (tag === 'deadline') call.end(ERR_DEADLINE, 'timeout');
    else call.tryAgain();
  }
}

class LeaderCall implements RpcReply {
  /** Sent to a leader or being served. */
  underWay = false;
  private closed = false;
  private timer: TimerHandle | undefined;
  private retry: TimerHandle | undefined;
  private remoteId: number | undefined;
  private readonly deadlineAt: number;

  constructor(
    private readonly calls: LeaderCalls,
    private readonly service: string,
    private readonly body: unknown,
    private readonly reply: RpcReply,
    private readonly from: string,
  ) {
    this.deadlineAt = calls.runtime.now + REQUEST_TIMEOUT_US;
  }

  begin(): void {
    const { runtime } = this.calls;
    const { route } = this.calls;
    this.timer = runtime.setTimer(REQUEST_TIMEOUT_US, this.calls, 'deadline', this);
    if (route.leaderPlace() === undefined && route.quorumIsLost)
      return this.end(ERR_NO_LEADER, 'answer');
    this.tryAgain();
  }

  tryAgain(): void {
    const { route, runtime } = this.calls;
    if (this.underWay || this.closed) return;
    const place = route.leaderPlace();
    if (place === undefined) return;
    this.underWay = true;
    runtime.cancelTimer(this.retry);
    if (place === 'self') return route.serveAsLeader(this.service, this.body, this, this.from);
    const timeoutUs = this.deadlineAt - runtime.now;
    this.remoteId = route.callRemote(place, this.service, this.body, timeoutUs, this);
  }

  answered(value: unknown): void {
    if (this.closed) return;
    this.remoteId = undefined;
    this.close();
    this.reply.answered(value);
  }

  failed(error: Failure, why: FailureCause): void {
    if (this.closed) return;
    this.remoteId = undefined;
    const lostIt = 'code' in error && error.desc === ERR_NOT_LEADER.desc;
    if (why === 'connection' || lostIt) {
      this.underWay = false;
      this.retry = this.calls.runtime.setTimer(RETRY_US, this.calls, 'retry', this);
      return;
    }
    this.end(error, why);
  }

  end(error: Failure, why: FailureCause): void {
    if (this.remoteId !== undefined) this.calls.route.cancelRemote(this.remoteId);
    this.close();
    this.reply.failed(error, why);
  }

  private close(): void {
    this.closed = true;
    this.calls.runtime.cancelTimer(this.timer);
    this.calls.runtime.cancelTimer(this.retry);
    this.calls.forget(this);
  }
}
