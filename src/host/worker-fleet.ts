/**
 * Machines in workers: one for each machine, or a pool that shares them. Each worker answers in order,
 * so a list of those who wait is all the bookkeeping there is.
 */
import type { ApiRequest, LookAnswer, MachineConfig } from '../api';
import type { NodeResult, NodeWork } from '../sim';
import type { Fleet } from './fleet';
import type { FromNodes, ToNodes } from './messages';
import type { ScreenPatch } from './screens';

/** As much of a Worker as is used here, in the browser and in Node. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

type Answer<K extends FromNodes['kind']> = Extract<FromNodes, { kind: K }>;

interface Waiting {
  readonly resolve: (answer: FromNodes) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and who waits for its answers. */
class Lane {
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor(private readonly worker: WorkerLike) {
    worker.onmessage = ({ data }) => this.receive(data as FromNodes);
    worker.onerror = (event) => this.fail(`a worker is gone: ${event.message}`);
  }

  tell(message: ToNodes): void {
    this.worker.postMessage(message);
  }

  ask<K extends FromNodes['kind']>(message: ToNodes, _answer: K): Promise<Answer<K>> {
    return new Promise<FromNodes>((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(message);
    }) as Promise<Answer<K>>;
  }

  close(): void {
    this.worker.terminate();
  }

  private receive(answer: FromNodes): void {
    if (answer.kind === 'failure') this.fail(answer.message);
    else this.waiting.shift()?.resolve(answer);
  }

  private fail(message: string): void {
    this.failure = new Error(message);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

export class WorkerFleet implements Fleet {
  private readonly pool: Lane[] = [];
  private readonly lanes = new Map<number, Lane>();
  /** Workers that load their script while the machines before theirs boot. */
  private readonly early: Lane[] = [];

  /** Machines share so many `workers`; 0 is one for each, and `machines` are there at the start. */
  constructor(
    private readonly spawn: () => WorkerLike,
    private readonly workers: number,
    machines: number,
  ) {
    const atOnce = workers === 0 ? machines : Math.min(workers, machines);
    for (let i = 0; i < atOnce; i++) this.early.push(new Lane(this.spawn()));
  }

  add(index: number, config: MachineConfig): void {
    const lane = this.laneFor(index);
    this.lanes.set(index, lane);
    lane.tell({ kind: 'add', index, config });
  }

  async run(work: readonly NodeWork[]): Promise<readonly NodeResult[]> {
    const shares = this.byLane(work, (share) => share.node);
    const asked = shares.map(([lane, share]) => lane.ask({ kind: 'run', work: share }, 'results'));
    if (asked.length === 1) return (await asked[0]!).results;
    const answers = await Promise.all(asked);
    return answers.flatMap((answer) => answer.results);
  }

  async remove(index: number): Promise<string> {
    const lane = this.lanes.get(index)!;
    this.lanes.delete(index);
    const { digest } = await lane.ask({ kind: 'remove', index }, 'digest');
    if (this.workers === 0) lane.close();
    return digest;
  }

  async observe(indices: readonly number[], whole: boolean): Promise<readonly ScreenPatch[]> {
    const shares = this.byLane(indices, (index) => index);
    const answers = await Promise.all(
      shares.map(([lane, own]) => lane.ask({ kind: 'observe', indices: own, whole }, 'screens')),
    );
    return answers.flatMap((answer) => answer.patches);
  }

  async look(index: number, request: ApiRequest, now: number): Promise<LookAnswer> {
    const lane = this.lanes.get(index)!;
    return (await lane.ask({ kind: 'look', index, request, now }, 'look')).answer;
  }

  async digests(): Promise<Map<number, string>> {
    const lanes = [...new Set(this.lanes.values())];
    const asked = lanes.map((lane) => lane.ask({ kind: 'digests' }, 'digests'));
    return new Map((await Promise.all(asked)).flatMap((answer) => answer.digests));
  }

  stop(): void {
    for (const lane of new Set([...this.early, ...this.pool, ...this.lanes.values()])) lane.close();
  }

  private laneFor(index: number): Lane {
    if (this.workers === 0) return this.nextLane();
    const at = index % this.workers;
    this.pool[at] ??= this.nextLane();
    return this.pool[at];
  }

  private nextLane(): Lane {
    return this.early.shift() ?? new Lane(this.spawn());
  }

  private byLane<T>(items: readonly T[], indexOf: (item: T) => number): [Lane, T[]][] {
    const shares = new Map<Lane, T[]>();
    for (const item of items) {
      const lane = this.lanes.get(indexOf(item))!;
      const share = shares.get(lane);
      if (share) share.push(item);
      else shares.set(lane, [item]);
    }
    return [...shares];
  }
}
