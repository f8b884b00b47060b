/**
 * One simulated node, whole: kernel, engine and swarm installed on one disk and one network card, driven
 * by inputs and its own timers (`Machine` in api/machine.ts). Power loss throws away all but the disk.
 */
import type {
  ApiRequest,
  Input,
  LookAnswer,
  Machine,
  MachineConfig,
  NodeScreen,
  Output,
} from '../api';
import { Runtime, deepClone } from '../base';
import { Disk } from './disk';
import { lookAt } from './look';
import { observeMachine } from './observe';
import { Outbox } from './outbox';
import { System } from './system';

export class NodeMachine implements Machine {
  private readonly runtime: Runtime;
  private readonly outbox: Outbox;
  private readonly disk: Disk;
  /** Undefined while the power is off. */
  private system: System | undefined;

  constructor(readonly config: MachineConfig) {
    this.runtime = new Runtime(config.seed, config.name);
    this.outbox = new Outbox(this.runtime);
    this.disk = new Disk(config);
  }

  nextAt(): number {
    return this.system ? this.runtime.nextAt() : Infinity;
  }

  step(now: number, input: Input | undefined, cause: number): Output[] {
    this.runtime.now = now;
    this.runtime.cause = cause;
    if (input) this.take(input);
    else if (this.system) this.runtime.fireOne();
    return this.outbox.take();
  }

  private take(input: Input): void {
    const { system } = this;
    switch (input.kind) {
      case 'boot':
        if (!system) this.boot();
        else system.startDaemon();
        return;
      case 'power-off':
        this.powerOff();
        return;
      case 'published':
        this.disk.engine.hub.take(input.record);
        return;
      case 'add-interface':
        this.disk.interfaces.push({ name: input.name, address: input.address });
        system?.addInterface(input.name, input.address);
        return;
      default:
        if (system) system.take(input);
        else this.refuse(input);
    }
  }

  private boot(): void {
    this.system = new System(this.runtime, this.outbox, this.disk);
    this.system.start();
    this.outbox.put({ kind: 'power', on: true });
  }

  private powerOff(): void {
    this.system?.lose();
    this.system = undefined;
    this.runtime.dropTimers();
  }

  /** A machine without power answers nothing; who asks from outside is told that it is off. */
  private refuse(input: Input): void {
    if (input.kind === 'exec') {
      this.outbox.put({ kind: 'exec-exit', exec: input.exec, exitCode: 255 });
    } else if (input.kind === 'terminal-open') {
      const data = `${this.config.name} is off.\r\n`;
      this.outbox.put({ kind: 'terminal', terminal: input.terminal, data });
      this.outbox.put({ kind: 'terminal-closed', terminal: input.terminal });
    } else if (input.kind === 'api-request') {
      this.outbox.put({ kind: 'api-end', call: input.call });
    }
  }

  observe(): NodeScreen {
    return observeMachine(this.config, this.system);
  }

  look(request: ApiRequest, now: number): LookAnswer {
    const { runtime } = this;
    const before = runtime.now;
    // For the time of the look only: how long a container is up does not wait for the next step.
    runtime.now = Math.max(before, now);
    try {
      return lookAt(this.system, request);
    } finally {
      runtime.now = before;
    }
  }

  clone(): Machine {
    return deepClone<Machine>(this);
  }
}

/** Makes a machine that is off; the conductor boots it. */
export function createMachine(config: MachineConfig): Machine {
  return new NodeMachine(config);
}
