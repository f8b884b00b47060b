/**
 * Makes the page's updates: what has changed since the last one, about every 100 ms of wall time while
 * something happens. Looking changes nothing: a screen is an observer read of the machine.
 */
import { describeAction, type Conductor, type NodeEntry } from '../sim';
import type { ClockState, LinkState, LoggedInput, XrayEvent } from './cluster-host';
import type { Fleet } from './fleet';
import type { RawUpdate } from './messages';

/** Wall time between two updates. */
export const UPDATE_MS = 100;
/** With nothing to tell, the page still hears the clock so often. */
const IDLE_UPDATE_MS = 1000;
const MAX_XRAY = 1000;
const MAX_INPUTS = 400;
/** Beyond this many machines only the links that are not as usual are told. */
const MAX_FULL_MESH = 24;

export class UpdateMaker {
  private readonly stepsSent = new Map<number, number>();
  private xray: XrayEvent[] = [];
  private inputsSent = 0;
  private linksSent = -1;
  private lastMs = -Infinity;
  private stateSent = '';
  private whole = true;

  constructor(
    private readonly conductor: Conductor,
    private readonly fleet: Fleet,
  ) {}

  addXray(event: XrayEvent): void {
    if (this.xray.length >= MAX_XRAY) this.xray.splice(0, MAX_XRAY / 2);
    this.xray.push(event);
  }

  /** The next update carries everything. */
  resend(): void {
    this.whole = true;
  }

  /** Milliseconds until the next update is due. */
  waitMs(nowMs: number, clock: ClockState): number {
    const pause = this.somethingNew(clock) ? UPDATE_MS : clock.paused ? Infinity : IDLE_UPDATE_MS;
    return Math.max(0, this.lastMs + pause - nowMs);
  }

  async make(nowMs: number, clock: ClockState): Promise<RawUpdate> {
    const { conductor, whole } = this;
    this.lastMs = nowMs;
    this.whole = false;
    this.stateSent = stateOf(clock, conductor.nodes);
    const changed = conductor.nodes.filter((node) => whole || this.hasStepped(node));
    for (const { index, steps } of changed) this.stepsSent.set(index, steps);
    const links = this.takeLinks(whole);
    const inputs = this.takeInputs(whole);
    const { flights, counts } = conductor.lan.traffic.take();
    const { xray } = this;
    this.xray = [];
    const nodes = conductor.nodes.map(({ config, power, frozen }) => {
      return { name: config.name, address: config.address, power, frozen };
    });
    const patches =
      changed.length === 0
        ? []
        : await this.fleet.observe(
            changed.map((node) => node.index),
            whole,
          );
    return { clock, nodes, links, patches, flights, xray, inputs, traffic: counts };
  }

  private somethingNew(clock: ClockState): boolean {
    const { conductor } = this;
    return (
      this.whole ||
      this.xray.length > 0 ||
      this.inputsSent < conductor.inputs().length ||
      this.linksSent !== conductor.lan.network.version ||
      this.stateSent !== stateOf(clock, conductor.nodes) ||
      conductor.nodes.some((node) => this.hasStepped(node))
    );
  }

  private hasStepped(node: NodeEntry): boolean {
    return this.stepsSent.get(node.index) !== node.steps;
  }

  private takeLinks(whole: boolean): LinkState[] | undefined {
    const { network } = this.conductor.lan;
    if (!whole && this.linksSent === network.version) return undefined;
    this.linksSent = network.version;
    const few = this.conductor.nodes.length <= MAX_FULL_MESH;
    const pairs = few
      ? network.pairs()
      : network.changed().map(({ from, to }): [string, string] => [from, to]);
    return pairs.map(([from, to]) => {
      const { cut, delayUs, lossPermille } = network.settings(from, to);
      return { from, to, cut, delayUs, lossPermille };
    });
  }

  private takeInputs(whole: boolean): LoggedInput[] {
    const history = this.conductor.inputs();
    const from = whole ? Math.max(0, history.length - MAX_INPUTS) : this.inputsSent;
    this.inputsSent = history.length;
    return history.slice(from).map(({ id, at, action }) => {
      const node = 'node' in action ? action.node : '';
      return { id, at, node, label: describeAction(action) };
    });
  }
}

function stateOf(clock: ClockState, nodes: readonly NodeEntry[]): string {
  const words = nodes.map((node) => `${node.index}${node.power}${node.frozen}`);
  return `${clock.speed} ${clock.paused} ${words.join(' ')}`;
}
