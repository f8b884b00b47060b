/**
 * The client's side of a session (moby/buildkit `session`): answers the daemon's calls for files, secrets
 * and a place to put files, while the build goes on.
 */
import {
  CHECK_AGENT,
  CREDENTIALS,
  DIFF_COPY,
  GET_SECRET,
  GRPC_NOT_FOUND,
  GRPC_OK,
  GRPC_UNIMPLEMENTED,
  GRPC_UNKNOWN,
  GrpcConnection,
  HEALTH_CHECK,
  ProtoWriter,
  SEND_FILES,
  readPacket,
  readProto,
  textOf,
  writePacket,
  type GrpcEvent,
  type Header,
} from '../../api';
import { NO_BYTES } from '../../base';
import { SysError, sys, type Sys } from '../../kernel';
import { errnoText } from '../files';
import { FileReceiver } from './receive';
import { SendFailure, walkFolder } from './walk';

export interface SessionOffer {
  /** Folders by the name that the daemon calls them. */
  readonly folders: ReadonlyMap<string, { readonly path: string; readonly resetOwner: boolean }>;
  /** Bytes of secrets by id. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Where files go: a folder, or an open file for an archive. */
  readonly target: { readonly folder: string } | { readonly fd: number } | undefined;
}

const PIECE = 32 * 1024;

/** A transfer of files to the daemon. */
interface Sending {
  readonly folder: string;
  readonly paths: readonly string[];
}

export class SessionServer {
  private readonly grpc = new GrpcConnection('server');
  private readonly methods = new Map<number, string>();
  private readonly sendings = new Map<number, Sending>();
  private readonly receivers = new Map<number, FileReceiver>();

  constructor(
    private readonly fd: number,
    private readonly offer: SessionOffer,
  ) {}

  /** Bytes of the daemon have come; false when the connection is of no use any more. */
  *receive(bytes: Uint8Array): Sys<boolean> {
    let alive = true;
    for (const event of this.grpc.receive(bytes)) {
      if (event.kind === 'lost') alive = false;
      else yield* this.take(event);
    }
    yield* this.flush();
    return alive;
  }

