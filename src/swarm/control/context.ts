/**
 * The control API of the leader (swarmkit `manager/controlapi`), asked by the daemons of all managers.
 * A method reads the store at once or queues one transaction; it answers in the shapes of the Engine
 * API, so the asker has only to write them out.
 */
import type { ApiError } from '../../api';
import type { ManagerContext } from '../leader';
import type { Failure, RpcResponder } from '../rpc';
import type { Consensus } from '../seams';
import { rpcError, type RpcError, type Transaction, type WriteView } from '../store';

export interface ControlRequest {
  readonly method: string;
  readonly params: unknown;
}

/** What methods may use. */
export interface ControlContext {
  readonly manager: ManagerContext;
  readonly consensus: Pick<Consensus, 'members' | 'canRemoveMember'>;
}

/** A method: at module level, so that clones share it. */
export type ControlMethod = (
  context: ControlContext,
  params: never,
  responder: RpcResponder,
) => void;

/** One queued write: `change` is a function of module level, `params` is plain data. */
export class ControlWrite<P> implements Transaction {
  private value: unknown;
  private failure: Failure | undefined;

  constructor(
    readonly summary: string,
    private readonly change: (tx: WriteView, params: P, context: ControlContext) => WriteResult,
    private readonly params: P,
    private readonly context: ControlContext,
    private readonly responder: RpcResponder,
  ) {}

  run(tx: WriteView): RpcError | undefined {
    const result = this.change(tx, this.params, this.context);
    if ('failure' in result) {
      this.failure = result.failure;
      return rpcError('Unknown', 'refused');
    }
    this.value = result.value;
    return undefined;
  }
  committed(): void {
    this.responder.answer(this.value);
  }
  refused(error: RpcError): void {
    this.responder.fail(this.failure ?? error);
  }
}

export type WriteResult = { readonly value: unknown } | { readonly failure: Failure };

export function write<P>(
  context: ControlContext,
  responder: RpcResponder,
  summary: string,
  change: (tx: WriteView, params: P, context: ControlContext) => WriteResult,
  params: P,
): void {
  context.manager.store.update(new ControlWrite(summary, change, params, context, responder));
}

export function notFound(kind: string, name: string): ApiError {
  return { status: 404, message: `${kind} ${name} not found` };
}
