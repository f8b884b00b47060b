/**
 * The conductor owns virtual time and the network. It cuts a run into windows: all nodes may run up to
 * the horizon, which is the earliest pending event plus the smallest delay of any link, because nobody
 * can affect anybody sooner. It is a pure state machine too: `plan` says what is to be done next, a
 * host has the nodes do it wherever they live, `commit` takes what came out.
 *
 * Inputs from outside, and faults, take effect at a window's edge, one after the other. An input that
 * has the time T comes before everything else that happens at T.
 */
import { Fingerprint, TimeQueue, assert } from '../base';
import type { Input, MachineConfig } from '../api';
import { InputLog, type Delivery } from './agenda';
import { Chaos, type ChaosEffect } from './chaos';
import type { Entry, Exported, NodeResult, NodeWork, TimedOutput } from './entry';
import { Lan } from './lan';
import { machineConfig, nodeAddress, nodeName } from './scenario';
import type { OutsideInput, SavedRun, Scenario } from './scenario';

/** A node as the conductor knows it. */
export interface NodeEntry {
  /** Position; never used again after a removal. */
  readonly index: number;
  readonly config: MachineConfig;
  nextAt: number;
  power: 'on' | 'off';
  frozen: boolean;
  /** Steps taken so far; a changed count means that the node's screen may have changed. */
  steps: number;
}

/** What the host has to do next; `work` goes to the nodes, their results to `commit`. */
export interface Plan {
  readonly work: readonly NodeWork[];
  /** Everything before this instant is done when the work is done. */
  readonly until: number;
  /** One event only. */
  readonly single: boolean;
  /** A machine to be made first. */
  readonly add?: { readonly index: number; readonly config: MachineConfig };
  /** A machine to be thrown away afterwards; its digest goes to `keepDigest`. */
  readonly remove?: number;
}

/** Answer to a chaos line that came from outside. */
export interface ChaosAnswer {
  readonly id: number;
  readonly text: string;
  readonly exitCode: number;
}

/** A chaos line typed in a terminal, on its way to the conductor. */
interface TypedChaos {
  readonly node: number;
  readonly chaos: number;
  readonly line: string;
  readonly cause: number;
}

/** What happens to one node at the present instant. */
interface NowTarget {
  readonly node: number;
  readonly entry: Omit<Entry, 'at' | 'cause'>;
}

export class Conductor {
  /** All that is due before this instant has been done, and nothing later. */
  now = 0;
  readonly nodes: NodeEntry[] = [];
  readonly lan: Lan;
  readonly log = new InputLog();
  private readonly chaos: Chaos;
  /** What the world outside knows, for machines that come later. */
  private readonly published: unknown[] = [];
  private readonly typed = new TimeQueue<TypedChaos>();
  /** Numbers of the machines of the scenario that do not exist yet. */
  private readonly toAdd: number[] = [];
  private readonly digestsOfRemoved: string[] = [];
  private nextNumber: number;
  private exported: Exported[] = [];
  private answers: ChaosAnswer[] = [];
  /** After a single event some of what is due at `now` may be done, some not. */
  private midInstant = false;
  /** Instant at which the last typed chaos line took effect; inputs given then come after it. */
  private typedDoneAt = -1;

  constructor(readonly scenario: Scenario) {
    this.lan = new Lan(scenario.seed);
    this.chaos = new Chaos(this.lan.network, this.nodes);
    for (let number = 1; number <= scenario.nodes; number++) this.toAdd.push(number);
    this.nextNumber = scenario.nodes + 1;
  }

  // --- inputs

  /** An input for a node, at the present instant; its id is the cause of what follows. */
  give(node: string, input: Input): number {
    return this.log.add(this.edge(), { kind: 'input', node, input });
  }

  /** A chaos line; the answer comes out of `takeAnswers`. */
  giveChaos(line: string): number {
    return this.log.add(this.edge(), { kind: 'chaos', line });
  }

  /** A new machine, switched on; answers its name. */
  addNode(): string {
    const number = this.nextNumber++;
    this.log.add(this.edge(), { kind: 'add-node', number });
    return nodeName(number);
  }

  removeNode(node: string): void {
    this.log.add(this.edge(), { kind: 'remove-node', node });
  }

  /** Takes the inputs of a saved run; they happen at their times. */
  load(run: SavedRun): void {
    this.log.load(run.inputs);
  }

  /** The instant that an input given now gets. */
  edge(): number {
    return this.midInstant || this.typedDoneAt === this.now ? this.now + 1 : this.now;
  }

  // --- time

  /** Earliest instant at which something happens; Infinity if nothing ever will. */
  nextEventAt(): number {
    if (this.toAdd.length > 0) return this.now;
    return Math.min(this.earliestEvent(), this.log.nextAt(), this.typedAt());
  }

