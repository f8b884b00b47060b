/**
 * A small machine for tests of time, network and hosts: it greets a random peer after random delays,
 * answers greetings after a write to its disk, echoes what is typed, and runs three "programs".
 */
import { RandomStream, TimeQueue, deepClone, encodeUtf8 } from '../../base';
import type { Input, Machine, MachineConfig, NodeScreen, Output } from '../../api';

interface ToyTimer {
  readonly kind: 'greet' | 'exit' | 'tick';
  readonly name: string;
  readonly cause: number;
}

export class ToyMachine implements Machine {
  power: 'on' | 'off' = 'off';
  greetings = 0;
  answers = 0;
  resets: string[] = [];
  /** Instants and kinds of all steps. */
  readonly seen: string[] = [];
  private readonly random: RandomStream;
  private timers = new TimeQueue<ToyTimer>();
  private readonly writes = new Map<number, string>();
  private nextWrite = 1;
  private readonly screen = new Map<string, string>();

  constructor(readonly config: MachineConfig) {
    this.random = new RandomStream(config.seed, `${config.name}/toy`);
  }

  nextAt(): number {
    return this.timers.peek()?.at ?? Infinity;
  }

  step(now: number, input: Input | undefined, cause: number): Output[] {
    if (this.seen.length > 2000) this.seen.shift();
    this.seen.push(`${now} ${input?.kind ?? 'timer'}`);
    if (!input) return this.fire(now);
    switch (input.kind) {
      case 'boot':
        this.power = 'on';
        this.plan(now, 'greet', '', cause);
        return [];
      case 'power-off':
        this.power = 'off';
        this.timers.clear();
        return [];
      case 'shutdown':
        this.power = 'off';
        this.timers.clear();
        return [{ kind: 'power', on: false, cause }];
      case 'message':
        return this.receive(input.from, input.payload as { text: string }, cause);
      case 'persisted': {
        const to = this.writes.get(input.write)!;
        this.writes.delete(input.write);
        return [this.send(to, 'answer', cause)];
      }
      case 'reset':
        this.resets.push(input.from);
        return [];
      default:
        return this.serve(now, input, cause);
    }
  }

  observe(): NodeScreen {
    const { name, address } = this.config;
    const images = [{ Id: `greetings-${this.greetings}` }] as unknown as NodeScreen['images'];
    return {
      name,
      address,
      power: this.power,
      info: undefined,
      containers: [],
      images,
      networks: [],
      cluster: undefined,
      raft: undefined,
      gossip: undefined,
    };
  }

  clone(): Machine {
    return deepClone(this);
  }

  private plan(now: number, kind: ToyTimer['kind'], name: string, cause: number): void {
    const delayUs = kind === 'exit' ? 5_000 : 1 + this.random.below(20_000);
    this.timers.push(now + delayUs, { kind, name, cause });
  }

  private fire(now: number): Output[] {
    const timer = this.timers.pop()!.item;
    if (timer.kind === 'exit') {
      const { name: exec, cause } = timer;
      return [
        { kind: 'exec-output', exec, stream: 'stdout', data: `at ${now}\n`, cause },
        { kind: 'exec-exit', exec, exitCode: 3, cause },
      ];
    }
    this.plan(now, 'greet', '', 0);
    const peers = (this.config.hosts ?? []).filter(({ name }) => name !== this.config.name);
    if (peers.length === 0) return [];
    const outputs = [this.send(this.random.pick(peers).address, 'hello', timer.cause)];
    if (this.random.chance(1, 4)) outputs.push(this.send(peers[0]!.address, 'hello', 0));
    return outputs;
  }

  private receive(from: string, payload: { text: string }, cause: number): Output[] {
    if (payload.text === 'answer') {
      this.answers++;
      return [];
    }
    this.greetings++;
    const write = this.nextWrite++;
    this.writes.set(write, from);
    return [{ kind: 'persist', write, bytes: 100, cause }];
  }

  private send(to: string, text: string, cause: number): Output {
    const envelope = { to, channel: 'gossip', label: text, bytes: 80, payload: { text } } as const;
    return { kind: 'send', envelope, cause };
  }

  private serve(now: number, input: Input, cause: number): Output[] {
    switch (input.kind) {
      case 'terminal-open':
        this.screen.set(input.terminal, '');
        return [{ kind: 'terminal', terminal: input.terminal, data: '$ ', cause }];
      case 'terminal-data': {
        const { terminal, data } = input;
        if (data.startsWith('chaos '))
          return [{ kind: 'chaos', chaos: 7, line: data.slice(6), cause }];
        return [{ kind: 'terminal', terminal, data, cause }];
      }
      case 'terminal-close':
        return [{ kind: 'terminal-closed', terminal: input.terminal, cause }];
      case 'chaos-result':
        return [
          { kind: 'terminal', terminal: [...this.screen.keys()][0] ?? '', data: input.text, cause },
        ];
      case 'exec':
        if (input.command === 'compute') {
          return [{ kind: 'compute', computation: Number(input.exec.slice(1)), job: now, cause }];
        }
        this.plan(now, 'exit', input.exec, cause);
        return [];
      case 'computed': {
        const exec = `x${input.computation}`;
        const data = `${String(input.result)} at ${now}\n`;
        return [
          { kind: 'exec-output', exec, stream: 'stdout', data, cause },
          { kind: 'exec-exit', exec, exitCode: 0, cause },
        ];
      }
      case 'api-request': {
        const { call, request } = input;
        if (request.path === '/attach') {
          const status = request.headers['upgrade'] ? 101 : 200;
          const raw = { status, headers: { 'Content-Type': 'application/x-raw' }, hijacked: true };
          const data = encodeUtf8(`body of ${request.body.length}\n`);
          return [
            { kind: 'api-head', call, head: raw, cause },
            { kind: 'api-data', call, data, cause },
          ];
        }
        const head = { status: 200, headers: { 'Content-Type': 'text/plain' }, hijacked: false };
        const data = encodeUtf8(`${request.method} ${request.path} on ${this.config.name}`);
        return [
          { kind: 'api-head', call, head, cause },
          { kind: 'api-data', call, data, cause },
          { kind: 'api-end', call, cause },
        ];
      }
      case 'api-data':
        return [{ kind: 'api-data', call: input.call, data: input.data, cause }];
      case 'api-close-input':
        return [
          { kind: 'api-data', call: input.call, data: encodeUtf8('bye\n'), cause },
          { kind: 'api-end', call: input.call, cause },
        ];
      case 'api-hang-up':
        this.resets.push(`hang-up ${input.call}`);
        return [];
      default:
        return [];
    }
  }
}

export function createToyMachine(config: MachineConfig): ToyMachine {
  return new ToyMachine(config);
}
