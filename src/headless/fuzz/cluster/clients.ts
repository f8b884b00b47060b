/**
 * Clients that use the Engine API of random managers while everything breaks, and write down what they
 * asked, when, and what was answered: the history that `linearizable.ts` judges. Their cells are a
 * label of a service and of a node, changed by compare-and-swap on the version, and secrets that come
 * and go by name.
 *
 * An answer that is an error proves nothing: a manager that loses its leader in the middle of a call
 * asks the next one again, as the real one does, and then reports that the first attempt has changed
 * the version. Such an operation counts as one without an answer.
 */
import { encodeUtf8, toBase64, type RandomStream } from '../../../base';
import type { InlineCluster } from '../../../host/inline';
import { ApiCollector, type CollectedResponse } from '../../../host/api-collector';
import type { Cell, Effect, Operation } from './linearizable';

const LABEL = 'fuzz.value';
const PATIENCE_US = 25_000_000;

interface Pending {
  readonly key: string;
  readonly text: string;
  readonly calledAt: number;
  readonly collector: ApiCollector;
  readonly hangUp: () => void;
  /** Given a good answer: what the operation did. */
  readonly effect: (response: CollectedResponse) => Effect | undefined;
  /** What it may have done where there is none. */
  readonly perhaps: Effect | undefined;
}

/** What a client saw of a cell last, with the record that a swap sends back. */
interface Seen {
  readonly value: Cell;
  readonly version: number;
  readonly spec: Record<string, unknown>;
}

const read = (before: Cell): Effect => ({ kind: 'read', before, after: undefined });
const swap = (before: Cell, after: Cell): Effect => ({ kind: 'swap', before, after });

export class Client {
  private pending: Pending | undefined;
  private readonly seen = new Map<string, Seen>();
  private idleUntil = 0;
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly cluster: InlineCluster,
    private readonly random: RandomStream,
    private readonly managers: readonly string[],
    private readonly cells: readonly string[],
    private readonly history: Operation[],
  ) {}

  /** Ends what was answered or took too long, begins the next one. */
  turn(): void {
    const { now } = this.cluster;
    if (this.pending) {
      const { collector, calledAt, hangUp } = this.pending;
      if (collector.ended) this.finish(now);
      else if (now - calledAt > PATIENCE_US) {
        hangUp();
        this.finish(undefined);
      } else return;
    }
    if (now >= this.idleUntil) this.begin();
  }

  /** Gives up what is under way. */
  stop(): void {
    if (!this.pending) return;
    this.pending.hangUp();
    this.finish(this.pending.collector.ended ? this.cluster.now : undefined);
  }

  get isIdle(): boolean {
    return this.pending === undefined;
  }

  private finish(answeredAt: number | undefined): void {
    const { key, text, calledAt, collector, effect, perhaps } = this.pending!;
    this.pending = undefined;
    this.idleUntil = this.cluster.now + this.random.below(3_000_000);
    const done = answeredAt === undefined ? undefined : effect(collector.response());
    const known = done ?? perhaps;
    if (!known) return;
    const { name: client } = this;
    const at = done ? answeredAt : undefined;
    this.history.push({ key, client, text, effect: known, calledAt, answeredAt: at });
  }

  private begin(): void {
    const key = this.random.pick(this.cells);
    const [kind = '', name = ''] = key.split('/');
    if (kind === 'secret') return this.onSecret(key, name);
    const seen = this.seen.get(key);
    if (seen && this.random.chance(1, 2)) return this.swapLabel(key, kind, name, seen);
    this.ask(key, 'read', 'GET', `/${kind}s/${name}`, undefined, undefined, (response) => {
      if (response.status !== 200) return undefined;
      const record = JSON.parse(response.text()) as {
        readonly Version: { readonly Index: number };
        readonly Spec: Record<string, unknown>;
      };
      const value = labelsOf(record.Spec)[LABEL];
      this.seen.set(key, { value, version: record.Version.Index, spec: record.Spec });
      return read(value);
    });
  }

  private swapLabel(key: string, kind: string, name: string, seen: Seen): void {
    const next = this.fresh();
    const { value, version, spec } = seen;
    this.seen.delete(key);
    const body = { ...spec, Labels: { ...labelsOf(spec), [LABEL]: next } };
    const effect = swap(value, next);
    const path = `/${kind}s/${name}/update?version=${version}`;
    this.ask(key, `${value} to ${next}`, 'POST', path, body, effect, (response) =>
      response.status === 200 ? effect : undefined,
    );
  }

  private onSecret(key: string, name: string): void {
    const dice = this.random.below(5);
    const path = `/secrets/${name}`;
    if (dice < 2) {
      const next = this.fresh();
      const body = { Name: name, Labels: { [LABEL]: next }, Data: toBase64(encodeUtf8(next)) };
      const effect = swap(undefined, next);
      return this.ask(key, `create ${next}`, 'POST', '/secrets/create', body, effect, (response) =>
        response.status === 201 ? effect : undefined,
      );
    }
    if (dice === 2) {
      const seen = this.seen.get(key);
      const id = seen?.spec['ID'];
      if (!seen || typeof id !== 'string') return;
      // By its id, so that it is this very secret that goes.
      const effect = swap(seen.value, undefined);
      const byId = `/secrets/${id}`;
      return this.ask(key, `remove ${seen.value}`, 'DELETE', byId, undefined, effect, (response) =>
        response.status === 204 ? effect : undefined,
      );
    }
    this.ask(key, 'read', 'GET', path, undefined, undefined, (response) => {
      if (response.status === 404) return read(undefined);
      if (response.status !== 200) return undefined;
      const { ID, Spec } = JSON.parse(response.text()) as {
        readonly ID: string;
        readonly Spec: Record<string, unknown>;
      };
      const value = labelsOf(Spec)[LABEL];
      this.seen.set(key, { value, version: 0, spec: { ID } });
      return read(value);
    });
  }

  private fresh(): string {
    return `${this.name}.${++this.count}`;
  }

  private ask(
    key: string,
    what: string,
    method: string,
    path: string,
    body: unknown,
    perhaps: Effect | undefined,
    effect: Pending['effect'],
  ): void {
    const node = this.random.pick(this.managers);
    if (!this.cluster.nodes.includes(node)) return;
    const collector = new ApiCollector();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const bytes = encodeUtf8(body === undefined ? '' : JSON.stringify(body));
    const calledAt = this.cluster.now;
    const exchange = this.cluster.openApi(node, { method, path, headers, body: bytes }, collector);
    const text = `${what} on ${node}`;
    const hangUp = () => exchange.hangUp();
    this.pending = { key, text, calledAt, collector, hangUp, effect, perhaps };
  }
}

function labelsOf(spec: Record<string, unknown>): Record<string, string> {
  return (spec['Labels'] as Record<string, string> | null | undefined) ?? {};
}
