/**
 * The certificate authority of the leader (swarmkit `ca/server.go`): issues a certificate against a
 * join token, which is what makes a node object, and renews it in the role that the role manager gave.
 */
import type { NodeAvailability, NodeRole } from '../../api';
import type { RpcResponder } from '../rpc';
import {
  rpcError,
  type RpcError,
  type StoredNode,
  type Transaction,
  type WriteView,
} from '../store';
import type { ManagerContext } from '../leader';

export interface IssueRequest {
  readonly token: string;
  readonly availability: NodeAvailability;
}
export interface IssuedCertificate {
  readonly nodeId: string;
  readonly role: NodeRole;
}

export const ERR_TOKEN: RpcError = rpcError(
  'InvalidArgument',
  'A valid join token is necessary to join this cluster',
);

/** `IssueNodeCertificate`. */
export function issueCertificate(
  context: ManagerContext,
  request: IssueRequest,
  responder: RpcResponder,
): void {
  const [cluster] = context.store.all('cluster');
  const tokens = cluster?.RootCA.JoinTokens;
  const role: NodeRole | undefined =
    request.token === tokens?.Manager
      ? 'manager'
      : request.token === tokens?.Worker
        ? 'worker'
        : undefined;
  if (!role) return responder.fail(ERR_TOKEN);
  context.store.update(new CreateNode(context.newId(), role, request.availability, responder));
}

/** The object of a node that has a certificate and nothing else yet. */
export function newNode(id: string, role: NodeRole, availability: NodeAvailability): StoredNode {
  return {
    ID: id,
    Version: { Index: 0 },
    CreatedAt: '',
    UpdatedAt: '',
    Spec: { Labels: {}, Role: role, Availability: availability },
    Description: {
      Hostname: '',
      Platform: { Architecture: '', OS: '' },
      Resources: {},
      Engine: { EngineVersion: '', Plugins: [] },
    },
    Status: { State: 'unknown', Addr: '' },
    Role: role,
    Certificate: { Status: 'issued', Role: role },
  };
}

class CreateNode implements Transaction {
  readonly summary: string;
  constructor(
    private readonly id: string,
    private readonly role: NodeRole,
    private readonly availability: NodeAvailability,
    private readonly responder: RpcResponder,
  ) {
    this.summary = `node ${id} joins as ${role}`;
  }
  run(tx: WriteView): RpcError | undefined {
    return tx.create('node', newNode(this.id, this.role, this.availability));
  }
  committed(): void {
    const issued: IssuedCertificate = { nodeId: this.id, role: this.role };
    this.responder.answer(issued);
  }
  refused(error: RpcError): void {
    this.responder.fail(error);
  }
}

/** A renewal: the certificate comes in the role that the node now has. */
export function renewCertificate(
  context: ManagerContext,
  nodeId: string,
  responder: RpcResponder,
): void {
  if (!context.store.get('node', nodeId))
    return responder.fail(rpcError('NotFound', `node ${nodeId} not found`));
  context.store.update(new RenewNode(nodeId, responder));
}

class RenewNode implements Transaction {
  readonly summary: string;
  private role: NodeRole = 'worker';
  constructor(
    private readonly id: string,
    private readonly responder: RpcResponder,
  ) {
    this.summary = `node ${id} renews its certificate`;
  }
  run(tx: WriteView): RpcError | undefined {
    const node = tx.get('node', this.id);
    if (!node) return rpcError('NotFound', `node ${this.id} not found`);
    this.role = node.Role;
    if (node.Certificate.Status === 'issued' && node.Certificate.Role === node.Role)
      return undefined;
    return tx.update('node', { ...node, Certificate: { Status: 'issued', Role: node.Role } });
  }
  committed(): void {
    const issued: IssuedCertificate = { nodeId: this.id, role: this.role };
    this.responder.answer(issued);
  }
  refused(error: RpcError): void {
    this.responder.fail(error);
  }
}
