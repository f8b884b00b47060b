/**
 * Sessions of clients (moby/buildkit `session`): a connection on which the daemon calls the client, for
 * its files, its secrets and its keys. `POST /session` opens it.
 */
import {
  GRPC_UNAVAILABLE,
  GrpcConnection,
  route,
  type ApiCall,
  type ApiReceiver,
  type GrpcStatus,
  type Header,
  type Router,
} from '../../api';
import type { Engine } from '../engine';

/** Whoever made a call of the client. */
export interface SessionCaller {
  /** A message of the answer. */
  answered(stream: number, data: Uint8Array): void;
  /** The answer is over. */
  ended(stream: number, status: GrpcStatus): void;
}

export class BuildSession implements ApiReceiver {
  private readonly grpc = new GrpcConnection('client');
  private readonly callers = new Map<number, SessionCaller>();
  closed = false;

  constructor(
    private readonly sessions: Sessions,
    readonly id: string,
    readonly sharedKey: string,
    private readonly methods: ReadonlySet<string>,
    private readonly http: ApiCall,
  ) {}

  begin(): void {
    this.flush();
  }

  offers(method: string): boolean {
    return this.methods.has(method);
  }

  call(method: string, metadata: readonly Header[], caller: SessionCaller): number {
    const stream = this.grpc.call(method, metadata);
    this.callers.set(stream, caller);
    this.flush();
    return stream;
  }

  send(stream: number, data: Uint8Array): void {
    this.grpc.message(stream, data);
    this.flush();
  }

  /** One message and no more. */
  sendLast(stream: number, data: Uint8Array): void {
    this.grpc.message(stream, data);
    this.grpc.halfClose(stream);
    this.flush();
  }

  halfClose(stream: number): void {
    this.grpc.halfClose(stream);
    this.flush();
  }

  cancel(stream: number): void {
    if (!this.callers.delete(stream)) return;
    this.grpc.cancel(stream);
    this.flush();
  }

  private flush(): void {
    const bytes = this.grpc.takeOutput();
    if (bytes.length > 0 && !this.closed) this.http.write(bytes);
  }

  receive(bytes: Uint8Array): void {
    for (const event of this.grpc.receive(bytes)) {
      if (event.kind === 'lost') this.lose();
      else if (event.kind === 'message')
        this.callers.get(event.stream)?.answered(event.stream, event.data);
      else if (event.kind === 'status') this.end(event.stream, event.status);
      else if (event.kind === 'canceled')
        this.end(event.stream, { code: 1, message: 'context canceled' });
    }
    this.flush();
  }

  private end(stream: number, status: GrpcStatus): void {
    const caller = this.callers.get(stream);
    this.callers.delete(stream);
    caller?.ended(stream, status);
  }

  closeInput(): void {
    this.lose();
  }

  hangUp(): void {
    this.lose();
  }

  private lose(): void {
    if (this.closed) return;
    this.closed = true;
    this.sessions.forget(this.id);
    const status = { code: GRPC_UNAVAILABLE, message: 'transport is closing' };
    for (const stream of [...this.callers.keys()]) this.end(stream, status);
    this.http.end();
  }
}

export class Sessions {
  private readonly byId = new Map<string, BuildSession>();

  find(id: string): BuildSession | undefined {
    return this.byId.get(id);
  }

  forget(id: string): void {
    this.byId.delete(id);
  }

  open(call: ApiCall): void {
    const header = (name: string) => call.headers[`x-docker-expose-session-${name}`] ?? '';
    const id = header('uuid');
    const protocol = call.headers['upgrade'] ?? '';
    const refuse = (message: string) => call.fail({ status: 400, message });
    if (this.byId.has(id)) return refuse(`session ${id} already exists`);
    if (protocol === '') return refuse('no upgrade proto in request');
    if (protocol !== 'h2c') return refuse(`protocol ${protocol} not supported`);
    const methods = new Set(header('grpc-method').split(/, */));
    const session = new BuildSession(this, id, header('sharedkey'), methods, call);
    this.byId.set(id, session);
    call.switchTo(protocol, session);
    session.begin();
  }
}

export const SESSION_ROUTES: Router<Engine> = [
  route('POST /session', (engine, call) => engine.buildKit.sessions.open(call)),
];
