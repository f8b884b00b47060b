/**
 * Handlers that change this node's place in a swarm: init, join, leave, unlock (moby
 * `daemon/cluster/swarm.go`).
 */
import {
  isApiError,
  queryBool,
  route,
  type ApiCall,
  type ApiError,
  type NodeAvailability,
  type Router,
  type SwarmSpec,
} from '../../api';
import { SECOND_US, type Wakeable } from '../../base';
import { parseJoinToken, parseUnlockKey } from '../ca';
import {
  AnswerReply,
  INIT_REQUEST,
  JOIN_REQUEST,
  UNLOCK_REQUEST,
  answerEmpty,
  readBody,
} from '../control';
import { ERR_TOKEN } from '../ca';
import { toApiError, type Failure, type RpcReply } from '../rpc';
import { newId } from '../store';
import { resolveAddresses } from './addresses';
import type { NewClusterSettings } from './become-leader';
import type { NodeIdentity } from './identity';
import { NodeLife, type ReadyWaiter } from './node-life';
import { checkPools } from './pools';
import type { LocalNode } from './local-node';
import * as texts from './texts';

interface InitBody {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly DataPathPort?: number;
  readonly ForceNewCluster?: boolean;
  readonly Spec?: Partial<SwarmSpec>;
  readonly AutoLockManagers?: boolean;
  readonly Availability?: string;
  readonly DefaultAddrPool?: readonly string[];
  readonly SubnetSize?: number;
}

/** An agent that stops waits so long before it lets go of its tasks. */
const LEAVE_US = SECOND_US;

const DEFAULT_POOL = '10.0.0.0/8';
const DEFAULT_SUBNET_SIZE = 24;
const DEFAULT_DATA_PATH_PORT = 4789;

function initSwarm(owner: LocalNode, call: ApiCall): void {
  const body = readBody<InitBody>(call, INIT_REQUEST);
  if (!body) return;
  const force = body.ForceNewCluster ?? false;
  if (owner.life && !force) return call.fail(texts.ERR_SWARM_EXISTS);
  const listenAddr = body.ListenAddr ?? '';
  if (listenAddr === '') return call.fail(emptyListenAddress());
  const addresses = resolveAddresses(
    listenAddr,
    body.AdvertiseAddr ?? '',
    owner.parts.host.interfaces(),
  );
  if (isApiError(addresses)) return call.fail(addresses);
  const availability = readAvailability(body.Availability);
  if (isApiError(availability)) return call.fail(availability);
  const settings = clusterSettings(body);
  if (isApiError(settings)) return call.fail(settings);
  const { listen, advertise } = addresses;
  if (force && canForce(owner)) return forceNewCluster(owner, call, listen, advertise);
  if (owner.life) return call.fail(texts.ERR_SWARM_EXISTS);
  const nodeId = newId(owner.parts.runtime.random('ids'));
  const identity: NodeIdentity = {
    nodeId,
    role: 'manager',
    advertiseAddress: advertise,
    listenAddress: listen,
    availability,
    remotes: [{ nodeId, address: advertise }],
    root: { CACert: '', CACertHash: '', IssuerSubject: '', IssuerPublicKey: '' },
    unlockKey: '',
  };
  const life = new NodeLife(owner.parts);
  owner.life = life;
  const spec = initSpec(body);
  life.initialise(identity, settings);
  life.waitReady(new InitWaiter(owner, call, life, spec));
}

function initSpec(body: InitBody): Partial<SwarmSpec> {
  const { Spec = {} } = body;
  if (!body.AutoLockManagers) return Spec;
  return { ...Spec, EncryptionConfig: { AutoLockManagers: true } };
}

function emptyListenAddress(): ApiError {
  return { status: 400, message: 'invalid ListenAddr "": invalid empty address' };
}

function readAvailability(sent: string | undefined): NodeAvailability | ApiError {
  const text = (sent ?? '').toLowerCase();
  if (text === '') return 'active';
  if (text === 'active' || text === 'pause' || text === 'drain') return text;
  return { status: 400, message: `invalid availability ${JSON.stringify(sent)}` };
}

