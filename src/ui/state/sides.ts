/** Which managers can talk to which: the sides of a partition, and how long a cut-off leader still leads. */
import type { NodeScreen, RaftScreen } from '../../api';
import type { LinkState, NodeState } from '../../host';
import { groupsOf } from '../topology/cut';

export interface Manager {
  readonly screen: NodeScreen;
  readonly raft: RaftScreen;
}

export interface Side {
  readonly names: readonly string[];
  readonly managers: readonly Manager[];
}

export function managersOf(screens: Readonly<Record<string, NodeScreen>>): Manager[] {
  return Object.values(screens).flatMap((screen) =>
    screen.raft ? [{ screen, raft: screen.raft }] : [],
  );
}

/** Managers that run, in groups that hear each other both ways; one group where all is well. */
export function sidesOf(
  managers: readonly Manager[],
  nodes: readonly NodeState[],
  links: readonly LinkState[],
): readonly Side[] {
  const up = new Set(nodes.filter((n) => n.power === 'on' && !n.frozen).map((n) => n.name));
  const cut = new Set(links.flatMap((l) => (l.cut ? [`${l.from} ${l.to}`] : [])));
  const alive = managers.filter((m) => up.has(m.screen.name));
  const groups = groupsOf(
    alive.map((m) => m.screen.name),
    (a, b) => !cut.has(`${a} ${b}`) && !cut.has(`${b} ${a}`),
  );
  return groups.map((names) => ({
    names,
    managers: alive.filter((m) => names.includes(m.screen.name)),
  }));
}

/** Members of the cluster as this manager counts them. */
export function membersOf(manager: Manager): number {
  return Math.max(manager.raft.members.length, 1);
}

export function majorityOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

/** A leader counts who answered it every ten ticks of a second. */
const CHECK_TICKS = 10;

/** Seconds until a leader without a majority notices it; undefined where it has one or does not lead. */
export function stepsDownIn(manager: Manager, side: Side | undefined): number | undefined {
  const { raft, screen } = manager;
  if (raft.role !== 'leader' || screen.power === 'off' || !side) return undefined;
  const needed = majorityOf(membersOf(manager));
  if (side.managers.length >= needed) return undefined;
  const left = CHECK_TICKS - raft.electionElapsed;
  // Those who answered since the last check still count at the next one.
  const active = raft.progress.filter((p) => p.active).length;
  return active >= needed ? left + CHECK_TICKS : left;
}
