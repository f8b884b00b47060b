/**
 * The swarm of one machine behind one door (moby `daemon/cluster.Cluster`): HTTP handlers, messages of
 * other daemons, start and stop. It holds at most one `NodeLife`.
 */
import {
  dispatch,
  type ApiCall,
  type ApiError,
  type NodeScreen,
  type RaftScreen,
  type SwarmStatus,
} from '../../api';
import type { Runtime } from '../../base';
import {
  SECRET_ROUTES,
  isShownNetwork,
  SERVICE_ROUTES,
  SWARM_ROUTES,
  configAnswer,
  nodeAnswer,
  secretAnswer,
  serviceAnswer,
  taskAnswer,
  type ControlRequest,
  type LogStream,
} from '../control';
import type { LogRequest, LogSink } from '../leader';
import { PORT_CLOSED, type RpcReply } from '../rpc';
import type { ConsensusFactory, Executor, ExecutorEvent, SwarmTransport } from '../seams';
import { SwarmClock } from '../store';
import type { SwarmDisk } from './identity';
import type { LocalNode } from './local-node';
import { LOCAL_ROUTES } from './local-routes';
import { LOG_ROUTES } from './log-routes';
import { LogStreams } from './log-streams';
import { NodeLife, type LifeParts, type SwarmHost } from './node-life';
import { StatusRequest, type StatusReceiver } from './status';
import * as texts from './texts';

export interface SwarmNodeDeps {
  readonly runtime: Runtime;
  /** Unix microseconds at virtual time 0. */
  readonly epochUs: number;
  /** LAN address of the machine. */
  readonly address: string;
  /** Survives power-off. */
  readonly disk: SwarmDisk;
  readonly transport: SwarmTransport;
  readonly consensus: ConsensusFactory;
  readonly executor: Executor;
  readonly host: SwarmHost;
}

export class SwarmNode implements LocalNode {
  readonly parts: LifeParts;
  life: NodeLife | undefined;
  private readonly logs: LogStreams;

  constructor(deps: SwarmNodeDeps) {
    const { runtime, address, disk, transport, consensus, executor, host } = deps;
    const clock = new SwarmClock(runtime, deps.epochUs);
    this.parts = { runtime, clock, address, disk, transport, consensus, executor, host };
    this.logs = new LogStreams(this.parts, this);
  }

  // --- power

  /** The daemon starts: goes on where the disk says it was. */
  boot(): void {
    const { identity } = this.parts.disk;
    if (!identity) return;
    this.life = new NodeLife(this.parts);
    this.life.resume(identity, false);
  }

  /** Orderly stop of the daemon. Nobody is told, as in the real system. */
  shutdown(): void {
    this.life?.stop();
    this.life = undefined;
  }

  powerOff(): void {
    this.shutdown();
  }

  // --- input

  /** True if the call was for the swarm. */
  handle(call: ApiCall): boolean {
    return (
      dispatch(LOCAL_ROUTES, this, call) ||
      dispatch(SWARM_ROUTES, this, call) ||
      dispatch(SERVICE_ROUTES, this, call) ||
      dispatch(LOG_ROUTES, this, call) ||
      dispatch(SECRET_ROUTES, this, call)
    );
  }

  receive(from: string, channel: 'raft' | 'dispatcher' | 'control', message: unknown): void {
    if (channel === 'control' && this.logs.receive(from, message)) return;
    if (this.life && this.life.status !== 'locked') this.life.receive(from, channel, message);
    // Nothing listens on the swarm's port.
    else if ((message as { rpc?: string }).rpc !== 'closed')
      this.parts.transport.send(from, 'control', 'refused', PORT_CLOSED);
  }

  reset(from: string): void {
    this.logs.reset(from);
    this.life?.reset(from);
  }

  persisted(token: number): void {
    this.life?.persisted(token);
  }

  onExecutor(event: ExecutorEvent): void {
    this.life?.onExecutor(event);
  }

  // --- for handlers

  managerRefusal(): ApiError | undefined {
    const { life } = this;
    if (!life || (life.status === 'error' && !life.manager)) return texts.ERR_NOT_MANAGER_OUTSIDE;
    if (life.status === 'locked') return texts.ERR_LOCKED;
    if (life.isManager) return undefined;
    return life.manager || life.isJoiningRaft ? texts.ERR_MANAGER_PREPARED : notManager(life);
  }

  controlCall(request: ControlRequest, reply: RpcReply): void {
    const manager = this.life?.manager;
    if (!manager) return reply.failed(texts.ERR_NOT_MANAGER_OUTSIDE, 'answer');
    manager.callLeader('control', request, reply, this.parts.address);
  }

  /** A call that any node's agent may make: over its own manager, or over one that it knows. */
  agentCall(request: ControlRequest, reply: RpcReply): void {
    if (this.life?.manager) return this.controlCall(request, reply);
    if (!this.life) return reply.failed(texts.ERR_NOT_MANAGER_OUTSIDE, 'answer');
    this.life.callManager(request, reply);
  }

  newName(): string {
    return this.parts.host.newName();
  }
  localNetwork(name: string): 'predefined' | 'local' | undefined {
    return this.parts.host.localNetwork(name);
  }
  subscribeLogs(request: LogRequest, sink: LogSink): LogStream {
    return this.logs.open(request, sink);
  }

  /** Ends the membership and forgets all of it. */
  leave(): void {
    const { executor, consensus, disk, host } = this.parts;
    this.life?.stop();
    this.life = undefined;
    for (const { taskId } of executor.adopt()) {
      executor.terminate(taskId);
      executor.remove(taskId);
    }
    consensus.erase();
    disk.erase();
    host.swarmLeft();
  }

  // --- what others show of it

  /** The `Swarm` part of `docker info`; asks the leader, so it may take its time. */
  requestStatus(receiver: StatusReceiver): void {
    const status = this.statusNow();
    if (!status.ControlAvailable) return receiver.onSwarmStatus(status);
    const request = new StatusRequest(status, receiver);
    this.controlCall({ method: 'swarm.info', params: {} }, request);
  }

  /** The same without what only the leader knows. */
  statusNow(): SwarmStatus {
    if (this.life) return this.life.localStatus();
    return {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    };
  }

  /** This manager's own store and log, for the page: reads only. */
  observe(): { readonly cluster: NodeScreen['cluster']; readonly raft: RaftScreen | undefined } {
    const manager = this.life?.manager;
    if (!manager) return { cluster: undefined, raft: undefined };
    const { store, consensus } = manager;
    const members = consensus.members();
    return {
      cluster: {
        nodes: store.all('node').map((node) => nodeAnswer(node, members)),
        services: store.all('service').map(serviceAnswer),
        tasks: store.all('task').map(taskAnswer),
        networks: store.all('network').filter(isShownNetwork),
        secrets: store.all('secret').map(secretAnswer),
        configs: store.all('config').map(configAnswer),
      },
      raft: manager.raftScreen(),
    };
  }
}

function notManager(life: NodeLife): ApiError {
  const isJoining = life.nodeId === '';
  return isJoining ? texts.ERR_NOT_MANAGER_OUTSIDE : texts.ERR_NOT_MANAGER_WORKER;
}
