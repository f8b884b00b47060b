/** The leader's end of the control API: methods by name. */
import type { ManagerContext } from '../leader';
import type { RpcResponder } from '../rpc';
import type { Consensus } from '../seams';
import { rpcError } from '../store';
import { ATTACHMENT_METHODS } from './attachments';
import { CLUSTER_METHODS } from './cluster';
import type { ControlContext, ControlMethod, ControlRequest } from './context';
import { NETWORK_METHODS } from './networks';
import { NODE_METHODS } from './nodes';
import { SECRET_METHODS } from './secrets';
import { SERVICE_METHODS } from './services';
import { TASK_METHODS } from './tasks';

const METHODS: Readonly<Record<string, ControlMethod>> = Object.freeze({
  ...ATTACHMENT_METHODS,
  ...CLUSTER_METHODS,
  ...NETWORK_METHODS,
  ...NODE_METHODS,
  ...SECRET_METHODS,
  ...SERVICE_METHODS,
  ...TASK_METHODS,
});

export class ControlServer implements ControlContext {
  constructor(
    readonly manager: ManagerContext,
    readonly consensus: Pick<Consensus, 'members' | 'canRemoveMember'>,
  ) {}

  serve(request: ControlRequest, responder: RpcResponder): void {
    const method = METHODS[request.method];
    if (!method)
      return responder.fail(rpcError('Unimplemented', `unknown method ${request.method}`));
    method(this, request.params as never, responder);
  }
}
