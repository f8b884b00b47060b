/**
 * Runs a cluster against the wall clock: the conductor, its fleet of machines, pacing, and the streams
 * to the page. It lives on the conductor's own thread (a worker, or the page's for the inline host) and
 * sleeps until the next thing is due.
 *
 * What comes from outside is kept until the window under way has ended; then it gets the instant that
 * the cluster has reached, is written into the log, and is stepped at once, paused or not.
 */
import { Conductor, serialiseRun, type ChaosAnswer, type Exported, type Plan } from '../sim';
import type { ApiRequest, LookAnswer } from '../api';
import { NO_BYTES } from '../base';
import type { ClockState, Speed } from './cluster-host';
import { ExecRecord } from './execs';
import type { Eventually, Fleet } from './fleet';
import type {
  ClusterControl,
  ClusterPlan,
  ExecAnswer,
  ExecRequest,
  FromCluster,
  ToCluster,
} from './messages';
import { Pacer } from './pacer';
import { TaskTurn } from './task-turn';
import { UpdateMaker } from './update-maker';

/** Wall time after which the thread looks at its messages. */
const SLICE_MS = 10;
/** Windows between two looks at the clock. */
const WINDOWS_PER_LOOK = 16;
/** Longest time that a timer of the host runs; Infinity is no time for setTimeout. */
const MAX_REST_MS = 60_000;
const DEFAULT_EXEC_US = 120_000_000;

/** Something to be done between two windows. */
type Operation = () => Eventually<void>;

export class ClusterDriver implements ClusterControl {
  private conductor!: Conductor;
  private fleet!: Fleet;
  private pacer!: Pacer;
  private updates!: UpdateMaker;
  private operations: Operation[] = [];
  private readonly execs = new Map<string, ExecRecord>();
  private readonly chaosWaiting = new Map<number, (answer: ChaosAnswer) => void>();
  private outgoing: FromCluster[] = [];
  private wake: (() => void) | undefined;
  private stopped = false;
  private lastExec = 0;
  private readonly turn = new TaskTurn();

  constructor(
    private readonly makeFleet: (plan: ClusterPlan) => Fleet,
    private readonly send: (batch: readonly FromCluster[]) => void,
  ) {}

  // --- control

  async start(plan: ClusterPlan): Promise<void> {
    this.fleet = this.makeFleet(plan);
    this.conductor = new Conductor(plan.scenario);
    this.updates = new UpdateMaker(this.conductor, this.fleet);
    this.pacer = new Pacer(performance.now(), plan.speed, plan.paused);
    await this.advance(0, Infinity);
    // A terminal that the page opened meanwhile shows its prompt before the first screens are drawn.
    await this.performAll();
    this.flush();
    this.pacer.anchor(performance.now(), this.conductor.now);
    await this.sendUpdate();
    void this.loop();
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    this.turn.close();
    this.fleet?.stop();
    return Promise.resolve();
  }

  setSpeed(speed: Speed): Promise<void> {
    return this.perform(() => {
      this.pacer.setSpeed(speed, performance.now(), this.conductor.now);
    });
  }

  setPaused(paused: boolean): Promise<void> {
    return this.perform(() => {
      this.pacer.setPaused(paused, performance.now(), this.conductor.now);
    });
  }

  stepEvent(): Promise<void> {
    return this.perform(async () => {
      const plan = this.conductor.planSingle();
      if (plan) await this.carryOut(plan);
      this.pacer.anchor(performance.now(), this.conductor.now);
    });
  }

  chaos(line: string): Promise<{ text: string; exitCode: number }> {
    return new Promise((resolve) => {
      void this.perform(() => {
        this.chaosWaiting.set(this.conductor.giveChaos(line), resolve);
      });
    });
  }

  async addNode(): Promise<string> {
    let name = '';
    await this.perform(() => {
      name = this.conductor.addNode();
    });
    return name;
  }

  removeNode(node: string): Promise<void> {
    return this.perform(() => this.conductor.removeNode(node));
  }

  writeFile(node: string, path: string, data: Uint8Array, mode: number): Promise<void> {
    return this.perform(() => {
      this.conductor.give(node, { kind: 'write-file', path, data, mode });
    });
  }

  async look(node: string, request: ApiRequest): Promise<LookAnswer> {
    let answer: LookAnswer = { status: 0, headers: {}, body: NO_BYTES };
    await this.perform(async () => {
      const entry = this.conductor.nodes.find(({ config }) => config.name === node);
      if (entry) answer = await this.fleet.look(entry.index, request, this.conductor.now);
    });
    return answer;
  }

  resend(): Promise<void> {
    return this.perform(() => this.updates.resend());
  }

  runTo(at: number): Promise<void> {
    return this.perform(() => this.rush(at, () => false));
  }

  async exec(request: ExecRequest): Promise<ExecAnswer> {
    const { node, command, stdin = '', tty, timeoutUs = DEFAULT_EXEC_US } = request;
    let record: ExecRecord | undefined;
    await this.perform(async () => {
      const exec = `x${++this.lastExec}`;
      const startedAt = this.conductor.edge();
      const made = new ExecRecord(startedAt, startedAt + timeoutUs);
      record = made;
      this.execs.set(exec, made);
      const size = tty ? { tty } : {};
      this.conductor.give(node, { kind: 'exec', exec, command, stdin, ...size });
      if (this.pacer.running) return;
      await this.rush(made.deadline, () => made.ended);
      made.end(this.conductor.now, undefined);
    });
    return record!.answer;
  }

  async clock(): Promise<ClockState> {
    await this.perform(() => undefined);
    return this.pacer.state(this.conductor.now);
  }

