/**
 * What a store or control call fails with: a gRPC status. Models grpc `status.Error` and the errors of
 * swarmkit `manager/state/store/memory.go`; the text that a client of the Engine API sees is made by
 * `rpcText`.
 */

export type RpcCode =
  | 'Unknown'
  | 'InvalidArgument'
  | 'NotFound'
  | 'AlreadyExists'
  | 'FailedPrecondition'
  | 'PermissionDenied'
  | 'DeadlineExceeded'
  | 'Unavailable'
  | 'ResourceExhausted'
  | 'Unimplemented'
  | 'Canceled'
  | 'Aborted'
  | 'Internal';

export interface RpcError {
  readonly code: RpcCode;
  readonly desc: string;
}

export function rpcError(code: RpcCode, desc: string): RpcError {
  return Object.freeze({ code, desc });
}

/** As grpc prints it. */
export function rpcText(error: RpcError): string {
  return `rpc error: code = ${error.code} desc = ${error.desc}`;
}

// Errors of swarmkit's store; they are plain Go errors, so a client sees code Unknown.
export const ERR_EXIST = rpcError('Unknown', 'object already exists');
export const ERR_NOT_EXIST = rpcError('Unknown', 'object does not exist');
export const ERR_NAME_CONFLICT = rpcError('Unknown', 'name conflicts with an existing object');
export const ERR_SEQUENCE_CONFLICT = rpcError('Unknown', 'update out of sequence');
export const ERR_TOO_LARGE = rpcError(
  'Unknown',
  "raft: raft message is too large and can't be sent",
);
export const ERR_LOST_LEADERSHIP = rpcError(
  'Unknown',
  'raft: failed to process the request: node lost leader status',
);
export const ERR_STOPPED = rpcError(
  'Unknown',
  'raft: failed to process the request: node is stopped',
);
