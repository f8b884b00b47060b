/**
 * The one cluster that this page shows: made at start, driven through `ClusterHost` by whoever needs it.
 * Components call these functions; nothing else of the page knows how a cluster is made.
 */
import { jsonRequest } from '../../api';
import { clusterOf, type LabView } from '../../labs';
import { host } from './cluster';
import { useCluster } from './cluster-store';
import { complain, select, showTerminal } from './page-store';

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
