/**
 * One end of a connection: buffers, sequence numbers, windows, orderly close and reset. Models
 * `tcp_sock` at the level of messages: no congestion control, segments of up to 16 KiB. On a way that
 * crosses the LAN, where messages may be lost, doubled or overtaken, segments are acknowledged and
 * sent again after a time-out that doubles; within one machine nothing is lost and neither is done.
 */
import { MILLISECOND_US, SECOND_US, concatBytes } from '../../base';
import type { Runtime, TimerHandle, Wakeable } from '../../base';
import type { OpenFile, Readiness } from '../open-file';
import { SysError, type Errno, type FileStat, type SocketAddress } from '../syscalls';
import type { SocketOwner } from '../network-calls';
import { WaitQueue } from '../wait-queue';
import type { NetNamespace } from './namespace';
import type { Segment } from './segment';
import { socketStat } from './socket-file';

/** Bytes that wait in one direction on each side. */
export const BUFFER_BYTES = 65536;
const SEGMENT_BYTES_MAX = 16384;
/** TCP_RTO_MIN, TCP_RTO_MAX and tcp_retries2 of Linux. */
const RETRANSMIT_US_MIN = 200 * MILLISECOND_US;
const RETRANSMIT_US_MAX = 120 * SECOND_US;
const RETRANSMITS_MAX = 15;

/** Where segments go: the stack, which knows the connection's way. */
export interface SegmentCarrier {
  readonly runtime: Runtime;
  /** False where the way is gone. */
  carry(socket: StreamSocket, segment: Segment): void;
  /** Both directions are over: the connection may be forgotten. */
  socketDone(socket: StreamSocket): void;
}

interface SentSegment {
  readonly seq: number;
  readonly data: Uint8Array;
  readonly fin: boolean;
}

export class StreamSocket implements OpenFile, Wakeable {
  readonly waitQueue = new WaitQueue();
  /** Set while a process may still use it. */
  private openHere = true;
  private error: Errno | undefined;
  // --- receiving
  private readonly received: Uint8Array[] = [];
  private receivedBytes = 0;
  /** Next number of the sequence that is expected. */
  private expected = 0;
  private readonly ahead = new Map<number, SentSegment>();
  private finReceived = false;
  /** The right edge of the window that the other side knows of. */
  private advertised = BUFFER_BYTES;
  // --- sending
  private readonly queued: Uint8Array[] = [];
  private queuedBytes = 0;
  private next = 0;
  private acknowledged = 0;
  private peerEdge = BUFFER_BYTES;
  private finWanted = false;
  private finSent = false;
  /** Sent over the LAN and not yet acknowledged. */
  private readonly flying: SentSegment[] = [];
  private timer: TimerHandle | undefined;
  private retransmitUs = RETRANSMIT_US_MIN;
  private retransmits = 0;
  private done = false;

  constructor(
    private readonly carrier: SegmentCarrier,
    readonly namespace: NetNamespace,
    readonly inode: number,
    readonly protocol: 'tcp' | 'udp',
    /** Of the conntrack entry that its segments follow. */
    readonly trackKey: string,
    /** True on the connecting side. */
    readonly isClient: boolean,
    readonly local: SocketAddress,
    readonly peer: SocketAddress,
    /** The way crosses the LAN. */
    readonly overLan: boolean,
    readonly owner: SocketOwner | undefined,
  ) {
    namespace.sockets.add(this);
  }

  // --- file operations
  read(max: number): Uint8Array | undefined {
    if (this.receivedBytes > 0) return this.take(max);
    if (this.error !== undefined) throw new SysError(this.takeError());
    if (this.finReceived) return new Uint8Array(0);
    return undefined;
  }

