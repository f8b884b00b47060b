/**
 * Engine API exchanges that come from outside the machine (the page, `serve`): each is an `ApiCall` whose
 * answer goes out piece by piece.
 */
import { ApiCall, type ApiHead, type ApiRequest, type ApiSink } from '../api';
import { encodeUtf8 } from '../base';
import type { Outbox } from './outbox';

/** Answers what no daemon is there to answer, as a client's library would report it. */
const NO_DAEMON: ApiHead = Object.freeze({
  status: 503,
  headers: Object.freeze({ 'Content-Type': 'application/json' }),
  hijacked: false,
});

class OutsideSink implements ApiSink {
  constructor(
    private readonly owner: ApiCalls,
    private readonly call: string,
    private readonly outbox: Outbox,
  ) {}

  head(head: ApiHead): void {
    this.outbox.put({ kind: 'api-head', call: this.call, head });
  }
  data(data: Uint8Array): void {
    if (data.length > 0) this.outbox.put({ kind: 'api-data', call: this.call, data });
  }
  end(): void {
    this.outbox.put({ kind: 'api-end', call: this.call });
    this.owner.forget(this.call);
  }
}

/** Who answers calls: the daemon of this machine, while it runs. */
export interface Daemon {
  /** False when no daemon listens. */
  accept(call: ApiCall): boolean;
}

export class ApiCalls {
  private readonly calls = new Map<string, ApiCall>();

  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
  ) {}

  open(id: string, request: ApiRequest): void {
    const sink = new OutsideSink(this, id, this.outbox);
    const call = new ApiCall(request, sink);
    this.calls.set(id, call);
    if (this.daemon.accept(call)) return;
    sink.head(NO_DAEMON);
    sink.data(encodeUtf8('{"message":"Cannot connect to the Docker daemon."}\n'));
    sink.end();
  }

  data(id: string, data: Uint8Array): void {
    this.calls.get(id)?.receive(data);
  }
  closeInput(id: string): void {
    this.calls.get(id)?.closeInput();
  }
  hangUp(id: string): void {
    const call = this.calls.get(id);
    this.calls.delete(id);
    call?.hangUp();
  }
  forget(id: string): void {
    this.calls.delete(id);
  }

  /** The daemon is gone: connections close. */
  lose(): void {
    for (const id of [...this.calls.keys()]) {
      this.outbox.put({ kind: 'api-end', call: id });
      this.hangUp(id);
    }
  }
}