  /**
   * What is to be done next so that all that is due before `limit` gets done, and the inputs of the
   * instant `limit` itself; undefined when that holds, with the clock at `limit` (if finite).
   */
  plan(limit: number): Plan | undefined {
    for (;;) {
      if (this.toAdd.length > 0) return this.planAdd(this.toAdd.shift()!, 0);
      if (!this.midInstant && this.log.nextAt() <= this.now) {
        const plan = this.applyOutside();
        if (plan) return plan;
        continue;
      }
      if (this.now >= limit) return undefined;
      if (!this.midInstant && this.typedAt() <= this.now) return this.applyTyped();
      const bound = Math.min(limit, this.log.nextAt(), this.typedAt());
      const earliest = this.earliestEvent();
      if (earliest < bound) {
        const until = Math.min(bound, earliest + this.lan.network.minDelayUs());
        return { until, work: this.share(until), single: false };
      }
      if (bound === Infinity) return undefined;
      this.midInstant = false;
      this.now = bound;
    }
  }

  /** One event: the earliest thing that happens to any node. Undefined if nothing ever will. */
  planSingle(): Plan | undefined {
    if (this.toAdd.length > 0) return this.plan(this.now + 1);
    for (;;) {
      const at = this.earliestEvent();
      const special = Math.min(this.log.nextAt(), this.typedAt());
      if (special <= at) return special === Infinity ? undefined : this.plan(special + 1);
      const delivery =
        this.lan.deliveries.nextAt() === at ? this.lan.deliveries.takeOne() : undefined;
      const node = delivery
        ? this.lan.node(delivery.to)
        : this.nodes.find((entry) => entry.nextAt === at);
      // A message to a machine that was taken away is no event.
      if (!node) continue;
      const entries = delivery ? [entryOf(delivery)] : [];
      const until = at + 1;
      const work = [{ node: node.index, immediate: [], entries, until, maxSteps: 1 }];
      return { until, work, single: true };
    }
  }

  /** Takes the results of a plan's nodes. */
  commit(plan: Plan, results: readonly NodeResult[]): void {
    const outputs: { node: NodeEntry; timed: TimedOutput }[] = [];
    for (const result of results) {
      const node = this.lan.node(result.node);
      assert(node, 'a result belongs to a node');
      node.nextAt = result.nextAt;
      node.power = result.power;
      node.frozen = result.frozen;
      node.steps = result.steps;
      for (const timed of result.outputs) outputs.push({ node, timed });
    }
    if (results.length > 1) outputs.sort(compareOutputs);
    for (const { node, timed } of outputs) this.takeOutput(node, timed);
    if (plan.single) {
      this.now = Math.max(this.now, plan.until - 1);
      this.midInstant = this.earliestEvent() <= this.now;
      if (!this.midInstant) this.now = plan.until;
    } else if (plan.until > this.now) {
      this.now = plan.until;
      this.midInstant = false;
    }
    if (plan.remove !== undefined) this.forget(plan.remove);
  }

  // --- what came out

  /** What terminals, API clients, programs and the X-ray got since the last call. */
  takeExported(): Exported[] {
    if (this.exported.length === 0) return [];
    const taken = this.exported;
    this.exported = [];
    return taken;
  }

  takeAnswers(): ChaosAnswer[] {
    if (this.answers.length === 0) return [];
    const taken = this.answers;
    this.answers = [];
    return taken;
  }

  /** The inputs that have happened, oldest first. */
  inputs(): readonly OutsideInput[] {
    return this.log.history();
  }

  save(): SavedRun {
    const { scenario } = this;
    return { version: 1, scenario, inputs: [...this.log.history()], until: this.now };
  }

  /** The hash of the run so far, out of what each node has hashed (by position). */
  traceHash(digests: ReadonlyMap<number, string>): string {
    const hash = new Fingerprint();
    for (const digest of this.digestsOfRemoved) hash.text(digest);
    for (const node of this.nodes) hash.text(node.config.name).text(digests.get(node.index) ?? '');
    return hash.digest();
  }

  /** Remembers the digest of a node that is thrown away. */
  keepDigest(digest: string): void {
    this.digestsOfRemoved.push(digest);
  }

  node(name: string): NodeEntry | undefined {
    return this.nodes.find((entry) => entry.config.name === name);
  }

  // --- within

  private typedAt(): number {
    return this.typed.nextAt();
  }

  private earliestEvent(): number {
    let at = this.lan.deliveries.nextAt();
    for (const node of this.nodes) if (node.nextAt < at) at = node.nextAt;
    return at;
  }

  /** Who has something to do before `until`. */
  private share(until: number): NodeWork[] {
    const byNode = new Map<number, Entry[]>();
    for (const delivery of this.lan.deliveries.takeBefore(until)) {
      const list = byNode.get(delivery.to);
      if (list) list.push(entryOf(delivery));
      else byNode.set(delivery.to, [entryOf(delivery)]);
    }
    const work: NodeWork[] = [];
    for (const { index, nextAt } of this.nodes) {
      const entries = byNode.get(index);
      if (!entries && nextAt >= until) continue;
      const maxSteps = Infinity;
      work.push({ node: index, immediate: [], entries: entries ?? [], until, maxSteps });
    }
    return work;
  }

