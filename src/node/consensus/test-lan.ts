/**
 * The swarm parts of a few machines on a small LAN, for tests: real logs, managers and agents over an
 * engine that starts everything at once. No kernel, no gossip.
 */
import { ApiCall, jsonRequest, type ApiHead, type NodeDescription, type Task } from '../../api';
import { Runtime, TimeQueue, decodeUtf8, type Wakeable } from '../../base';
import {
  SwarmDisk,
  SwarmNode,
  type Executor,
  type ExecutorEvent,
  type SwarmHost,
  type SwarmTransport,
} from '../../swarm';
import { RaftDisk } from './disk';
import { RaftConsensusFactory } from './factory';
import type { ConsensusPorts } from './ports';

const DELAY_US = 300;
const PERSIST_US = 2_000;

class TestEngine implements Executor, Wakeable {
  readonly running = new Map<string, Task>();
  constructor(
    private readonly runtime: Runtime,
    private readonly machine: TestMachine,
  ) {}
  private later(delayUs: number, event: ExecutorEvent): void {
    this.runtime.setTimer(delayUs, this, 'event', event);
  }
  wake(_tag: string, event: unknown): void {
    this.machine.swarm.onExecutor(event as ExecutorEvent);
  }
  prepare(task: Task): void {
    this.running.set(task.ID, task);
    this.later(50_000, { kind: 'prepared', taskId: task.ID, containerId: `c${task.ID}` });
  }
  start(taskId: string): void {
    const containerId = `c${taskId}`;
    this.later(200_000, { kind: 'started', taskId, containerId, pid: 7, ports: [] });
  }
  shutdown(task: Task): void {
    this.running.delete(task.ID);
    this.later(100_000, { kind: 'stopped', taskId: task.ID, exitCode: 0 });
  }
  terminate(taskId: string): void {
    this.running.delete(taskId);
    this.later(0, { kind: 'stopped', taskId, exitCode: 137 });
  }
  remove(taskId: string): void {
    this.running.delete(taskId);
    this.later(0, { kind: 'removed', taskId });
  }
  adopt(): ReturnType<Executor['adopt']> {
    return [...this.running.keys()].map((taskId) => ({
      taskId,
      state: 'running' as const,
      exitCode: 0,
    }));
  }
  followLogs(): void {}
  stopLogs(): void {}
}

/** Answer of one API call; `head` is undefined while it hangs. */
export class TestAnswer {
  head: ApiHead | undefined;
  text = '';
  ended = false;
  endedAt = 0;
  get status(): number {
    return this.head?.status ?? 0;
  }
  get value(): unknown {
    return this.text === '' ? undefined : JSON.parse(this.text);
  }
  get message(): string {
    return (this.value as { message: string }).message;
  }
}

export class TestMachine implements SwarmHost, SwarmTransport, ConsensusPorts {
  runtime!: Runtime;
  swarm!: SwarmNode;
  on = false;
  readonly swarmDisk = new SwarmDisk();
  readonly raftDisk = new RaftDisk();
  private life = 0;

  constructor(
    readonly lan: TestLan,
    readonly name: string,
    readonly address: string,
  ) {}

  boot(): void {
    this.life++;
    this.on = true;
    this.runtime = new Runtime(this.lan.seed * 1000 + this.life, this.name);
    this.runtime.now = this.lan.now;
    const executor = new TestEngine(this.runtime, this);
    this.swarm = new SwarmNode({
      runtime: this.runtime,
      epochUs: 1_700_000_000_000_000,
      address: this.address,
      disk: this.swarmDisk,
      transport: this,
      consensus: new RaftConsensusFactory(this.runtime, this, this.raftDisk),
      executor,
      host: this,
    });
    this.swarm.boot();
  }
  powerOff(): void {
    this.swarm.powerOff();
    this.on = false;
  }

  describe(): NodeDescription {
    return {
      Hostname: this.name,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4_000_000_000 },
      Engine: { EngineVersion: '20.10.24', Plugins: [{ Type: 'Network', Name: 'overlay' }] },
    };
  }
  interfaces(): readonly { name: string; address: string }[] {
    return [{ name: 'eth0', address: this.address }];
  }
  newName(): string {
    return 'quick_otter';
  }
  localNetwork(): undefined {
    return undefined;
  }
  swarmStarted(): void {}
  swarmLeft(): void {}
  nodeUpdated(): void {}

  send(address: string, channel: string, label: unknown, message: unknown): void;
  send(address: string, label: string, bytes: number, payload: unknown): void;
  send(address: string, second: string, third: unknown, payload: unknown): void {
    const channel = typeof third === 'number' ? 'raft' : second;
    this.lan.post(this, address, channel, payload);
  }
  persist(_bytes: number, token: number): void {
    this.lan.persist(this, this.life, token);
  }
  isLife(life: number): boolean {
    return this.on && this.life === life;
  }
}