  private *flush(): Sys<void> {
    const bytes = this.grpc.takeOutput();
    if (bytes.length === 0) return;
    try {
      yield* sys.write(this.fd, bytes);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  private *take(event: GrpcEvent): Sys<void> {
    if (event.kind === 'call') yield* this.called(event.stream, event.method, event.metadata);
    else if (event.kind === 'message') yield* this.message(event.stream, event.data);
    else if (event.kind === 'half-closed') yield* this.callerDone(event.stream);
    else if (event.kind === 'canceled') this.forget(event.stream);
  }

  private forget(stream: number): void {
    this.methods.delete(stream);
    this.sendings.delete(stream);
    this.receivers.delete(stream);
  }

  private finish(stream: number, code = GRPC_OK, message = ''): void {
    this.grpc.status(stream, { code, message });
    this.forget(stream);
  }

  private *called(stream: number, method: string, metadata: readonly Header[]): Sys<void> {
    this.methods.set(stream, method);
    if (method === DIFF_COPY) yield* this.beginSending(stream, metadata);
    else if (method === SEND_FILES && this.offer.target && 'folder' in this.offer.target)
      this.receivers.set(stream, new FileReceiver(this.offer.target.folder));
    else if (!ANSWERED.includes(method))
      this.finish(stream, GRPC_UNIMPLEMENTED, `unknown method ${method}`);
  }

  // --- files for the daemon

  private *beginSending(stream: number, metadata: readonly Header[]): Sys<void> {
    const all = (name: string) => metadata.filter(([key]) => key === name).map(([, v]) => v);
    const name = all('dir-name')[0] ?? '';
    const folder = this.offer.folders.get(name);
    if (!folder) return this.finish(stream, GRPC_NOT_FOUND, `no access allowed to dir "${name}"`);
    try {
      const stats = yield* walkFolder(folder.path, {
        followPaths: all('followpaths'),
        excludes: all('exclude-patterns'),
        resetOwner: folder.resetOwner,
      });
      for (const stat of stats) this.grpc.message(stream, writePacket({ kind: 'stat', stat }));
      this.grpc.message(stream, writePacket({ kind: 'stat', stat: undefined }));
      this.sendings.set(stream, { folder: folder.path, paths: stats.map(({ path }) => path) });
    } catch (error) {
      this.sendError(stream, error);
    }
  }

  private sendError(stream: number, error: unknown): void {
    if (!(error instanceof SendFailure) && !(error instanceof SysError)) throw error;
    const message = error instanceof SysError ? errnoText(error) : error.message;
    this.grpc.message(stream, writePacket({ kind: 'error', message }));
    this.finish(stream, GRPC_UNKNOWN, message);
  }

  private *sendFile(stream: number, id: number): Sys<void> {
    const sending = this.sendings.get(stream);
    const path = sending?.paths[id];
    if (!sending || path === undefined) return;
    try {
      const data = yield* sys.readFile(`${sending.folder}/${path}`);
      for (let at = 0; at < data.length; at += PIECE) {
        const piece = data.subarray(at, at + PIECE);
        this.grpc.message(stream, writePacket({ kind: 'data', id, data: piece }));
      }
      this.grpc.message(stream, writePacket({ kind: 'data', id, data: NO_BYTES }));
    } catch (error) {
      this.sendError(stream, error);
    }
  }

  // --- messages

  private *message(stream: number, data: Uint8Array): Sys<void> {
    switch (this.methods.get(stream)) {
      case DIFF_COPY: {
        const packet = readPacket(data);
        if (packet?.kind === 'request') yield* this.sendFile(stream, packet.id);
        else if (packet?.kind === 'fin') {
          this.grpc.message(stream, writePacket({ kind: 'fin' }));
          this.finish(stream);
        }
        return;
      }
      case SEND_FILES:
        return yield* this.takeFiles(stream, data);
      case GET_SECRET:
        return this.answerSecret(stream, data);
      case CHECK_AGENT:
        return this.finish(stream, GRPC_NOT_FOUND, 'unset ssh forward key');
      case CREDENTIALS:
        this.grpc.message(stream, NO_BYTES);
        return this.finish(stream);
      case HEALTH_CHECK:
        this.grpc.message(stream, new ProtoWriter().number(1, 1).finish());
        return this.finish(stream);
    }
  }

  private answerSecret(stream: number, data: Uint8Array): void {
    const field = (readProto(data) ?? []).find(({ field: number }) => number === 1);
    const id = field ? textOf(field) : '';
    const secret = this.offer.secrets.get(id);
    if (!secret) return this.finish(stream, GRPC_NOT_FOUND, `secret ${id} not found`);
    this.grpc.message(stream, new ProtoWriter().bytes(1, secret).finish());
    this.finish(stream);
  }

  private *takeFiles(stream: number, data: Uint8Array): Sys<void> {
    const { target } = this.offer;
    if (target && 'fd' in target) {
      for (const field of readProto(data) ?? [])
        if (field.field === 1) yield* sys.write(target.fd, field.bytes);
      return;
    }
    const receiver = this.receivers.get(stream);
    const packet = readPacket(data);
    if (!receiver || !packet) return;
    for (const answer of yield* receiver.take(packet))
      this.grpc.message(stream, writePacket(answer));
    if (packet.kind === 'fin') this.finish(stream);
  }

  private *callerDone(stream: number): Sys<void> {
    const method = this.methods.get(stream);
    if (method === SEND_FILES || method === DIFF_COPY) this.finish(stream);
    yield* [];
  }
}

const ANSWERED = [SEND_FILES, GET_SECRET, CHECK_AGENT, CREDENTIALS, HEALTH_CHECK, DIFF_COPY];
