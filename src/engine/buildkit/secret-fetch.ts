/** Secrets that a RUN mounts, asked of the client one after the other (moby/buildkit `session/secrets`). */
import {
  CHECK_AGENT,
  GET_SECRET,
  GRPC_NOT_FOUND,
  GRPC_OK,
  ProtoWriter,
  readProto,
  type GrpcStatus,
} from '../../api';
import { NO_BYTES } from '../../base';
import type { ExecWork } from './exec-op';
import type { ExecMount } from './llb';
import type { BuildSession, SessionCaller } from './session';

export interface FetchedSecret {
  readonly mount: ExecMount;
  readonly data: Uint8Array;
}

export class SecretFetch implements SessionCaller {
  private readonly mounts: readonly ExecMount[];
  private readonly got: FetchedSecret[] = [];
  private at = 0;
  private data: Uint8Array = NO_BYTES;

  constructor(private readonly exec: ExecWork) {
    const { mounts } = exec.op;
    this.mounts = mounts.filter(({ kind }) => kind === 'secret' || kind === 'ssh');
  }

  begin(): void {
    this.next();
  }

  private get session(): BuildSession | undefined {
    for (const job of this.exec.vertex.jobs) if (job.session) return job.session;
    return undefined;
  }

  private next(): void {
    const mount = this.mounts[this.at];
    if (!mount) return this.exec.secretsFetched(this.got);
    const method = mount.kind === 'secret' ? GET_SECRET : CHECK_AGENT;
    const { session } = this;
    if (!session?.offers(method)) return this.absent(mount);
    this.data = NO_BYTES;
    const stream = session.call(method, [], this);
    session.sendLast(stream, new ProtoWriter().text(1, mount.id).finish());
  }

  private absent(mount: ExecMount): void {
    if (mount.required) {
      const id = JSON.stringify(mount.id);
      const noKey = `no SSH key ${id} forwarded from the client`;
      return this.exec.secretsFetched(
        mount.kind === 'ssh' ? noKey : `secret ${mount.id} not found: not found`,
      );
    }
    this.at++;
    this.next();
  }

  answered(_stream: number, message: Uint8Array): void {
    for (const field of readProto(message) ?? []) if (field.field === 1) this.data = field.bytes;
  }

  ended(_stream: number, { code, message }: GrpcStatus): void {
    const mount = this.mounts[this.at]!;
    if (code === GRPC_NOT_FOUND) return this.absent(mount);
    if (code !== GRPC_OK)
      return this.exec.secretsFetched(`rpc error: code = Unknown desc = ${message}`);
    if (mount.kind === 'secret') this.got.push({ mount, data: this.data });
    this.at++;
    this.next();
  }
}