  private take(max: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < max && this.received.length > 0) {
      const first = this.received[0]!;
      const room = max - length;
      if (first.length <= room) {
        parts.push(first);
        length += first.length;
        this.received.shift();
      } else {
        parts.push(first.subarray(0, room));
        length += room;
        this.received[0] = first.subarray(room);
      }
    }
    this.receivedBytes -= length;
    const edge = this.expected + BUFFER_BYTES - this.receivedBytes;
    if (edge - this.advertised >= BUFFER_BYTES / 2) this.acknowledge();
    return concatBytes(parts);
  }

  write(data: Uint8Array): number {
    if (this.error !== undefined) throw new SysError(this.takeError());
    if (this.finWanted || this.done) throw new SysError('EPIPE');
    const room = BUFFER_BYTES - this.queuedBytes;
    const taken = Math.min(room, data.length);
    if (taken === 0) return 0;
    this.queued.push(taken === data.length ? data : data.subarray(0, taken));
    this.queuedBytes += taken;
    this.push();
    return taken;
  }

  readiness(): Readiness {
    const failed = this.error !== undefined;
    return {
      read: this.receivedBytes > 0 || this.finReceived || failed,
      write: failed || this.finWanted || this.queuedBytes < BUFFER_BYTES,
    };
  }

  stat(): FileStat {
    return socketStat(this.inode);
  }

  describe(): string {
    return `socket:[${this.inode}]`;
  }

  /** Closes the sending side: what was written still arrives. */
  shutdown(): void {
    if (this.error !== undefined) throw new SysError('ENOTCONN');
    if (this.finWanted) return;
    this.finWanted = true;
    this.push();
  }

  /** The last descriptor is closed. Unread data makes it a reset, as in Linux. */
  close(): void {
    if (!this.openHere) return;
    this.openHere = false;
    if (this.done) return;
    if (this.receivedBytes > 0 && !this.finReceived) return this.abort();
    if (!this.finWanted) {
      this.finWanted = true;
      this.push();
    }
    this.finishIfOver();
  }

  // --- what the stack calls
  /** The established side may send; round trip of the handshake where the LAN is crossed. */
  setRoundTrip(roundTripUs: number): void {
    this.retransmitUs = Math.max(RETRANSMIT_US_MIN, 2 * roundTripUs);
  }

  /** Reset from here: the other side is told. */
  abort(): void {
    if (this.done) return;
    this.carrier.carry(this, { kind: 'reset', refused: false });
    this.fail('ECONNRESET');
  }

  /** The connection is broken; whoever reads or writes gets this error once. */
  fail(error: Errno): void {
    if (this.done) return;
    this.error = error;
    this.queued.length = 0;
    this.queuedBytes = 0;
    this.finish();
    this.waitQueue.wakeAll();
  }

  receive(segment: Segment): void {
    if (segment.kind === 'reset') {
      if (!this.done) this.fail('ECONNRESET');
    } else if (segment.kind === 'ack') {
      this.takeAck(segment.ack, segment.window);
    } else if (segment.kind === 'data') {
      this.takeData(segment);
    }
  }

  private takeData(segment: SentSegment): void {
    if (this.done) {
      // It is over here; the other side may not know that its last segment arrived.
      if (this.overLan && this.error === undefined) this.acknowledge();
      return;
    }
    if (!this.openHere && segment.data.length > 0 && segment.seq >= this.expected)
      return this.abort();
    if (segment.seq > this.expected) {
      if (this.ahead.size < 64) this.ahead.set(segment.seq, segment);
      this.acknowledge();
      return;
    }
    if (segment.seq === this.expected) this.takeInOrder(segment);
    for (let held = this.ahead.get(this.expected); held; held = this.ahead.get(this.expected)) {
      this.ahead.delete(held.seq);
      this.takeInOrder(held);
    }
    if (this.overLan) this.acknowledge();
    this.waitQueue.wakeAll();
    this.finishIfOver();
  }

  private takeInOrder(segment: SentSegment): void {
    if (segment.data.length > 0) {
      this.received.push(segment.data);
      this.receivedBytes += segment.data.length;
    }
    this.expected += segment.data.length + (segment.fin ? 1 : 0);
    if (segment.fin) this.finReceived = true;
  }

  private takeAck(ack: number, window: number): void {
    if (this.done) return;
    this.peerEdge = Math.max(this.peerEdge, ack + window);
    if (ack > this.acknowledged) {
      const repaired = this.retransmits > 0;
      this.acknowledged = ack;
      this.retransmits = 0;
      while (this.flying.length > 0 && endOf(this.flying[0]!) <= ack) this.flying.shift();
      this.carrier.runtime.cancelTimer(this.timer);
      this.timer = undefined;
      // What was sent with the lost segment may be lost too.
      if (repaired) this.repeatOldest();
    }
    this.push();
    this.waitQueue.wakeAll();
    this.finishIfOver();
  }

  private acknowledge(): void {
    const window = BUFFER_BYTES - this.receivedBytes;
    this.advertised = this.expected + window;
    this.carrier.carry(this, { kind: 'ack', ack: this.expected, window });
  }

  /** Sends what the window allows. */
  private push(): void {
    while (this.queuedBytes > 0 && this.next < this.peerEdge) {
      const data = this.cut(Math.min(SEGMENT_BYTES_MAX, this.peerEdge - this.next));
      const fin = this.finWanted && this.queuedBytes === 0;
      this.send({ seq: this.next, data, fin });
    }
    if (this.finWanted && !this.finSent && this.queuedBytes === 0)
      this.send({ seq: this.next, data: new Uint8Array(0), fin: true });
    if (this.flying.length > 0 || (this.overLan && this.queuedBytes > 0)) this.armTimer();
  }

  private cut(max: number): Uint8Array {
    const first = this.queued[0]!;
    if (first.length <= max) {
      this.queued.shift();
      this.queuedBytes -= first.length;
      return first;
    }
    this.queued[0] = first.subarray(max);
    this.queuedBytes -= max;
    return first.subarray(0, max);
  }

  private send(segment: SentSegment): void {
    this.next += segment.data.length + (segment.fin ? 1 : 0);
    if (segment.fin) this.finSent = true;
    if (this.overLan) this.flying.push(segment);
    this.carrier.carry(this, { kind: 'data', ...segment });
  }

  private armTimer(): void {
    if (this.timer || !this.overLan) return;
    const scale = 2 ** Math.min(this.retransmits, 16);
    const delay = Math.min(this.retransmitUs * scale, RETRANSMIT_US_MAX);
    this.timer = this.carrier.runtime.setTimer(delay, this, 'retransmit');
  }

  /** The retransmission timer. */
  wake(): void {
    this.timer = undefined;
    if (this.done) return;
    if (++this.retransmits > RETRANSMITS_MAX) return this.fail('ETIMEDOUT');
    if (this.flying.length === 0) {
      // Nothing flies but the window is shut: ask whether it still is.
      this.carrier.carry(this, {
        kind: 'data',
        seq: this.next,
        data: new Uint8Array(0),
        fin: false,
      });
    }
    this.repeatOldest();
    this.armTimer();
  }

  private repeatOldest(): void {
    const oldest = this.flying[0];
    if (oldest) this.carrier.carry(this, { kind: 'data', ...oldest });
  }

  private takeError(): Errno {
    const error = this.error!;
    // A reset is told once; after it the stream is simply at its end.
    this.finReceived = true;
    this.error = undefined;
    return error;
  }

  /** Over when both sides have said so, and (over the LAN) ours was heard. */
  private finishIfOver(): void {
    if (this.done || !this.finSent || !this.finReceived || this.openHere) return;
    if (this.flying.length === 0) this.finish();
  }

  private finish(): void {
    this.done = true;
    this.carrier.runtime.cancelTimer(this.timer);
    this.timer = undefined;
    this.flying.length = 0;
    this.ahead.clear();
    this.namespace.sockets.delete(this);
    this.carrier.socketDone(this);
  }

  get isDone(): boolean {
    return this.done;
  }
}

function endOf(segment: SentSegment): number {
  return segment.seq + segment.data.length + (segment.fin ? 1 : 0);
}
