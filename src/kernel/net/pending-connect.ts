/**
 * A connection attempt: sends its first packet again after 1, 2, 4, ... seconds while it crosses the
 * LAN, and gives up as Linux does (tcp_syn_retries 6: 127 s), or after three seconds where nobody at
 * all answers at an address of the LAN (ARP).
 */
import { SECOND_US } from '../../base';
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { ConnectRequest, PendingCall, SocketOwner } from '../network-calls';
import { SysError, type Errno, type SocketAddress } from '../syscalls';
import { WaitQueue } from '../wait-queue';
import type { NetNamespace } from './namespace';
import type { StreamSocket } from './stream-socket';

export const CONNECT_TIMEOUT_US = 127 * SECOND_US;
/** Three ARP requests, a second apart. */
export const NEIGHBOUR_TIMEOUT_US = 3_060_000;

/** What an attempt asks of the stack. */
export interface ConnectHost {
  readonly runtime: Runtime;
  /** Sends the first packet again; false where it has found nobody on the wire. */
  retryConnect(pending: PendingConnect): void;
  /** Nobody waits for it any more. */
  dropConnect(pending: PendingConnect, timedOut: boolean): void;
}

export class PendingConnect implements PendingCall<StreamSocket>, Wakeable {
  readonly waitQueue = new WaitQueue();
  readonly startedAt: number;
  private outcome: { readonly socket: StreamSocket } | { readonly errno: Errno } | undefined;
  private deadline: TimerHandle | undefined;
  private retry: TimerHandle | undefined;
  private unreachable: TimerHandle | undefined;
  private retries = 0;
  private ended = false;

  constructor(
    private readonly on: ConnectHost,
    readonly namespace: NetNamespace,
    readonly request: ConnectRequest,
    readonly owner: SocketOwner,
    readonly trackKey: string,
    readonly local: SocketAddress,
  ) {
    this.startedAt = on.runtime.now;
  }

  /** Starts the clock of the whole attempt. */
  startDeadline(): void {
    const given = this.request.timeoutUs ?? CONNECT_TIMEOUT_US;
    const delay = Math.min(given, CONNECT_TIMEOUT_US);
    this.deadline = this.on.runtime.setTimer(delay, this, 'deadline');
  }

  /** The first packet was sent over the LAN. */
  startRetries(): void {
    this.retry = this.on.runtime.setTimer(SECOND_US * 2 ** this.retries, this, 'retry');
  }

  /** Nobody has been heard at that address so far. */
  expectNeighbour(): void {
    this.unreachable = this.on.runtime.setTimer(NEIGHBOUR_TIMEOUT_US, this, 'unreachable');
  }

  /** Fails after `delayUs`. */
  failLater(errno: Errno, delayUs: number): void {
    this.on.runtime.setTimer(delayUs, this, 'fail', errno);
  }

  wake(tag: string, data: unknown): void {
    if (this.ended) return;
    if (tag === 'fail') this.fail(data as Errno);
    else if (tag === 'unreachable') this.fail('EHOSTUNREACH');
    else if (tag === 'retry') {
      this.retries++;
      this.on.retryConnect(this);
      if (this.retries < 6) this.startRetries();
    } else {
      this.fail('ETIMEDOUT');
      this.on.dropConnect(this, true);
    }
  }

  succeed(socket: StreamSocket): void {
    if (this.ended) return socket.abort();
    this.end();
    this.outcome = { socket };
    this.waitQueue.wakeAll();
  }

  fail(errno: Errno): void {
    if (this.ended) return;
    this.end();
    this.outcome = { errno };
    this.waitQueue.wakeAll();
    if (errno !== 'ETIMEDOUT') this.on.dropConnect(this, false);
  }

  get isEnded(): boolean {
    return this.ended;
  }

  result(): StreamSocket | undefined {
    const outcome = this.outcome;
    if (!outcome) return undefined;
    if ('errno' in outcome) throw new SysError(outcome.errno);
    return outcome.socket;
  }

  cancel(): void {
    if (this.outcome && 'socket' in this.outcome) return this.outcome.socket.close();
    if (this.ended) return;
    this.end();
    this.on.dropConnect(this, false);
  }

  private end(): void {
    this.ended = true;
    this.on.runtime.cancelTimer(this.deadline);
    this.on.runtime.cancelTimer(this.retry);
    this.on.runtime.cancelTimer(this.unreachable);
  }
}