function clusterSettings(body: InitBody): NewClusterSettings | ApiError {
  const pools = body.DefaultAddrPool ?? [];
  const subnetSize = body.SubnetSize || DEFAULT_SUBNET_SIZE;
  const problem = checkPools(pools, body.SubnetSize ?? 0);
  if (problem !== undefined) return { status: 500, message: problem };
  return {
    defaultAddrPool: pools.length > 0 ? pools : [DEFAULT_POOL],
    subnetSize,
    dataPathPort: body.DataPathPort || DEFAULT_DATA_PATH_PORT,
  };
}

/** A manager's log is on this disk, whether it runs or has lost its quorum. */
function canForce(owner: LocalNode): boolean {
  const { disk, consensus } = owner.parts;
  return disk.identity?.role === 'manager' && consensus.hasState();
}

function forceNewCluster(owner: LocalNode, call: ApiCall, listen: string, advertise: string): void {
  const identity = owner.parts.disk.identity!;
  owner.life?.stop();
  identity.listenAddress = listen;
  identity.advertiseAddress = advertise;
  identity.remotes = [{ nodeId: identity.nodeId, address: advertise }];
  const life = new NodeLife(owner.parts);
  owner.life = life;
  life.resume(identity, true);
  life.waitReady(new ForceWaiter(call, life));
}

class ForceWaiter implements ReadyWaiter {
  constructor(
    private readonly call: ApiCall,
    private readonly life: NodeLife,
  ) {}
  ready(): void {
    this.call.json(200, this.life.nodeId);
  }
  failed(error: Failure): void {
    this.call.fail(toApiError(error));
  }
}

/** The node is up: the request's spec is put over the defaults, then the node's id is answered. */
class InitWaiter implements ReadyWaiter, RpcReply {
  constructor(
    private readonly owner: LocalNode,
    private readonly call: ApiCall,
    private readonly life: NodeLife,
    private readonly spec: Partial<SwarmSpec>,
  ) {}
  ready(): void {
    this.owner.controlCall({ method: 'swarm.init-spec', params: this.spec }, this);
  }
  answered(): void {
    this.call.json(200, this.life.nodeId);
  }
  failed(error: Failure): void {
    this.call.fail(toApiError(error));
  }
}

interface JoinBody {
  readonly ListenAddr?: string;
  readonly AdvertiseAddr?: string;
  readonly RemoteAddrs?: readonly string[];
  readonly JoinToken?: string;
  readonly Availability?: string;
}

function joinSwarm(owner: LocalNode, call: ApiCall): void {
  const body = readBody<JoinBody>(call, JOIN_REQUEST);
  if (!body) return;
  if (owner.life) return call.fail(texts.ERR_SWARM_EXISTS);
  const listenAddr = body.ListenAddr ?? '';
  if (listenAddr === '') return call.fail(emptyListenAddress());
  const remotes = body.RemoteAddrs ?? [];
  if (remotes.length === 0)
    return call.fail({ status: 400, message: 'at least 1 RemoteAddr is required to join' });
  const addresses = resolveAddresses(
    listenAddr,
    body.AdvertiseAddr ?? '',
    owner.parts.host.interfaces(),
  );
  if (isApiError(addresses)) return call.fail(addresses);
  const availability = readAvailability(body.Availability);
  if (isApiError(availability)) return call.fail(availability);
  const token = body.JoinToken ?? '';
  if (token !== '' && parseJoinToken(token) === undefined)
    return call.fail(texts.ERR_INVALID_TOKEN);
  if (token === '') return call.fail(toApiError(ERR_TOKEN));
  const life = new NodeLife(owner.parts);
  owner.life = life;
  life.join({
    remotes: remotes.map(withPort),
    token,
    listen: addresses.listen,
    advertise: addresses.advertise,
    availability,
  });
  life.waitReady(new JoinWaiter(owner, call, life));
}

