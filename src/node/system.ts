/**
 * A machine with power: its kernel, its network stack, the daemon, and whoever uses it from outside. All
 * of it is gone when the power goes; what stays is on the `Disk`.
 */
import type { ApiCall, ApiRequest, ApiSink, Input, MachineFault } from '../api';
import { ApiCall as Call } from '../api';
import type { Runtime } from '../base';
import type { Completion } from '../engine';
import { Kernel, NetworkStack, type KernelOutside } from '../kernel';
import { ApiCalls, type Daemon as CallTaker } from './api-calls';
import { Daemon } from './daemon';
import type { Disk } from './disk';
import { Execs } from './execs';
import { installHostFiles, writeHostFile } from './host-files';
import { Lan } from './lan';
import type { Outbox } from './outbox';
import { hostTools, programs } from './programs';
import { Terminals } from './terminals';
import { Writes } from './writes';

/** The LAN's router and name server; no machine of the cluster. */
const GATEWAY = '192.168.0.1';
const NAME_SERVER = '192.168.0.100';

export class System implements KernelOutside, CallTaker, Completion {
  readonly kernel: Kernel;
  readonly stack: NetworkStack;
  readonly lan: Lan;
  readonly writes: Writes;
  /** Undefined while the daemon is stopped in good order. */
  daemon: Daemon | undefined;
  private stopping = false;
  /** It was asked to start while it was still stopping. */
  private startAgain = false;
  private readonly terminals: Terminals;
  private readonly execs: Execs;
  private readonly apiCalls: ApiCalls;

  constructor(
    readonly runtime: Runtime,
    readonly outbox: Outbox,
    readonly disk: Disk,
  ) {
    const { config, rootFs } = disk;
    this.lan = new Lan(outbox);
    this.writes = new Writes(outbox);
    this.stack = new NetworkStack({
      runtime,
      lan: this.lan,
      hostNamespaceId: 4026531992,
      name: config.name,
      address: `${config.address}/24`,
      gateway: GATEWAY,
      nameServer: NAME_SERVER,
    });
    for (const { name, address } of disk.interfaces) this.stack.addLanInterface(name, address);
    this.kernel = new Kernel(runtime, {
      hostname: config.name,
      epochUs: config.epochUs,
      cpus: config.cpus,
      memoryBytes: config.memoryBytes,
      programs,
      outside: this,
      network: this.stack,
      networkNamespace: this.stack.host,
      ...(rootFs ? { rootFs } : {}),
    });
    if (!rootFs) {
      disk.rootFs = this.kernel.rootFs;
      installHostFiles(this.kernel, config, hostTools);
    }
    this.terminals = new Terminals(this.kernel, outbox);
    this.execs = new Execs(this.kernel, outbox);
    this.apiCalls = new ApiCalls(this, outbox);
  }

  start(): void {
    this.startDaemon();
  }

  startDaemon(): void {
    if (this.daemon) {
      this.startAgain = this.stopping;
      return;
    }
    this.daemon = new Daemon(this);
    this.daemon.start();
    this.outbox.put({ kind: 'power', on: true });
  }

  /** SIGTERM to dockerd: containers stop, the managers are told nothing (TIMING rule 2). */
  private stopDaemon(): void {
    if (!this.daemon || this.stopping) return;
    this.stopping = true;
    this.daemon.stop(this);
  }

  /** The daemon has stopped all containers and is gone. */
  done(): void {
    this.daemon = undefined;
    this.apiCalls.lose();
    this.outbox.put({ kind: 'power', on: false });
    this.stopping = false;
    if (this.startAgain) this.startDaemon();
    this.startAgain = false;
  }

  addInterface(name: string, address: string): void {
    this.stack.addLanInterface(name, address);
  }

  /** Power is gone. */
  lose(): void {
    this.daemon?.lose();
    this.terminals.lose();
    this.execs.lose();
    this.apiCalls.lose();
    this.writes.lose();
  }

  // --- inputs

  take(input: Input): void {
    switch (input.kind) {
      case 'shutdown':
        return this.stopDaemon();
      case 'message':
        return this.receive(input.from, input.channel, input.payload);
      case 'reset':
        return this.reset(input.from);
      case 'persisted':
        return this.writes.persisted(input.write);
      case 'computed':
        return this.kernel.answer(input.computation, input.result);
      case 'chaos-result': {
        const { chaos, text, exitCode } = input;
        return this.kernel.answer(chaos, { text, exitCode });
      }
      case 'write-file':
        return writeHostFile(this.kernel, input.path, input.data, input.mode);
      case 'fault':
        return this.fault(input.fault);
      default:
        return this.takeFromUser(input);
    }
  }

  private takeFromUser(input: Input): void {
    switch (input.kind) {
      case 'terminal-open':
        return this.terminals.open(input.terminal, input.cols, input.rows);
      case 'terminal-data':
        return this.terminals.type(input.terminal, input.data);
      case 'terminal-resize':
        return this.terminals.resize(input.terminal, input.cols, input.rows);
      case 'terminal-close':
        return this.terminals.close(input.terminal);
      case 'api-request':
        return this.apiCalls.open(input.call, input.request);
      case 'api-data':
        return this.apiCalls.data(input.call, input.data);
      case 'api-close-input':
        return this.apiCalls.closeInput(input.call);
      case 'api-hang-up':
        return this.apiCalls.hangUp(input.call);
      case 'exec':
        return this.execs.start(input);
      case 'exec-kill':
        return this.execs.kill(input.exec);
      default:
        return;
    }
  }

  private receive(from: string, channel: string, payload: unknown): void {
    if (channel === 'request') return this.stack.receive(from, payload);
    this.stack.heard(from);
    this.daemon?.receive(from, channel, payload);
  }

  private reset(from: string): void {
    this.stack.peerReset(from);
    this.daemon?.reset(from);
  }

  private fault(fault: MachineFault): void {
    switch (fault.kind) {
      case 'disk-full':
        this.kernel.disk.full = fault.on;
        return;
      case 'clock-skew':
        this.kernel.wallClock.skewUs = fault.skewUs;
        return;
      default:
        this.daemon?.fault(fault);
    }
  }

  // --- what the kernel asks of the outside

  openApi(request: ApiRequest, sink: ApiSink): ApiCall | undefined {
    if (!this.daemon) return undefined;
    const call = new Call(request, sink);
    this.daemon.handle(call);
    return call;
  }

  chaos(line: string, token: number): void {
    this.outbox.put({ kind: 'chaos', chaos: token, line });
  }

  compute(job: unknown, token: number): void {
    this.outbox.put({ kind: 'compute', computation: token, job });
  }

  accept(call: ApiCall): boolean {
    if (!this.daemon) return false;
    this.daemon.handle(call);
    return true;
  }
}
