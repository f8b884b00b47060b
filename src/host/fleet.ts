/**
 * Where the machines of a cluster live: on this thread, or in workers. The driver has them run their
 * share of each window and looks at their screens between windows; it does not know where they are.
 */
import { NO_BYTES, assert } from '../base';
import type { ApiRequest, LookAnswer, MachineConfig } from '../api';
import { NodeRunner, type MachineFactory, type NodeResult, type NodeWork } from '../sim';
import { ScreenSource, type ScreenPatch } from './screens';

export type Eventually<T> = T | Promise<T>;

export interface Fleet {
  add(index: number, config: MachineConfig): void;
  run(work: readonly NodeWork[]): Eventually<readonly NodeResult[]>;
  /** Throws a machine away and answers its digest. */
  remove(index: number): Eventually<string>;
  /** What has changed on the screens of these nodes; `whole` sends all of it. */
  observe(indices: readonly number[], whole: boolean): Eventually<readonly ScreenPatch[]>;
  /** One read of a machine that leaves no trace. */
  look(index: number, request: ApiRequest, now: number): Eventually<LookAnswer>;
  /** Digests of all that went in and out, by position. */
  digests(): Eventually<ReadonlyMap<number, string>>;
  stop(): void;
}

/** Carries out computations for machines; may take its wall time, no virtual time passes. */
export type AsyncComputer = (job: unknown) => unknown;

/** Machines on this thread. */
export class LocalFleet implements Fleet {
  private readonly runners = new Map<number, NodeRunner>();
  private readonly screens = new ScreenSource();

  constructor(
    private readonly makeMachine: MachineFactory,
    private readonly compute?: AsyncComputer,
    private readonly freezePayloads = false,
  ) {}

  add(index: number, config: MachineConfig): void {
    this.runners.set(index, new NodeRunner(index, this.makeMachine(config), this.freezePayloads));
  }

  run(work: readonly NodeWork[]): Eventually<readonly NodeResult[]> {
    const results: NodeResult[] = [];
    const waiting: Promise<void>[] = [];
    for (const [at, share] of work.entries()) {
      const runner = this.runner(share.node);
      const result = runner.run(share);
      if (result) results[at] = result;
      else waiting.push(this.finish(runner).then((late) => void (results[at] = late)));
    }
    return waiting.length === 0 ? results : Promise.all(waiting).then(() => results);
  }

  remove(index: number): string {
    const runner = this.runner(index);
    this.runners.delete(index);
    this.screens.forget(runner.machine.config.name);
    return runner.digest();
  }

  observe(indices: readonly number[], whole: boolean): ScreenPatch[] {
    if (whole) this.screens.forget();
    const patches: ScreenPatch[] = [];
    for (const index of indices) {
      const { machine } = this.runner(index);
      const patch = this.screens.patch(machine.config.name, machine.observe());
      if (patch) patches.push(patch);
    }
    return patches;
  }

  look(index: number, request: ApiRequest, now: number): LookAnswer {
    const { machine } = this.runner(index);
    return machine.look?.(request, now) ?? { status: 0, headers: {}, body: NO_BYTES };
  }

  digests(): Map<number, string> {
    const digests = new Map<number, string>();
    for (const [index, runner] of this.runners) digests.set(index, runner.digest());
    return digests;
  }

  stop(): void {
    this.runners.clear();
  }

  /** Goes on with a node that waits for a computation, as often as it does. */
  private async finish(runner: NodeRunner): Promise<NodeResult> {
    for (;;) {
      assert(this.compute, 'this host can compute for its machines');
      const value: unknown = await this.compute(runner.computation()!.job);
      const result = runner.resume(value);
      if (result) return result;
    }
  }

  private runner(index: number): NodeRunner {
    const runner = this.runners.get(index);
    assert(runner, `there is a node at ${index}`);
    return runner;
  }
}