type Job =
  | { kind: 'message'; from: TestMachine; to: string; channel: string; payload: unknown }
  | { kind: 'persisted'; machine: TestMachine; life: number; token: number };

export class TestLan {
  now = 0;
  readonly machines: TestMachine[] = [];
  messages = 0;
  private readonly queue = new TimeQueue<Job>();
  private readonly cuts = new Set<string>();

  constructor(
    readonly seed: number,
    count: number,
  ) {
    for (let i = 1; i <= count; i++) {
      const machine = new TestMachine(this, `node${i}`, `192.168.0.${10 + i}`);
      this.machines.push(machine);
      machine.boot();
    }
  }

  node(number: number): TestMachine {
    return this.machines[number - 1]!;
  }
  isolate(number: number): void {
    this.cuts.add(this.node(number).address);
  }
  heal(): void {
    this.cuts.clear();
  }

  post(from: TestMachine, to: string, channel: string, payload: unknown): void {
    this.messages++;
    this.queue.push(this.now + DELAY_US, { kind: 'message', from, to, channel, payload });
  }
  persist(machine: TestMachine, life: number, token: number): void {
    this.queue.push(this.now + PERSIST_US, { kind: 'persisted', machine, life, token });
  }

  /** Runs all that is due within that time. */
  run(us: number): void {
    const end = this.now + us;
    for (;;) {
      const machine = this.earliest();
      const timerAt = machine?.runtime.nextAt() ?? Infinity;
      const jobAt = this.queue.peek()?.at ?? Infinity;
      const at = Math.min(timerAt, jobAt);
      if (at > end) break;
      this.now = at;
      if (jobAt <= timerAt) this.deliver(this.queue.pop()!.item);
      else {
        machine!.runtime.now = at;
        machine!.runtime.fireOne();
      }
    }
    this.now = end;
    for (const machine of this.machines) if (machine.on) machine.runtime.now = end;
  }
  seconds(count: number): void {
    this.run(count * 1_000_000);
  }

  private earliest(): TestMachine | undefined {
    let best: TestMachine | undefined;
    for (const machine of this.machines)
      if (machine.on && (!best || machine.runtime.nextAt() < best.runtime.nextAt())) best = machine;
    return best;
  }

  private deliver(job: Job): void {
    if (job.kind === 'persisted') {
      if (!job.machine.isLife(job.life)) return;
      job.machine.runtime.now = this.now;
      job.machine.swarm.persisted(job.token);
      return;
    }
    const { from, to, channel, payload } = job;
    if (this.cuts.has(to) !== this.cuts.has(from.address) || this.cuts.has(to)) return;
    const target = this.machines.find((machine) => machine.address === to);
    if (!target) return;
    if (!target.on) {
      if (!from.on) return;
      from.runtime.now = this.now;
      from.swarm.reset(to);
      return;
    }
    target.runtime.now = this.now;
    target.swarm.receive(from.address, channel as 'raft', payload);
  }

  /** Begins an API call on a node. */
  ask(number: number, method: string, path: string, body?: unknown): TestAnswer {
    const answer = new TestAnswer();
    const { lan } = this.node(number);
    const machine = this.node(number);
    machine.runtime.now = this.now;
    const call = new ApiCall(jsonRequest(method, path, body), {
      head: (head) => (answer.head = head),
      data: (bytes) => (answer.text += decodeUtf8(bytes)),
      end: () => {
        answer.ended = true;
        answer.endedAt = lan.now;
      },
    });
    if (!machine.swarm.handle(call)) throw new Error(`no route ${method} ${path}`);
    return answer;
  }

  /** One API call to its end. */
  call(number: number, method: string, path: string, body?: unknown): TestAnswer {
    const answer = this.ask(number, method, path, body);
    const deadline = this.now + 60_000_000;
    while (!answer.ended && this.now < deadline) this.run(10_000);
    return answer;
  }

  init(number = 1): void {
    const body = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: this.node(number).address };
    const answer = this.call(number, 'POST', '/swarm/init', body);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  join(number: number, role: 'Worker' | 'Manager', at = 1): TestAnswer {
    const swarm = this.call(at, 'GET', '/swarm').value as { JoinTokens: Record<string, string> };
    return this.call(number, 'POST', '/swarm/join', {
      ListenAddr: '0.0.0.0:2377',
      RemoteAddrs: [this.node(at).address],
      JoinToken: swarm.JoinTokens[role],
    });
  }
}
