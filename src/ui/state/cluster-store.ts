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
const KEEP_COPY_UPS = 400;
const KEEP_BUILDS = 1500;
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
  /** Copies of files into containers' own layers. */
  readonly copyUps: readonly XrayEvent[];
  /** Builds and their steps. */
  readonly builds: readonly XrayEvent[];
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
  copyUps: [],
  builds: [],
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

/** Lists of past events by what they tell of; each kind has its own length, so none drives out another. */
const XRAY_LISTS = {
  hops: [KEEP_HOPS, ['hop']],
  copyUps: [KEEP_COPY_UPS, ['copy-up']],
  builds: [KEEP_BUILDS, ['build', 'build-step', 'build-end']],
  xray: [KEEP_XRAY, ['election', 'task', 'note']],
} as const satisfies Record<string, readonly [number, readonly XrayEvent['record']['kind'][]]>;

function mergeXray(state: ClusterState, events: readonly XrayEvent[]) {
  const merged: Partial<Record<keyof typeof XRAY_LISTS, readonly XrayEvent[]>> = {};
  if (events.length === 0) return merged;
  for (const name of Object.keys(XRAY_LISTS) as (keyof typeof XRAY_LISTS)[]) {
    const [keep, kinds] = XRAY_LISTS[name];
    const fresh = events.filter(({ record }) => (kinds as readonly string[]).includes(record.kind));
    if (fresh.length > 0) merged[name] = [...state[name], ...fresh].slice(-keep);
  }
  return merged;
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
