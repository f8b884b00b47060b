/**
 * What the page knows of the cluster. This is the one place that applies the host's updates; records that
 * did not change keep their identity, so components that select by id are not drawn again.
 */
import { create } from 'zustand';
import type {
  ClockState,
  ClusterUpdate,
  Flight,
  LinkState,
  LoggedInput,
  NodeState,
  XrayEvent,
} from '../../host';
import type { NodeScreen } from '../../api';

/** How many past events the page keeps. */
const KEEP_XRAY = 600;
const KEEP_INPUTS = 400;
const KEEP_FLIGHTS_US = 3_000_000;
const KEEP_FLIGHTS = 1500;

export interface ClusterState {
  readonly clock: ClockState;
  /** Wall time at which `clock` was true, for drawing in between (performance.now). */
  readonly clockAt: number;
  readonly nodes: readonly NodeState[];
  readonly links: readonly LinkState[];
  readonly screens: Readonly<Record<string, NodeScreen>>;
  readonly flights: readonly Flight[];
  readonly xray: readonly XrayEvent[];
  readonly inputs: readonly LoggedInput[];
  /** Messages a second of virtual time by channel, over the last updates. */
  readonly traffic: ClusterUpdate['traffic'];
  readonly ready: boolean;
  readonly failure: string | undefined;
}

const NO_TRAFFIC = { raft: 0, gossip: 0, dispatcher: 0, control: 0, request: 0 };

export const useCluster = create<ClusterState>(() => ({
  clock: { now: 0, speed: 1, paused: false },
  clockAt: 0,
  nodes: [],
  links: [],
  screens: {},
  flights: [],
  xray: [],
  inputs: [],
  traffic: NO_TRAFFIC,
  ready: false,
  failure: undefined,
}));

/** Applies one update of the host. */
export function applyUpdate(update: ClusterUpdate): void {
  useCluster.setState((state) => ({
    clock: update.clock,
    clockAt: performance.now(),
    nodes: sameNodes(state.nodes, update.nodes) ? state.nodes : update.nodes,
    links: update.links.length === 0 && state.links.length === 0 ? state.links : update.links,
    screens: mergeScreens(state.screens, update),
    flights: mergeFlights(state.flights, update),
    xray: update.xray.length === 0 ? state.xray : [...state.xray, ...update.xray].slice(-KEEP_XRAY),
    inputs:
      update.inputs.length === 0
        ? state.inputs
        : [...state.inputs, ...update.inputs].slice(-KEEP_INPUTS),
    traffic: update.traffic,
    ready: true,
  }));
}

/** The cluster stopped for good. */
export function applyFailure(message: string): void {
  useCluster.setState({ failure: message });
}

function sameNodes(a: readonly NodeState[], b: readonly NodeState[]): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => {
      const y = b[i]!;
      return x.name === y.name && x.power === y.power && x.frozen === y.frozen;
    })
  );
}

function mergeScreens(before: ClusterState['screens'], update: ClusterUpdate) {
  const names = new Set(update.nodes.map((node) => node.name));
  const gone = Object.keys(before).some((name) => !names.has(name));
  if (!gone && Object.keys(update.screens).length === 0) return before;
  const merged = { ...before, ...update.screens };
  return Object.fromEntries(Object.entries(merged).filter(([name]) => names.has(name)));
}

/** Messages that are still on their way, or were a moment ago. */
function mergeFlights(before: readonly Flight[], update: ClusterUpdate): readonly Flight[] {
  if (update.flights.length === 0 && before.length === 0) return before;
  const oldest = update.clock.now - KEEP_FLIGHTS_US;
  const kept = before.filter((flight) => flight.sentAt >= oldest);
  return [...kept, ...update.flights].slice(-KEEP_FLIGHTS);
}