  private planAdd(number: number, cause: number): Plan {
    const hosts = this.nodes.map(({ config }) => ({ name: config.name, address: config.address }));
    for (const other of [number, ...this.toAdd]) {
      hosts.push({ name: nodeName(other), address: nodeAddress(other) });
    }
    const config = machineConfig(this.scenario, number, hosts);
    const index = number - 1;
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    const node: NodeEntry = {
      index,
      config,
      nextAt: Infinity,
      power: 'on',
      frozen: false,
      steps: 0,
    };
    this.nodes.push(node);
    this.lan.attach(node);
    const targets: NowTarget[] = [{ node: index, entry: { input: { kind: 'boot' } } }];
    for (const record of this.published)
      targets.push({ node: index, entry: { input: { kind: 'published', record } } });
    for (const { node: _, ...entry } of this.chaos.welcome(config.name)) {
      targets.push({ node: index, entry });
    }
    return { ...this.runNow(targets, cause), add: { index, config } };
  }

  /** The first pending input; undefined where nothing is left to do for it. */
  private applyOutside(): Plan | undefined {
    const { id, action } = this.log.take()!;
    if (action.kind === 'add-node') return this.planAdd(action.number, id);
    if (action.kind === 'chaos') {
      const effect = this.chaos.apply(action.line);
      this.answers.push({ id, text: effect.text, exitCode: effect.exitCode });
      return this.runNow(this.targets(effect), id);
    }
    const node = this.node(action.node);
    if (!node) return undefined;
    if (action.kind === 'remove-node') {
      const plan = this.runNow([{ node: node.index, entry: { input: { kind: 'power-off' } } }], id);
      return { ...plan, remove: node.index };
    }
    const { input } = action;
    if (input.kind === 'add-interface') this.lan.addAddress(input.address, node);
    return this.runNow([{ node: node.index, entry: { input } }], id);
  }

  private forget(index: number): void {
    const node = this.lan.node(index)!;
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.lan.detach(node);
    this.chaos.forget(node.config.name);
  }

  private applyTyped(): Plan {
    this.typedDoneAt = this.now;
    const { node, chaos, line, cause } = this.typed.take()!;
    const effect = this.chaos.apply(line);
    const targets = this.targets(effect);
    const { text, exitCode } = effect;
    if (this.lan.node(node)) {
      targets.push({ node, entry: { input: { kind: 'chaos-result', chaos, text, exitCode } } });
    }
    return this.runNow(targets, cause);
  }

  private targets(effect: ChaosEffect): NowTarget[] {
    return effect.entries.map(({ node, ...entry }) => ({ node: this.node(node)!.index, entry }));
  }

  /** Steps nodes at this very instant, ahead of what else is due at it. */
  private runNow(targets: readonly NowTarget[], cause: number): Plan {
    const work = new Map<number, NodeWork & { readonly immediate: Entry[] }>();
    for (const { node, entry } of targets) {
      let own = work.get(node);
      if (!own) {
        own = { node, immediate: [], entries: [], until: this.now, maxSteps: Infinity };
        work.set(node, own);
      }
      own.immediate.push({ at: this.now, cause, ...entry });
    }
    const ordered = [...work.values()].sort((a, b) => a.node - b.node);
    return { until: this.now, work: ordered, single: false };
  }

  private takeOutput(node: NodeEntry, { at, seq, output }: TimedOutput): void {
    switch (output.kind) {
      case 'send': {
        const { to, channel, label, bytes, payload } = output.envelope;
        const input: Input = { kind: 'message', from: node.config.address, channel, payload };
        const origin = { node, at, seq, cause: output.cause };
        this.lan.send(origin, to, input, { channel, label, bytes });
        return;
      }
      case 'reset-peer':
        this.lan.reset({ node, at, seq, cause: output.cause }, output.to);
        return;
      case 'chaos': {
        const { chaos, line, cause } = output;
        const due = at + this.lan.network.minDelayUs();
        this.typed.push(due, { node: node.index, chaos, line, cause });
        return;
      }
      case 'publish':
        this.published.push(output.record);
        this.lan.publish({ node, at, seq, cause: output.cause }, output.record);
        return;
      default:
        this.exported.push({ at, node: node.config.name, output });
    }
  }
}

function entryOf({ at, cause, input }: Delivery): Entry {
  return { at, cause, input };
}

/** The order in which the network sees what was sent: time, node, sequence. */
function compareOutputs(
  a: { node: NodeEntry; timed: TimedOutput },
  b: { node: NodeEntry; timed: TimedOutput },
): number {
  return a.timed.at - b.timed.at || a.node.index - b.node.index || a.timed.seq - b.timed.seq;
}
