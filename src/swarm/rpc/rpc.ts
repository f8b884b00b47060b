/**
 * Requests between daemons: gRPC on port 2377 in the real system. A call has one answer or one failure;
 * it fails by itself when its time is over or when the connection is reset.
 */
import { isApiError, type ApiError } from '../../api';
import type { Runtime, TimerHandle } from '../../base';
import { rpcError, rpcText, type RpcError } from '../store';

/** What a call fails with: a gRPC status, or an error that the daemon words itself. */
export type Failure = RpcError | ApiError;

export type FailureCause = 'answer' | 'timeout' | 'connection';

/** The caller's continuation. */
export interface RpcReply {
  answered(value: unknown): void;
  failed(error: Failure, why: FailureCause): void;
}

/** The server's end of a call; only the first use counts. */
export interface RpcResponder {
  answer(value: unknown): void;
  fail(error: Failure): void;
}

export interface RpcHandler {
  /** Whether the port is open: only managers listen. */
  readonly listening: boolean;
  serve(service: string, fromAddress: string, body: unknown, responder: RpcResponder): void;
}

export const ERR_DEADLINE: RpcError = rpcError('DeadlineExceeded', 'context deadline exceeded');

export function refusedConnection(address: string): RpcError {
  return rpcError(
    'Unavailable',
    'connection error: desc = "transport: Error while dialing dial tcp ' +
      `${address}: connect: connection refused"`,
  );
}

/** HTTP status of a gRPC code (moby `api/server/httpstatus`). */
const STATUS: Readonly<Record<string, number>> = Object.freeze({
  InvalidArgument: 400,
  FailedPrecondition: 400,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  Unavailable: 503,
  Unimplemented: 501,
});

export function toApiError(failure: Failure): ApiError {
  if (isApiError(failure)) return failure;
  return { status: STATUS[failure.code] ?? 500, message: rpcText(failure) };
}

/** Says that nothing listens here, as a refused connection does. */
export const PORT_CLOSED: WireMessage = Object.freeze({ rpc: 'closed' });

type WireMessage =
  | { readonly rpc: 'closed' }
  | {
      readonly rpc: 'request';
      readonly id: number;
      readonly service: string;
      readonly body: unknown;
    }
  | { readonly rpc: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly rpc: 'failure'; readonly id: number; readonly error: Failure };

interface Outstanding {
  readonly reply: RpcReply;
  readonly address: string;
  readonly port: string;
  timer: TimerHandle | undefined;
}

/** Sends one message to the daemon at a LAN address. */
export interface RpcSender {
  sendRpc(address: string, label: string, message: unknown): void;
}

export class RpcHub {
  private readonly outstanding = new Map<number, Outstanding>();
  private nextId: number;

  constructor(
    private readonly runtime: Runtime,
    private readonly sender: RpcSender,
    private readonly handler: RpcHandler,
    /** Our own LAN address: calls to it never leave the machine. */
    private readonly ownAddress: string,
  ) {
    // Answers to calls of an earlier life of this daemon must not be taken for ours.
    this.nextId = runtime.random('rpc').below(0x40000000) * 1024;
  }

  /** `remote` is "address:port" or an address. */
  call(
    remote: string,
    service: string,
    body: unknown,
    timeoutUs: number,
    reply: RpcReply,
    isOwn = false,
  ): number {
    const [address, port] = splitHostPort(remote);
    const id = this.nextId++;
    const entry: Outstanding = { reply, address, port, timer: undefined };
    this.outstanding.set(id, entry);
    entry.timer = this.runtime.setTimer(timeoutUs, this, 'deadline', id);
    if (isOwn || address === this.ownAddress) {
      this.handler.serve(service, this.ownAddress, body, new LocalResponder(this, id));
      return id;
    }
    const message: WireMessage = { rpc: 'request', id, service, body };
    this.sender.sendRpc(address, service, message);
    return id;
  }

  /** Forgets a call: neither answer nor failure is told. */
  cancel(id: number): void {
    this.runtime.cancelTimer(this.outstanding.get(id)?.timer);
    this.outstanding.delete(id);
  }

  receive(fromAddress: string, message: unknown): void {
    const wire = message as WireMessage;
    if (wire.rpc === 'request') {
      if (!this.handler.listening) return this.send(fromAddress, 'refused', PORT_CLOSED);
      const responder = new RemoteResponder(this, fromAddress, wire.id, wire.service);
      this.handler.serve(wire.service, fromAddress, wire.body, responder);
      return;
    }
    if (wire.rpc === 'answer') this.settle(wire.id, wire.value);
    else if (wire.rpc === 'failure') this.settleFailure(wire.id, wire.error, 'answer');
  }

  /** The daemon at that address is gone: what was asked of it fails. */
  reset(fromAddress: string): void {
    for (const [id, entry] of [...this.outstanding])
      if (entry.address === fromAddress)
        this.settleFailure(id, refusedConnection(`${entry.address}:${entry.port}`), 'connection');
  }

  wake(_tag: string, id: unknown): void {
    this.settleFailure(id as number, ERR_DEADLINE, 'timeout');
  }

  settle(id: number, value: unknown): void {
    const entry = this.outstanding.get(id);
    if (!entry) return;
    this.cancel(id);
    entry.reply.answered(value);
  }

  settleFailure(id: number, error: Failure, why: FailureCause): void {
    const entry = this.outstanding.get(id);
    if (!entry) return;
    this.cancel(id);
    entry.reply.failed(error, why);
  }

  send(address: string, label: string, message: WireMessage): void {
    this.sender.sendRpc(address, label, message);
  }
}

class LocalResponder implements RpcResponder {
  constructor(
    private readonly hub: RpcHub,
    private readonly id: number,
  ) {}
  answer(value: unknown): void {
    this.hub.settle(this.id, value);
  }
  fail(error: Failure): void {
    this.hub.settleFailure(this.id, error, 'answer');
  }
}

class RemoteResponder implements RpcResponder {
  private done = false;
  constructor(
    private readonly hub: RpcHub,
    private readonly address: string,
    private readonly id: number,
    private readonly service: string,
  ) {}
  answer(value: unknown): void {
    if (this.done) return;
    this.done = true;
    this.hub.send(this.address, `${this.service} ok`, { rpc: 'answer', id: this.id, value });
  }
  fail(error: Failure): void {
    if (this.done) return;
    this.done = true;
    this.hub.send(this.address, `${this.service} error`, { rpc: 'failure', id: this.id, error });
  }
}

/** Hands an answer on to whoever asked us. */
export class RelayReply implements RpcReply {
  constructor(private readonly responder: RpcResponder) {}
  answered(value: unknown): void {
    this.responder.answer(value);
  }
  failed(error: Failure): void {
    this.responder.fail(error);
  }
}

/** A message that says so: the connection to its sender is refused. */
export function isPortClosed(message: unknown): boolean {
  return (message as WireMessage).rpc === 'closed';
}

export function splitHostPort(remote: string): [string, string] {
  const mark = remote.lastIndexOf(':');
  return mark < 0 ? [remote, '2377'] : [remote.slice(0, mark), remote.slice(mark + 1)];
}
