/**
 * One end of the connection between an agent and the leader: what TCP does for swarmkit's gRPC streams.
 * Messages arrive once and in order; what a link loses or a short cut swallows is sent again. Retries
 * start at 200 ms and double, as Linux does it, though not beyond 2 s.
 */
import {
  MILLISECOND_US,
  SECOND_US,
  type Runtime,
  type TimerHandle,
  type Wakeable,
} from '../../base';

const RETRY_MIN_US = 200 * MILLISECOND_US;
const RETRY_MAX_US = 2 * SECOND_US;
/** How long a receipt waits for something to travel with. */
const DELAYED_ACK_US = 40 * MILLISECOND_US;
/** Without a sign of life for so long the other end is given up. */
const GIVE_UP_US = 20 * SECOND_US;
/** Messages that are sent again at once. */
const RETRY_COUNT = 16;

/** What travels. `seq` counts from 1; 0 is a mere receipt. */
export interface StreamFrame {
  readonly session: number;
  readonly seq: number;
  /** Last message that came in order. */
  readonly ack: number;
  readonly body?: unknown;
  /** Nobody knows the session (a TCP reset). */
  readonly reset?: string;
}

/** Below and above a stream. */
export interface StreamPort {
  transmit(stream: Stream, label: string, frame: StreamFrame): void;
  deliver(stream: Stream, body: unknown): void;
  givenUp(stream: Stream): void;
}

interface Unacknowledged {
  readonly seq: number;
  readonly label: string;
  readonly body: unknown;
}

export class Stream implements Wakeable {
  private sent = 0;
  private received = 0;
  private waiting: Unacknowledged[] = [];
  /** Came too early. */
  private readonly early = new Map<number, unknown>();
  private retryUs = RETRY_MIN_US;
  private retryTimer: TimerHandle | undefined;
  private ackTimer: TimerHandle | undefined;
  private lastProgress = 0;
  private closed = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly port: StreamPort,
    /** Node at the other end of the leader's streams, '' on the agent's side. */
    readonly nodeId: string,
    readonly session: number,
  ) {}

  send(label: string, body: unknown): void {
    if (this.closed) return;
    if (this.waiting.length === 0) this.lastProgress = this.runtime.now;
    const message = { seq: ++this.sent, label, body };
    this.waiting.push(message);
    this.transmit(message);
    this.retryTimer ??= this.runtime.setTimer(this.retryUs, this, 'retry');
  }

  receive(frame: StreamFrame): void {
    if (this.closed) return;
    this.acknowledged(frame.ack);
    if (frame.seq === 0) return;
    if (frame.seq > this.received) this.early.set(frame.seq, frame.body);
    else this.acknowledge(0);
    while (!this.closed && this.early.has(this.received + 1)) {
      const body = this.early.get(++this.received);
      this.early.delete(this.received);
      this.acknowledge(DELAYED_ACK_US);
      this.port.deliver(this, body);
    }
  }

  close(): void {
    this.closed = true;
    this.runtime.cancelTimer(this.retryTimer);
    this.runtime.cancelTimer(this.ackTimer);
  }

  wake(tag: string): void {
    if (this.closed) return;
    if (tag === 'ack') {
      this.ackTimer = undefined;
      const { session, received: ack } = this;
      this.port.transmit(this, 'ack', { session, seq: 0, ack });
      return;
    }
    this.retryTimer = undefined;
    if (this.waiting.length === 0) return;
    if (this.runtime.now - this.lastProgress > GIVE_UP_US) {
      this.close();
      return this.port.givenUp(this);
    }
    for (const message of this.waiting.slice(0, RETRY_COUNT)) this.transmit(message);
    this.retryUs = Math.min(2 * this.retryUs, RETRY_MAX_US);
    this.retryTimer = this.runtime.setTimer(this.retryUs, this, 'retry');
  }

  private transmit({ seq, label, body }: Unacknowledged): void {
    this.runtime.cancelTimer(this.ackTimer);
    this.ackTimer = undefined;
    const { session, received: ack } = this;
    this.port.transmit(this, label, { session, seq, ack, body });
  }

  private acknowledged(ack: number): void {
    if (this.waiting.length === 0 || ack < this.waiting[0]!.seq) return;
    this.waiting = this.waiting.filter((message) => message.seq > ack);
    this.lastProgress = this.runtime.now;
    this.retryUs = RETRY_MIN_US;
    this.runtime.cancelTimer(this.retryTimer);
    this.retryTimer =
      this.waiting.length > 0 ? this.runtime.setTimer(this.retryUs, this, 'retry') : undefined;
  }

  private acknowledge(delayUs: number): void {
    this.ackTimer ??= this.runtime.setTimer(delayUs, this, 'ack');
  }
}
