/**
 * One node as the conductor sees it: the machine, its disk, its power switch and its freezer. It lives
 * where the machine lives (on the conductor's thread or in a worker) and runs it through one window at
 * a time, in a fixed order: deliveries, finished disk writes, own timers.
 *
 * A host whose daemon is gone answers connections with RST; so does a node here, both to whoever
 * still writes to it and to all its peers at the moment of the crash.
 */
import { Fingerprint, assert, deepClone, deepFreeze } from '../base';
import type { Input, Machine, Output } from '../api';
import { Disk } from './disk';
import type { Control, Entry, NodeOutput, NodeResult, NodeWork, TimedOutput } from './entry';

/** More steps than this without time passing is a machine that hangs. */
const MAX_STEPS_AT_ONE_INSTANT = 5_000_000;

/** A computation that the host owes to the machine before the node can go on. */
export interface Computation {
  readonly computation: number;
  readonly job: unknown;
  readonly cause: number;
}

export class NodeRunner {
  power: 'on' | 'off' = 'off';
  frozen = false;
  private readonly fingerprint = new Fingerprint();
  private readonly disk: Disk;
  /** Deliveries to be stepped, oldest first; grows only while frozen. */
  private inbox: Entry[] = [];
  /** Time of the last step; a thawed node catches up at the instant of the thaw. */
  private clock = 0;
  private stepsAtClock = 0;
  private steps = 0;
  private nextSeq = 0;
  private outputs: TimedOutput[] = [];
  private computations: Computation[] = [];
  private work: NodeWork | undefined;
  private stepsLeft = 0;

  constructor(
    readonly node: number,
    readonly machine: Machine,
    private readonly freezePayloads = false,
  ) {
    this.disk = new Disk(machine.config.seed, machine.config.name);
  }

  /** Begins a window. Undefined means that the machine waits for `computation()`. */
  run(work: NodeWork): NodeResult | undefined {
    assert(this.work === undefined, 'a window begins after the one before has ended');
    this.work = work;
    this.stepsLeft = work.maxSteps;
    for (const entry of work.entries) this.inbox.push(entry);
    for (const entry of work.immediate) this.takeEntry(entry);
    return this.proceed();
  }

  /** What the host has to compute now. */
  computation(): Computation | undefined {
    return this.computations[0];
  }

  /** The result of `computation()`, at the same virtual instant; goes on with the window. */
  resume(result: unknown): NodeResult | undefined {
    const computation = this.computations.shift();
    assert(computation, 'a result belongs to a computation');
    const { computation: number, cause } = computation;
    this.step(this.clock, { kind: 'computed', computation: number, result }, cause);
    return this.proceed();
  }

  /** Hash over all that went in and out so far. */
  digest(): string {
    return this.fingerprint.digest();
  }

  /** A node that goes on alike and apart. */
  clone(): NodeRunner {
    const copy = new NodeRunner(this.node, this.machine.clone(), this.freezePayloads);
    const { machine: _, ...state } = this;
    Object.assign(copy, deepClone(state));
    return copy;
  }

  private proceed(): NodeResult | undefined {
    const { until } = this.work!;
    while (this.computations.length === 0 && this.stepsLeft > 0) {
      if (this.frozen && !this.releaseControl()) break;
      if (!this.frozen && !this.stepNext(until)) break;
    }
    if (this.computations.length > 0) return undefined;
    this.work = undefined;
    const outputs = this.outputs;
    this.outputs = [];
    return {
      node: this.node,
      nextAt: this.nextAt(),
      power: this.power,
      frozen: this.frozen,
      outputs,
      steps: this.steps,
    };
  }

  /** Does the earliest thing that is due before `until`; false if nothing is. */
  private stepNext(until: number): boolean {
    const inboxAt = this.inbox.length > 0 ? this.inbox[0]!.at : Infinity;
    const diskAt = this.disk.nextAt();
    const machineAt = this.machine.nextAt();
    const at = Math.min(inboxAt, diskAt, machineAt);
    if (at >= until) return false;
    this.stepsLeft--;
    if (inboxAt === at) this.takeEntry(this.inbox.shift()!);
    else if (diskAt === at) {
      const { write, cause } = this.disk.take()!;
      this.step(at, { kind: 'persisted', write }, cause);
    } else this.step(at, undefined, 0);
    return true;
  }

