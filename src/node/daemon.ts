/**
 * The docker daemon of one machine: engine and swarm behind one API, with the seams between them. Lives
 * from boot to shutdown or loss of power; what it knows for longer is on the disk.
 */
import { MILLISECOND_US, type Runtime, type Wakeable } from '../base';
import {
  answerBeforeRoutes,
  answerNotFound,
  type ApiCall,
  type MachineFault,
  type SwarmStatus,
} from '../api';
import {
  Engine,
  NetworkController,
  type Completion,
  type ContainerDirectory,
  type NetworkEventSink,
  type SwarmFace,
} from '../engine';
import {
  SwarmNode,
  type ExecutorEvent,
  type ExecutorListener,
  type StatusReceiver,
} from '../swarm';
import { ContainerAttachments } from './attachments';
import { RaftConsensusFactory, type ConsensusPorts } from './consensus';
import { TaskExecutor } from './executor';
import { GossipAgent } from './gossip-agent';
import { MachineForSwarm } from './swarm-host';
import { ClusterNetworks } from './swarm-networks';
import type { System } from './system';
import type { Writer } from './writes';

/** From the last container's end until the process of the daemon is gone. */
const EXIT_US = 1_500 * MILLISECOND_US;

const HOST_RESOLV_CONF = 'nameserver 192.168.0.100\n';

export class Daemon implements ConsensusPorts, ExecutorListener, SwarmFace, Writer {
  readonly engine: Engine;
  readonly swarm: SwarmNode;
  readonly gossip: GossipAgent;
  private readonly host: MachineForSwarm;
  private readonly networks: NetworkController;
  /** What the leader said of the swarm, while a `GET /info` is being answered with it. */
  private askedStatus: SwarmStatus | undefined;

  constructor(private readonly system: System) {
    const { runtime, kernel, stack, disk, lan } = system;
    const { config } = disk;
    const { name, hub, engineVersion, address } = config;
    const made: NetworkController[] = [];
    const makeNetworks = (containers: ContainerDirectory, events: NetworkEventSink) => {
      const clock = kernel.wallClock;
      const hostResolvConf = HOST_RESOLV_CONF;
      made.push(
        new NetworkController({
          runtime,
          stack,
          clock,
          containers,
          events,
          address,
          hostResolvConf,
          disk: disk.engine.networks,
        }),
      );
      return made[0]!;
    };
    const options = { name, hub, engineVersion, stack, swarm: this, makeNetworks, outside: this };
    this.engine = new Engine(runtime, kernel, options, disk.engine);
    const networks = made[0]!;
    this.networks = networks;
    this.gossip = new GossipAgent(runtime, lan, networks, address);
    const executor = new TaskExecutor(runtime, this.engine, name);
    executor.listener = this;
    const host = new MachineForSwarm(system, networks, this.gossip);
    this.host = host;
    this.swarm = new SwarmNode({
      runtime,
      epochUs: config.epochUs,
      address,
      disk: disk.swarm,
      transport: lan,
      consensus: new RaftConsensusFactory(runtime, this, disk.raft),
      executor,
      host,
    });
    const attachments = new ContainerAttachments(runtime, networks, this.swarm);
    executor.attachments = attachments;
    networks.swarm = new ClusterNetworks(this.swarm, attachments);
  }

  start(): void {
    this.engine.boot();
    this.swarm.boot();
  }

  /** Orderly stop: the swarm part goes silent, containers are stopped, then `completion` is told. */
  stop(completion: Completion): void {
    this.swarm.shutdown();
    this.host.stop();
    this.gossip.stop();
    this.engine.shutdown(new Stopped(this.system.runtime, this.networks, completion));
  }

  /** Power is gone. */
  lose(): void {
    this.swarm.powerOff();
  }

  /** For all machines: the world outside keeps it. */
  publish(record: unknown): void {
    this.system.outbox.put({ kind: 'publish', record });
  }

  // --- API

  handle(call: ApiCall): void {
    if (answerBeforeRoutes(call)) return;
    if (call.method === 'GET' && call.path === '/info') {
      this.swarm.requestStatus(new InfoRequest(this, call));
      return;
    }
    if (this.swarm.handle(call) || this.engine.handle(call)) return;
    answerNotFound(call);
  }

  answerInfo(call: ApiCall, status: SwarmStatus): void {
    this.askedStatus = status;
    if (!this.engine.handle(call)) answerNotFound(call);
    this.askedStatus = undefined;
  }

  status(): SwarmStatus {
    return this.askedStatus ?? this.swarm.statusNow();
  }

  // --- what comes in

  receive(from: string, channel: string, payload: unknown): void {
    if (channel === 'gossip') this.gossip.receive(from, payload);
    else this.swarm.receive(from, channel as 'raft' | 'dispatcher' | 'control', payload);
  }

  reset(from: string): void {
    this.swarm.reset(from);
  }

  fault(fault: MachineFault): void {
    if (fault.kind === 'registry-down') this.engine.core.registry.down = fault.on;
    if (fault.kind !== 'kill-container') return;
    const container = this.engine.core.container(fault.container);
    if ('status' in container || !container.running) return;
    const { kernel } = this.system;
    if (fault.oom) kernel.killForMemory(container.running.cgroup);
    else kernel.signal(container.running.pid, 'KILL');
  }

  onExecutor(event: ExecutorEvent): void {
    this.swarm.onExecutor(event);
  }

  // --- for the log

  send(address: string, label: string, bytes: number, payload: unknown): void {
    this.system.lan.post(address, 'raft', label, bytes, payload);
  }

  persist(bytes: number, token: number): void {
    this.system.writes.persist(this, bytes, token);
  }

  persisted(token: number): void {
    this.swarm.persisted(token);
  }
}

/** A `GET /info` that waits for what the leader knows. */
class InfoRequest implements StatusReceiver {
  constructor(
    private readonly daemon: Daemon,
    private readonly call: ApiCall,
  ) {}

  onSwarmStatus(status: SwarmStatus): void {
    this.daemon.answerInfo(this.call, status);
  }
}

/** The last container has stopped: the networks' devices go, and the daemon with them. */
class Stopped implements Completion, Wakeable {
  constructor(
    private readonly runtime: Runtime,
    private readonly networks: NetworkController,
    private readonly completion: Completion,
  ) {}

  done(): void {
    this.networks.shutdown();
    this.runtime.setTimer(EXIT_US, this, 'exit', undefined);
  }

  wake(): void {
    this.completion.done(undefined);
  }
}
