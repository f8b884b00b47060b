/** The one line of facts on a machine's card: what it runs, when it was last heard, what comes next. */
import type { ClusterState } from '../state/cluster-store';
import { managersOf, sidesOf, stepsDownIn } from '../state/sides';
import { clusterRecords } from '../state/session';
import { formatAgo } from '../state/virtual-time';
import { rankOf, tasksOn } from './facts';

/** A worker that a manager has not heard for so long is about to be called down. */
const WORRY_US = 6_500_000;

export function factsOf(state: ClusterState, name: string): string {
  const screen = state.screens[name];
  const node = state.nodes.find((n) => n.name === name);
  if (!screen && node?.power === 'on') return 'starts';
  if (!screen || node?.power === 'off') return 'no power: only its disk remains';
  if (node?.frozen) return 'stands still: hears nothing, says nothing';
  const { info, raft, containers } = screen;
  if (info?.Swarm.LocalNodeState !== 'active') {
    const running = containers.filter((c) => c.State === 'running').length;
    return `Docker ${info?.ServerVersion ?? ''} · ${plural(running, 'container')}`;
  }
  const tasks = tasksOn(clusterRecords(state.screens)?.tasks ?? [], info.Swarm.NodeID);
  const running = tasks.filter((t) => t.Status.State === 'running').length;
  const parts = [plural(running, 'task')];
  const alone = raft && ledByNobody(state, name);
  if (alone !== undefined) return `cut off: steps down in ${alone} s`;
  if (raft) {
    const { lastIndex, commit } = raft;
    parts.push(
      lastIndex === commit ? `log ${commit}, all committed` : `log ${lastIndex}, commit ${commit}`,
    );
  } else if (rankOf(screen) === 'worker') {
    parts.push(heartbeat(state, name));
  }
  return parts.join(' · ');
}

/** Seconds for which this machine will go on leading without a majority; undefined if it has one. */
export function ledByNobody(state: ClusterState, name: string): number | undefined {
  const screen = state.screens[name];
  if (screen?.raft?.role !== 'leader') return undefined;
  const sides = sidesOf(managersOf(state.screens), state.nodes, state.links);
  const side = sides.find((one) => one.names.includes(name));
  return stepsDownIn({ screen, raft: screen.raft }, side);
}

function heartbeat(state: ClusterState, name: string): string {
  const sent = state.heartbeats[name];
  if (sent === undefined) return 'session open';
  const ago = state.clock.now - sent;
  // Whole tenths, and only every half second, so that cards are not drawn for nothing.
  const rounded = Math.floor(ago / 500_000) * 500_000;
  if (rounded === 0) return 'heartbeat just now';
  if (ago < WORRY_US) return `heartbeat ${formatAgo(rounded)} ago`;
  return `silent for ${formatAgo(rounded)}; Down at about 15 s`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