function withPort(remote: string): string {
  return /:\d+$/.test(remote) ? remote : `${remote}:2377`;
}

class JoinWaiter implements ReadyWaiter {
  constructor(
    private readonly owner: LocalNode,
    private readonly call: ApiCall,
    private readonly life: NodeLife,
  ) {}
  ready(): void {
    this.call.empty(200);
  }
  failed(error: Failure): void {
    // Timed out: it goes on in the background. Refused: as if it had never been tried.
    if (error !== texts.ERR_JOIN_TIMEOUT && this.owner.life === this.life) {
      this.life.stop();
      this.owner.life = undefined;
    }
    this.call.fail(toApiError(error));
  }
}

function unlockSwarm(owner: LocalNode, call: ApiCall): void {
  const body = readBody<{ readonly UnlockKey?: string }>(call, UNLOCK_REQUEST);
  if (!body) return;
  const { life } = owner;
  if (!life) return call.fail(texts.ERR_NO_SWARM);
  if (life.status !== 'locked') return call.fail(texts.ERR_NOT_LOCKED);
  const key = parseUnlockKey(body.UnlockKey ?? '');
  if (key === undefined) return call.fail({ status: 400, message: 'invalid key string' });
  if (key !== life.identity.unlockKey) return call.fail(texts.ERR_INVALID_KEY);
  life.unlock();
  life.waitReady(new UnlockWaiter(call));
}

class UnlockWaiter implements ReadyWaiter {
  constructor(private readonly call: ApiCall) {}
  ready(): void {
    this.call.empty(200);
  }
  failed(error: Failure): void {
    // The daemon waits no longer; the node goes on to start.
    if (error === texts.ERR_JOIN_TIMEOUT) this.call.empty(200);
    else this.call.fail(toApiError(error));
  }
}

function leaveSwarm(owner: LocalNode, call: ApiCall): void {
  const { life } = owner;
  const force = queryBool(call, 'force');
  if (!life) return call.fail(texts.ERR_NO_SWARM);
  if (life.status === 'locked' && !force) return call.fail(texts.ERR_LOCKED_LEAVE);
  const { manager } = life;
  if (manager && !force) {
    if (!life.isManager) return call.fail(texts.leaveRefusal(false, 0, 0)!);
    // The quorum is counted by the leader; without one only the general warning is given.
    const reply = new LeaveReply(call);
    owner.controlCall({ method: 'node.list', params: NO_FILTERS }, reply);
    return;
  }
  const { runtime, executor } = owner.parts;
  // Answered when the agent is done with its containers.
  const waitUs = executor.adopt().length > 0 ? LEAVE_US : 0;
  owner.leave();
  runtime.setTimer(waitUs, new LeftReply(call), 'left', undefined);
}

const NO_FILTERS = Object.freeze({
  names: [],
  ids: [],
  labels: [],
  nodeLabels: [],
  roles: [],
  memberships: [],
});

class LeftReply implements Wakeable {
  constructor(private readonly call: ApiCall) {}
  wake(): void {
    new AnswerReply(this.call, answerEmpty).answered(null);
  }
}

class LeaveReply implements RpcReply {
  constructor(private readonly call: ApiCall) {}
  answered(value: unknown): void {
    let reachable = 0;
    let unreachable = 0;
    for (const node of value as readonly { ManagerStatus?: { Reachability: string } }[]) {
      if (node.ManagerStatus?.Reachability === 'reachable') reachable++;
      else if (node.ManagerStatus) unreachable++;
    }
    this.call.fail(texts.leaveRefusal(true, reachable, unreachable)!);
  }
  failed(): void {
    this.call.fail(texts.leaveUnknown());
  }
}

export const LOCAL_ROUTES: Router<LocalNode> = [
  route('POST /swarm/init', initSwarm),
  route('POST /swarm/join', joinSwarm),
  route('POST /swarm/leave', leaveSwarm),
  route('POST /swarm/unlock', unlockSwarm),
];