  async traceHash(): Promise<string> {
    let hash = '';
    await this.perform(async () => {
      hash = this.conductor.traceHash(await this.fleet.digests());
    });
    return hash;
  }

  async save(): Promise<string> {
    let text = '';
    await this.perform(() => {
      text = serialiseRun(this.conductor.save());
    });
    return text;
  }

  // --- streams

  /** What the page sent, in order. */
  receive(batch: readonly ToCluster[]): void {
    for (const { node, ...input } of batch) {
      void this.perform(() => {
        this.conductor.give(node, input);
      });
    }
  }

  // --- within

  /** Has something done between two windows, and the inputs that it gave stepped. */
  private perform(operation: Operation): Promise<void> {
    return new Promise((resolve) => {
      this.operations.push(async () => {
        await operation();
        resolve();
      });
      this.wake?.();
    });
  }

  private async loop(): Promise<void> {
    try {
      while (!this.stopped) {
        const caughtUp = await this.catchUp();
        await this.performAll();
        this.expireExecs();
        this.flush();
        if (this.updateWait() <= 0) await this.sendUpdate();
        if (caughtUp) await this.rest();
        else await this.turn.yield();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Towards the instant that belongs to the wall time; false if that takes longer than a slice. */
  private async catchUp(): Promise<boolean> {
    const { pacer, conductor } = this;
    if (!pacer.running) return true;
    const nowMs = performance.now();
    const target = pacer.target(nowMs, conductor.now);
    const reached = await this.advance(target, nowMs + SLICE_MS);
    return reached && target !== Infinity;
  }

  private async performAll(): Promise<void> {
    while (this.operations.length > 0) {
      const operations = this.operations;
      this.operations = [];
      for (const operation of operations) await operation();
      await this.advance(this.conductor.edge(), Infinity);
    }
  }

  /** At full speed until an instant or a condition. */
  private async rush(until: number, done: () => boolean): Promise<void> {
    await this.advance(this.conductor.edge(), Infinity);
    while (!this.stopped && !done()) {
      const reached = await this.advance(until, performance.now() + SLICE_MS, done);
      this.flush();
      if (this.updateWait() <= 0) await this.sendUpdate();
      if (reached) break;
      await this.turn.yield();
    }
    this.pacer.anchor(performance.now(), this.conductor.now);
  }

  /** Window after window; true when all before `limit` is done or `done` says so. */
  private async advance(limit: number, deadlineMs: number, done?: () => boolean): Promise<boolean> {
    for (let windows = 1; !this.stopped; windows++) {
      const plan = this.conductor.plan(limit);
      if (!plan) return true;
      const pending = this.carryOut(plan);
      if (pending) await pending;
      if (done?.()) return true;
      if (windows % WINDOWS_PER_LOOK === 0 && performance.now() >= deadlineMs) return false;
    }
    return true;
  }

  private carryOut(plan: Plan): Promise<void> | undefined {
    if (plan.add) this.fleet.add(plan.add.index, plan.add.config);
    const results = plan.work.length === 0 ? [] : this.fleet.run(plan.work);
    if (results instanceof Promise || plan.remove !== undefined) {
      return this.carryOutLate(plan, results);
    }
    this.conductor.commit(plan, results);
    this.route();
    return undefined;
  }

  private async carryOutLate(plan: Plan, pending: ReturnType<Fleet['run']>): Promise<void> {
    const results = await pending;
    if (plan.remove !== undefined) {
      this.conductor.keepDigest(await this.fleet.remove(plan.remove));
    }
    this.conductor.commit(plan, results);
    this.route();
  }

  private route(): void {
    for (const exported of this.conductor.takeExported()) this.routeOne(exported);
    for (const answer of this.conductor.takeAnswers()) {
      this.chaosWaiting.get(answer.id)?.(answer);
      this.chaosWaiting.delete(answer.id);
    }
  }

  private routeOne({ at, node, output }: Exported): void {
    switch (output.kind) {
      case 'exec-output':
        this.execs.get(output.exec)?.print(output.stream, output.data);
        return;
      case 'exec-exit':
        this.execs.get(output.exec)?.end(at, output.exitCode);
        this.execs.delete(output.exec);
        return;
      case 'xray':
        this.updates.addXray({ at, node, cause: output.cause, record: output.record });
        return;
      default:
        this.outgoing.push(output);
    }
  }

  private expireExecs(): void {
    for (const [exec, record] of this.execs) {
      if (this.conductor.now < record.deadline) continue;
      record.end(this.conductor.now, undefined);
      this.execs.delete(exec);
    }
  }

  private flush(): void {
    if (this.outgoing.length === 0) return;
    const batch = this.outgoing;
    this.outgoing = [];
    this.send(batch);
  }

  private updateWait(): number {
    return this.updates.waitMs(performance.now(), this.pacer.state(this.conductor.now));
  }

  private async sendUpdate(): Promise<void> {
    const clock = this.pacer.state(this.conductor.now);
    const update = await this.updates.make(performance.now(), clock);
    this.send([{ kind: 'update', update }]);
  }

  /** Sleeps until the next event, update or message. */
  private rest(): Promise<void> {
    if (this.operations.length > 0) return Promise.resolve();
    const eventMs = this.pacer.waitMs(this.conductor.nextEventAt(), performance.now());
    const restMs = Math.min(MAX_REST_MS, this.updateWait(), eventMs);
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, Math.ceil(restMs));
      this.wake = end;
    });
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    const { scenario, now } = this.conductor;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `seed ${scenario.seed}, at ${now} us: ${why}`;
    this.send([{ kind: 'failure', message }]);
    void this.stop();
  }
}
