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
  NodeState,
  XrayEvent,
} from '../../host';
import type { NodeScreen } from '../../api';
import { noteInputs } from './command-store';
import { storyOf, type StoryEvent } from './story';

/** How many past events the page keeps. */
const KEEP_XRAY = 800;
const KEEP_HOPS = 600;
const KEEP_STORY = 400;
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
  /** Elections, tasks, notes. */
  readonly xray: readonly XrayEvent[];
  /** Hops of requests, which are many. */
  readonly hops: readonly XrayEvent[];
  /** What managers were seen to do: elections, commits. */
  readonly story: readonly StoryEvent[];
  /** When each machine last sent a heartbeat to its manager, virtual time. */
  readonly heartbeats: Readonly<Record<string, number>>;
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
  hops: [],
  story: [],
  heartbeats: {},
  traffic: NO_TRAFFIC,
  ready: false,
  failure: undefined,
}));

/** Applies one update of the host. */
export function applyUpdate(update: ClusterUpdate): void {
  noteInputs(update.inputs);
  useCluster.setState((state) => ({
    clock: update.clock,
    clockAt: performance.now(),
    nodes: sameNodes(state.nodes, update.nodes) ? state.nodes : update.nodes,
    links: update.links.length === 0 && state.links.length === 0 ? state.links : update.links,
    ...mergeScreens(state, update),
    flights: mergeFlights(state.flights, update),
    ...mergeXray(state, update.xray),
    heartbeats: mergeHeartbeats(state.heartbeats, update.flights),
    traffic: perSecond(state, update),
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

function mergeScreens(state: ClusterState, update: ClusterUpdate) {
  const before = state.screens;
  const names = new Set(update.nodes.map((node) => node.name));
  const gone = Object.keys(before).some((name) => !names.has(name));
  if (!gone && Object.keys(update.screens).length === 0) return {};
  const merged = { ...before, ...update.screens };
  const screens = Object.fromEntries(Object.entries(merged).filter(([name]) => names.has(name)));
  const told = storyOf(before, screens, update.clock.now);
  if (told.length === 0) return { screens };
  return { screens, story: [...state.story, ...told].slice(-KEEP_STORY) };
}

function mergeXray(state: ClusterState, events: readonly XrayEvent[]) {
  if (events.length === 0) return {};
  const hops = events.filter((e) => e.record.kind === 'hop');
  const others = events.filter((e) => e.record.kind !== 'hop');
  return {
    ...(hops.length > 0 ? { hops: [...state.hops, ...hops].slice(-KEEP_HOPS) } : {}),
    ...(others.length > 0 ? { xray: [...state.xray, ...others].slice(-KEEP_XRAY) } : {}),
  };
}

/** Messages that are still on their way, or were a moment ago. */
function mergeFlights(before: readonly Flight[], update: ClusterUpdate): readonly Flight[] {
  if (update.flights.length === 0 && before.length === 0) return before;
  const oldest = update.clock.now - KEEP_FLIGHTS_US;
  const kept = before.filter((flight) => flight.sentAt >= oldest);
  return [...kept, ...update.flights].slice(-KEEP_FLIGHTS);
}

function mergeHeartbeats(before: ClusterState['heartbeats'], flights: readonly Flight[]) {
  const sent = flights.filter((f) => f.channel === 'dispatcher' && f.label === 'heartbeat');
  if (sent.length === 0) return before;
  const merged = { ...before };
  for (const { from, sentAt } of sent) merged[from] = Math.max(sentAt, merged[from] ?? 0);
  return merged;
}

/** Smoothed, so that the number can be read. */
function perSecond(state: ClusterState, update: ClusterUpdate): ClusterState['traffic'] {
  const seconds = (update.clock.now - state.clock.now) / 1_000_000;
  if (seconds <= 0) return state.traffic;
  const weight = Math.min(1, seconds);
  const smooth = (channel: keyof ClusterState['traffic']) => {
    const now = update.traffic[channel] / seconds;
    return state.traffic[channel] * (1 - weight) + now * weight;
  };
  return {
    raft: smooth('raft'),
    gossip: smooth('gossip'),
    dispatcher: smooth('dispatcher'),
    control: smooth('control'),
    request: smooth('request'),
  };
}
