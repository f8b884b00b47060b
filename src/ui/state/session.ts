/**
 * The one cluster that this page shows: made at start, driven through `ClusterHost` by whoever needs it.
 * Components call these functions; nothing else of the page knows how a cluster is made.
 */
import { jsonRequest } from '../../api';
import type { ClusterHost } from '../../host';
import { createHost } from '../../host/create';
import { clusterOf, type LabView } from '../../labs';
import { applyFailure, applyUpdate, useCluster } from './cluster-store';
import { complain, select, showTerminal } from './page-store';

let current: ClusterHost | undefined;

/** The cluster, once `startSession` has made it. */
export function host(): ClusterHost {
  if (!current) throw new Error('the session has not started');
  return current;
}

/** What an address may ask for: `?nodes=5&seed=7&host=inline`. */
export interface SessionOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly kind: 'inline' | 'worker' | 'pool';
}

export function optionsFromAddress(search: string): SessionOptions {
  const query = new URLSearchParams(search);
  const whole = (name: string, fallback: number, low: number, high: number) => {
    const value = Number(query.get(name) ?? NaN);
    return Number.isInteger(value) && value >= low && value <= high ? value : fallback;
  };
  const nodes = whole('nodes', 3, 1, 200);
  const asked = query.get('host');
  const kind = asked === 'inline' || asked === 'pool' || asked === 'worker' ? asked : undefined;
  return {
    nodes,
    seed: whole('seed', 1, 0, 2 ** 31),
    kind: kind ?? (nodes > 12 || processors() <= FEW_PROCESSORS ? 'pool' : 'worker'),
  };
}

/** With no more than these, workers of their own only make machines load one after the other. */
const FEW_PROCESSORS = 2;

function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? FEW_PROCESSORS + 1;
}

export async function startSession(options: SessionOptions): Promise<void> {
  const made = createHost(options.kind, {
    seed: options.seed,
    nodes: options.nodes,
    hub: 'real',
  });
  current = made;
  made.subscribe(applyUpdate);
  made.onFailure(applyFailure);
  try {
    await made.start();
  } catch (error) {
    applyFailure(error instanceof Error ? error.message : String(error));
  }
}

/** Name of the node that leads, as the managers see it; undefined while there is none. */
export function leaderName(): string | undefined {
  const screens = Object.values(useCluster.getState().screens);
  return screens.find((s) => s.power === 'on' && s.raft?.role === 'leader')?.name;
}

/** The cluster's records as the leader holds them. */
export function clusterRecords(screens: LabView['screens']) {
  return clusterOf({ screens, printed: {} });
}

/** Fills `{worker-token}` and `{manager-token}` in a command from what the leader answers. */
export async function fillTokens(text: string): Promise<string> {
  if (!text.includes('-token}')) return text;
  const leader = leaderName();
  if (leader === undefined) return text;
  const answer = await host().requestApi(leader, jsonRequest('GET', '/v1.41/swarm'));
  if (answer.status !== 200) return text;
  const swarm = JSON.parse(new TextDecoder().decode(answer.body)) as {
    JoinTokens: { Worker: string; Manager: string };
  };
  return text
    .replaceAll('{worker-token}', swarm.JoinTokens.Worker)
    .replaceAll('{manager-token}', swarm.JoinTokens.Manager);
}

/** Breaks or mends something, with the words that a terminal would take too. */
export async function chaos(line: string): Promise<void> {
  complain('');
  try {
    const { text, exitCode } = await host().chaos(line);
    if (exitCode !== 0) complain(text.trim());
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
  }
}

export async function addNode(): Promise<void> {
  const name = await host().addNode();
  showTerminal(name);
}

export async function removeNode(node: string): Promise<void> {
  select(undefined);
  await host().removeNode(node);
}
