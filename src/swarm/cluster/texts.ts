/** What the daemon says of its place in a swarm (moby `daemon/cluster/errors.go`, `swarm.go`). */
import type { ApiError } from '../../api';
import { rpcError, type RpcError } from '../store';

function unavailable(message: string): ApiError {
  return Object.freeze({ status: 503, message });
}

export const ERR_NO_SWARM = unavailable('This node is not part of a swarm');
export const ERR_SWARM_EXISTS = unavailable(
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
);
export const ERR_NOT_MANAGER_OUTSIDE = unavailable(
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this ' +
    'node to swarm and try again.',
);
export const ERR_NOT_MANAGER_WORKER = unavailable(
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. " +
    'Please run this command on a manager node or promote the current node to a manager.',
);
export const ERR_MANAGER_PREPARED = unavailable(
  'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.',
);
export const ERR_LOCKED = unavailable(
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm ' +
    'unlock" to unlock it.',
);
export const ERR_LOCKED_LEAVE = unavailable(
  'Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.',
);
export const ERR_JOIN_TIMEOUT = unavailable(
  'Timeout was reached before node joined. The attempt to join the swarm will continue in the ' +
    'background. Use the "docker info" command to see the current swarm status of your node.',
);
export const ERR_NOT_LOCKED: ApiError = Object.freeze({
  status: 409,
  message: 'swarm is not locked',
});
export const ERR_INVALID_KEY: ApiError = Object.freeze({
  status: 401,
  message: 'swarm could not be unlocked: invalid key provided',
});
export const ERR_INVALID_TOKEN: ApiError = Object.freeze({
  status: 500,
  message: 'invalid join token',
});

/** swarmkit `raft.go` errLostQuorum. */
export const ERR_NO_LEADER: RpcError = rpcError(
  'Unknown',
  "The swarm does not have a leader. It's possible that too few managers are online. Make sure more " +
    'than half of the managers are online.',
);
/** Said by a manager that is asked as the leader and is not; the asker looks for another. */
export const ERR_NOT_LEADER: RpcError = rpcError('Unavailable', 'raft: not the leader');

/** Why a manager may not simply leave (`Leave` with its rules of `utils.go`); undefined if it may. */
export function leaveRefusal(
  active: boolean,
  reachable: number,
  unreachable: number,
): ApiError | undefined {
  let message =
    'You are attempting to leave the swarm on a node that is participating as a manager. ';
  if (active) {
    if (reachable === 1 && unreachable === 0)
      return unavailable(
        `${message}Removing the last manager erases all current state of the swarm. Use ` +
          '`--force` to ignore this message. ',
      );
    if (reachable - 2 <= unreachable)
      message +=
        `Removing this node leaves ${reachable - 1} managers out of ${reachable + unreachable}. ` +
        'Without a Raft quorum your swarm will be inaccessible. ';
  } else message += 'Doing so may lose the consensus of your cluster. ';
  return unavailable(
    `${message}The only way to restore a swarm that has lost consensus is to reinitialize it with ` +
      '`--force-new-cluster`. Use `--force` to suppress this message.',
  );
}

/** The same when the leader cannot say how many managers there are. */
export function leaveUnknown(): ApiError {
  return unavailable(
    'You are attempting to leave the swarm on a node that is participating as a manager. The only ' +
      'way to restore a swarm that has lost consensus is to reinitialize it with ' +
      '`--force-new-cluster`. Use `--force` to suppress this message.',
  );
}
