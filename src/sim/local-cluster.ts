/**
 * A whole cluster on one thread: the conductor and its nodes, stepped synchronously. The inline host,
 * tests and the headless programs stand on it.
 */
import { assert, deepClone } from '../base';
import type { Machine, MachineConfig, NodeScreen } from '../api';
import { Conductor, type Plan } from './conductor';
import type { NodeResult, NodeWork } from './entry';
import { NodeRunner } from './node-runner';
import type { Scenario } from './scenario';

export type MachineFactory = (config: MachineConfig) => Machine;

/** Carries out at once what a machine asked for; the result depends on nothing but the job. */
export type Computer = (job: unknown) => unknown;

export class LocalCluster {
  readonly conductor: Conductor;
  private readonly runners = new Map<number, NodeRunner>();

  constructor(
    scenario: Scenario,
    private readonly makeMachine: MachineFactory,
    private readonly compute?: Computer,
  ) {
    this.conductor = new Conductor(scenario);
  }

  get now(): number {
    return this.conductor.now;
  }

  /** Does one plan towards `limit`; false when all before `limit` is done. */
  advance(limit: number): boolean {
    const plan = this.conductor.plan(limit);
    if (plan) this.carryOut(plan);
    return plan !== undefined;
  }

  runUntil(limit: number): void {
    while (this.advance(limit));
  }

  /** One event; false if nothing will ever happen by itself. */
  stepEvent(): boolean {
    const plan = this.conductor.planSingle();
    if (plan) this.carryOut(plan);
    return plan !== undefined;
  }

  observe(node: string): NodeScreen {
    return this.runner(node).machine.observe();
  }

  machine(node: string): Machine {
    return this.runner(node).machine;
  }

  traceHash(): string {
    const digests = new Map<number, string>();
    for (const [index, runner] of this.runners) digests.set(index, runner.digest());
    return this.conductor.traceHash(digests);
  }

  /** A cluster that goes on alike and apart. */
  clone(): LocalCluster {
    const copy = new LocalCluster(this.conductor.scenario, this.makeMachine, this.compute);
    Object.assign(copy, { conductor: deepClone(this.conductor) });
    for (const [index, runner] of this.runners) copy.runners.set(index, runner.clone());
    return copy;
  }

  private runner(name: string): NodeRunner {
    const node = this.conductor.node(name);
    assert(node, `there is a node ${name}`);
    return this.runners.get(node.index)!;
  }

  private carryOut(plan: Plan): void {
    const { conductor, runners } = this;
    if (plan.add) {
      const { index, config } = plan.add;
      runners.set(index, new NodeRunner(index, this.makeMachine(config), true));
    }
    const results: NodeResult[] = [];
    for (const work of plan.work) results.push(this.runOne(work));
    if (plan.remove !== undefined) {
      conductor.keepDigest(runners.get(plan.remove)!.digest());
      runners.delete(plan.remove);
    }
    conductor.commit(plan, results);
  }

  private runOne(work: NodeWork): NodeResult {
    const runner = this.runners.get(work.node)!;
    let result = runner.run(work);
    while (!result) {
      assert(this.compute, 'this cluster cannot compute for its machines');
      result = runner.resume(this.compute(runner.computation()!.job));
    }
    return result;
  }
}
