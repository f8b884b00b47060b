/** The swarm itself (swarmkit `manager/controlapi/cluster.go`, moby `daemon/cluster/swarm.go`). */
import type { SwarmSpec } from '../../api';
import { newJoinToken, newRootCa, newUnlockKey, readableUnlockKey } from '../ca';
import { rpcError, type StoredCluster, type WriteView } from '../store';
import { clusterAnswer, swarmAnswer } from './answers';
import { write, type ControlContext, type ControlMethod, type WriteResult } from './context';

const HOUR_NS = 3_600_000_000_000;

const inspect: ControlMethod = (context, _params: unknown, responder) => {
  const [cluster] = context.manager.store.all('cluster');
  if (!cluster) return responder.fail({ status: 500, message: 'no swarm found' });
  responder.answer(swarmAnswer(cluster));
};

/** What `docker info` asks of the leader. */
const info: ControlMethod = (context, _params: unknown, responder) => {
  const [cluster] = context.manager.store.all('cluster');
  const nodes = context.manager.store.all('node');
  const members = context.consensus.members();
  const managers = nodes.filter((node) => members.some((member) => member.nodeId === node.ID));
  responder.answer({
    nodes: nodes.length,
    managers: managers.length,
    cluster: cluster && clusterAnswer(cluster),
  });
};

const unlockKey: ControlMethod = (context, _params: unknown, responder) => {
  const [cluster] = context.manager.store.all('cluster');
  responder.answer({ UnlockKey: readableUnlockKey(cluster?.UnlockKey ?? '') });
};

interface UpdateParams {
  readonly version: number;
  readonly spec: SwarmSpec;
  readonly rotateWorkerToken: boolean;
  readonly rotateManagerToken: boolean;
  readonly rotateManagerUnlockKey: boolean;
}

const update: ControlMethod = (context, params: UpdateParams, responder) => {
  const { NodeCertExpiry } = params.spec.CAConfig;
  if (NodeCertExpiry !== undefined && NodeCertExpiry !== 0 && NodeCertExpiry < HOUR_NS)
    return responder.fail(
      rpcError('InvalidArgument', 'minimum certificate expiry time is: 1h0m0s'),
    );
  if ((params.spec.Dispatcher.HeartbeatPeriod ?? 0) < 0)
    return responder.fail(
      rpcError('InvalidArgument', 'heartbeat time period cannot be a negative duration'),
    );
  write(context, responder, 'swarm updated', changeCluster, params);
};

function changeCluster(tx: WriteView, params: UpdateParams, context: ControlContext): WriteResult {
  const [old] = tx.all('cluster');
  if (!old) return { failure: rpcError('NotFound', 'cluster not found') };
  const random = context.manager.runtime.random('cluster');
  let { RootCA, UnlockKey } = old;
  const { Worker, Manager } = RootCA.JoinTokens;
  const rotate = params.spec.CAConfig.ForceRotate ?? 0;
  if (rotate > RootCA.LastForcedRotation) {
    // A new root at once: the simulated certificates need no phase in which both are trusted.
    RootCA = {
      ...newRootCa(random, context.manager.clock.unixUs()),
      LastForcedRotation: rotate,
    };
  } else {
    const hash = RootCA.CACertHash;
    const JoinTokens = {
      Worker: params.rotateWorkerToken ? newJoinToken(random, hash) : Worker,
      Manager: params.rotateManagerToken ? newJoinToken(random, hash) : Manager,
    };
    RootCA = { ...RootCA, JoinTokens };
  }
  const isLocked = params.spec.EncryptionConfig.AutoLockManagers;
  if (!isLocked) UnlockKey = '';
  else if (UnlockKey === '' || params.rotateManagerUnlockKey) UnlockKey = newUnlockKey(random);
  const cluster: StoredCluster = {
    ...old,
    Version: { Index: params.version },
    Spec: params.spec,
    RootCA,
    UnlockKey,
  };
  const failure = tx.update('cluster', cluster);
  return failure ? { failure } : { value: null };
}

/** After `swarm init`: what the request said over the defaults (moby `initClusterSpec`). */
const initSpec: ControlMethod = (context, spec: Partial<SwarmSpec>, responder) => {
  write(context, responder, 'swarm settings', changeInitSpec, spec);
};

function changeInitSpec(
  tx: WriteView,
  spec: Partial<SwarmSpec>,
  context: ControlContext,
): WriteResult {
  const [cluster] = tx.all('cluster');
  if (!cluster) return { failure: rpcError('NotFound', 'cluster not found') };
  const { Spec } = cluster;
  const merged: SwarmSpec = {
    ...Spec,
    Labels: spec.Labels ?? Spec.Labels,
    Orchestration: given(Spec.Orchestration, spec.Orchestration),
    Raft: given(Spec.Raft, spec.Raft),
    Dispatcher: given(Spec.Dispatcher, spec.Dispatcher),
    CAConfig: given(Spec.CAConfig, spec.CAConfig),
    TaskDefaults: given(Spec.TaskDefaults, spec.TaskDefaults),
    EncryptionConfig: given(Spec.EncryptionConfig, spec.EncryptionConfig),
  };
  const isLocked = merged.EncryptionConfig.AutoLockManagers;
  const random = context.manager.runtime.random('cluster');
  const UnlockKey = isLocked && cluster.UnlockKey === '' ? newUnlockKey(random) : cluster.UnlockKey;
  const failure = tx.update('cluster', { ...cluster, Spec: merged, UnlockKey });
  return failure ? { failure } : { value: null };
}

/** Fields that are neither absent nor zero win over the defaults. */
function given<T extends object>(defaults: T, asked: Partial<T> | undefined): T {
  const out = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(asked ?? {}))
    if (value !== undefined && value !== null && value !== 0 && value !== '') out[key] = value;
  return out as T;
}

export const CLUSTER_METHODS: Readonly<Record<string, ControlMethod>> = {
  'swarm.inspect': inspect,
  'swarm.info': info,
  'swarm.unlockkey': unlockKey,
  'swarm.update': update,
  'swarm.init-spec': initSpec,
};
