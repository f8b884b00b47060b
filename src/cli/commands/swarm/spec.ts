/**
 * Flags that `swarm init`, `update` and `ca` share, and what they do to the spec of the swarm.
 */
import type { SwarmSpec } from '../../../api';
import type { FlagSet } from '../../flags';

/** The spec of a new swarm: what is left out is the daemon's to fill in. */
export function emptySpec(): SwarmSpec {
  return {
    Labels: null,
    Orchestration: {},
    Raft: { ElectionTick: 0, HeartbeatTick: 0 },
    Dispatcher: {},
    CAConfig: {},
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
  } as unknown as SwarmSpec;
}

/** Changes what was given on the command line. */
export function applySwarmFlags(spec: SwarmSpec, flags: FlagSet): void {
  if (flags.changed('task-history-limit'))
    spec.Orchestration.TaskHistoryRetentionLimit = flags.number('task-history-limit');
  if (flags.changed('dispatcher-heartbeat'))
    spec.Dispatcher.HeartbeatPeriod = flags.number('dispatcher-heartbeat');
  if (flags.changed('snapshot-interval'))
    spec.Raft.SnapshotInterval = flags.number('snapshot-interval');
  if (flags.changed('max-snapshots')) spec.Raft.KeepOldSnapshots = flags.number('max-snapshots');
  if (flags.changed('autolock')) spec.EncryptionConfig.AutoLockManagers = flags.bool('autolock');
  applyCaFlags(spec, flags);
}

export function applyCaFlags(spec: SwarmSpec, flags: FlagSet): void {
  if (flags.changed('cert-expiry')) spec.CAConfig.NodeCertExpiry = flags.number('cert-expiry');
  if (flags.changed('external-ca'))
    spec.CAConfig.ExternalCAs = [
      ...flags.list<NonNullable<SwarmSpec['CAConfig']['ExternalCAs']>[number]>('external-ca'),
    ];
}

/** Query of a swarm update that rotates nothing. */
export const updateQuery = (version: number, rotate: Readonly<Record<string, boolean>> = {}) => ({
  version,
  rotateWorkerToken: false,
  rotateManagerToken: false,
  rotateManagerUnlockKey: false,
  ...rotate,
});
