/**
 * Subscriptions to service logs from any manager (the control side of swarmkit's log broker, proxied to
 * the leader like all else). On the leader they reach the part 'logbroker' directly; on a follower the
 * lines travel on channel 'control'.
 */
import type { LogBroker, LogRequest, LogSink } from '../leader';
import type { LogStream } from '../control';
import type { LogLine } from '../seams';
import type { LifeParts } from './node-life';
import { hostOf, type Manager } from './manager';

/** Messages of a remote subscription; `id` is the asker's. */
type LogWire =
  | { readonly logs: 'open'; readonly id: string; readonly request: LogRequest }
  | { readonly logs: 'close'; readonly id: string }
  | {
      readonly logs: 'lines';
      readonly id: string;
      readonly from: LogFrom;
      readonly lines: readonly LogLine[];
    }
  | { readonly logs: 'end'; readonly id: string; readonly error: string };

interface LogFrom {
  readonly nodeId: string;
  readonly serviceId: string;
  readonly taskId: string;
}

export interface LogStreamsOwner {
  readonly life: { readonly manager: Manager | undefined } | undefined;
}

const LEADER_GONE = 'rpc error: code = Unavailable desc = transport is closing';

export class LogStreams {
  /** Ours at a remote leader. */
  private readonly remote = new Map<string, { sink: LogSink; leader: string }>();
  /** Those that other managers hold with us: "address/id" to the broker's id. */
  private readonly served = new Map<string, string>();
  private nextId = 1;

  constructor(
    private readonly parts: LifeParts,
    private readonly owner: LogStreamsOwner,
  ) {}

  open(request: LogRequest, sink: LogSink): LogStream {
    const manager = this.owner.life?.manager;
    const place = manager?.leaderPlace();
    if (place === 'self') {
      const broker = this.broker();
      if (!broker) return endNow(sink, 'rpc error: code = Unavailable desc = no log broker');
      return new LocalStream(broker, broker.subscribeLogs(request, sink));
    }
    if (place === undefined) return endNow(sink, LEADER_GONE);
    const id = `${this.parts.runtime.now}-${this.nextId++}`;
    const leader = hostOf(place);
    this.remote.set(id, { sink, leader });
    this.send(leader, { logs: 'open', id, request });
    return new RemoteStream(this, id, leader);
  }

  closeRemote(id: string, leader: string): void {
    if (this.remote.delete(id)) this.send(leader, { logs: 'close', id });
  }

  /** True if the message was one of ours. */
  receive(from: string, message: unknown): boolean {
    const wire = message as LogWire;
    if (wire.logs === undefined) return false;
    if (wire.logs === 'open') this.serve(from, wire.id, wire.request);
    else if (wire.logs === 'close') this.unserve(`${from}/${wire.id}`);
    else {
      const held = this.remote.get(wire.id);
      if (wire.logs === 'lines') held?.sink.lines(wire.from, wire.lines);
      else {
        this.remote.delete(wire.id);
        held?.sink.end(wire.error);
      }
    }
    return true;
  }

  reset(from: string): void {
    for (const [id, { sink, leader }] of [...this.remote]) {
      if (leader !== from) continue;
      this.remote.delete(id);
      sink.end(LEADER_GONE);
    }
    for (const key of [...this.served.keys()]) if (key.startsWith(`${from}/`)) this.unserve(key);
  }

  send(address: string, wire: LogWire): void {
    this.parts.transport.send(address, 'control', `logs ${wire.logs}`, wire);
  }

  private broker(): LogBroker | undefined {
    return this.owner.life?.manager?.part('logbroker') as LogBroker | undefined;
  }

  private serve(from: string, id: string, request: LogRequest): void {
    const broker = this.broker();
    if (!broker) return this.send(from, { logs: 'end', id, error: LEADER_GONE });
    const sink = new WireSink(this, from, id);
    this.served.set(`${from}/${id}`, broker.subscribeLogs(request, sink));
  }

  private unserve(key: string): void {
    const subscription = this.served.get(key);
    this.served.delete(key);
    if (subscription !== undefined) this.broker()?.unsubscribeLogs(subscription);
  }

  ended(from: string, id: string): void {
    this.served.delete(`${from}/${id}`);
  }
}

class WireSink implements LogSink {
  constructor(
    private readonly streams: LogStreams,
    private readonly address: string,
    private readonly id: string,
  ) {}
  lines(from: LogFrom, lines: readonly LogLine[]): void {
    this.streams.send(this.address, { logs: 'lines', id: this.id, from, lines });
  }
  end(error: string): void {
    this.streams.ended(this.address, this.id);
    this.streams.send(this.address, { logs: 'end', id: this.id, error });
  }
}

class LocalStream implements LogStream {
  constructor(
    private readonly broker: LogBroker,
    private readonly id: string,
  ) {}
  close(): void {
    this.broker.unsubscribeLogs(this.id);
  }
}

class RemoteStream implements LogStream {
  constructor(
    private readonly streams: LogStreams,
    private readonly id: string,
    private readonly leader: string,
  ) {}
  close(): void {
    this.streams.closeRemote(this.id, this.leader);
  }
}

class ClosedStream implements LogStream {
  close(): void {}
}

function endNow(sink: LogSink, error: string): LogStream {
  sink.end(error);
  return new ClosedStream();
}