  /** While frozen only what comes from outside the machine acts. False if nothing does. */
  private releaseControl(): boolean {
    const index = this.inbox.findIndex((entry) => actsOnFrozen(entry));
    if (index < 0) return false;
    const [entry] = this.inbox.splice(index, 1);
    this.takeEntry(entry!);
    return true;
  }

  private takeEntry(entry: Entry): void {
    if (this.frozen && !actsOnFrozen(entry)) {
      this.inbox.push(entry);
      return;
    }
    if (entry.control) this.applyControl(entry.control, entry.at);
    const { input } = entry;
    if (!input) return;
    if (input.kind === 'power-off') {
      this.losePower(entry);
    } else if (input.kind === 'boot') {
      this.power = 'on';
      this.step(entry.at, input, entry.cause);
    } else if (input.kind === 'message' && this.power === 'off') {
      this.emit(this.timeOf(entry.at), {
        kind: 'reset-peer',
        to: input.from,
        cause: entry.cause,
      });
    } else if (input.kind !== 'reset' || this.power === 'on') {
      this.step(entry.at, input, entry.cause);
    }
  }

  private losePower(entry: Entry): void {
    const wasOn = this.power === 'on';
    this.frozen = false;
    this.inbox = [];
    this.disk.lose();
    this.power = 'off';
    this.computations = [];
    this.step(entry.at, { kind: 'power-off' }, entry.cause);
    if (wasOn) this.emit(this.clock, { kind: 'reset-peer', to: '', cause: entry.cause });
  }

  private applyControl(control: Control, at: number): void {
    this.fingerprint.number(at).data(control);
    if (control.kind === 'disk') this.disk.delayUs = control.delayUs;
    else this.frozen = control.kind === 'freeze';
    this.clock = this.timeOf(at);
  }

  private timeOf(at: number): number {
    return at > this.clock ? at : this.clock;
  }

  private step(at: number, input: Input | undefined, cause: number): void {
    const now = this.timeOf(at);
    if (now > this.clock) this.stepsAtClock = 0;
    this.clock = now;
    this.steps++;
    assert(++this.stepsAtClock < MAX_STEPS_AT_ONE_INSTANT, `${this.name} lets no time pass`);
    this.hashInput(now, input);
    for (const output of this.machine.step(now, input, cause)) this.takeOutput(now, output);
  }

  private get name(): string {
    return this.machine.config.name;
  }

  private takeOutput(now: number, output: Output): void {
    this.fingerprint.data(output);
    switch (output.kind) {
      case 'persist':
        this.disk.write(now, output.write, output.bytes, output.cause);
        return;
      case 'compute':
        this.computations.push(output);
        return;
      case 'power':
        if (this.power === 'on' && !output.on) {
          this.emit(now, { kind: 'reset-peer', to: '', cause: output.cause });
        }
        this.power = output.on ? 'on' : 'off';
        return;
      case 'send':
        if (this.freezePayloads) deepFreeze(output.envelope.payload);
        this.emit(now, output);
        return;
      default:
        this.emit(now, output);
    }
  }

  private emit(at: number, output: NodeOutput): void {
    this.outputs.push({ at, seq: this.nextSeq++, output });
  }

  /** The payload of a message was hashed where it was sent. */
  private hashInput(now: number, input: Input | undefined): void {
    this.fingerprint.number(now);
    if (input?.kind === 'message') this.fingerprint.text(input.from).text(input.channel);
    else this.fingerprint.data(input);
  }

  private nextAt(): number {
    if (this.frozen) return Infinity;
    const inboxAt = this.inbox.length > 0 ? this.inbox[0]!.at : Infinity;
    const at = Math.min(inboxAt, this.disk.nextAt(), this.machine.nextAt());
    return this.timeOf(at);
  }
}

function actsOnFrozen(entry: Entry): boolean {
  return entry.control !== undefined || entry.input?.kind === 'power-off';
}
