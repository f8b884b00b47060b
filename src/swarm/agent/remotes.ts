/**
 * Which manager an agent turns to (swarmkit `remotes/remotes.go`): at random, weighted by how well it
 * went with each of them. A manager's agent always takes its own manager, which passes requests on to
 * the leader (`connectionbroker/broker.go`).
 */
import type { RandomStream } from '../../base';
import type { Remote } from '../leader';

/** What one good (or, negated, bad) experience counts (`DefaultObservationWeight`). */
export const OBSERVATION_WEIGHT = 10;
const WEIGHT_MAX = 256;

export class Remotes {
  private readonly weights = new Map<string, number>();

  constructor(
    private readonly ownNodeId: string,
    private readonly random: RandomStream,
  ) {}

  /** One of them, or undefined if there is none. */
  select(remotes: readonly Remote[]): Remote | undefined {
    const local = remotes.find((remote) => remote.nodeId === this.ownNodeId);
    if (local) return local;
    // In thousandths: even a manager of weight 0 is tried now and then.
    const shares = remotes.map((remote) => Math.max(0, this.weightOf(remote)) * 1_000 + 1);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total === 0) return undefined;
    let point = this.random.below(total);
    for (const [index, share] of shares.entries()) {
      if (point < share) return remotes[index];
      point -= share;
    }
    return remotes.at(-1);
  }

  observe(remote: Remote, weight: number): void {
    const smoothed = Math.ceil(weight / 2 + this.weightOf(remote) / 2);
    this.weights.set(key(remote), Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, smoothed)));
  }

  /** Forgets all but these. */
  keepOnly(remotes: readonly Remote[]): void {
    const kept = new Set(remotes.map(key));
    for (const known of [...this.weights.keys()]) if (!kept.has(known)) this.weights.delete(known);
  }

  private weightOf(remote: Remote): number {
    return this.weights.get(key(remote)) ?? OBSERVATION_WEIGHT / 2;
  }
}

function key(remote: Remote): string {
  return `${remote.nodeId}@${remote.address}`;
}
