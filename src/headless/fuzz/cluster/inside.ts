/**
 * The window through which the checkers look into machines: what they read has no door of its own,
 * because nothing in a cluster may know it (the whole raft log, the store as it is held, the
 * allocator's books). It reads and changes nothing.
 */
import type { InlineCluster } from '../../../host/inline';
import type { Entry, RaftNode } from '../../../raft';
import type { Store } from '../../../swarm';

export interface ConsensusInside {
  readonly raftId: string;
  readonly node: RaftNode;
  /** A write to the disk under way. */
  readonly saving: unknown;
}
export interface PoolInside {
  readonly ids: { readonly used: ReadonlySet<number> };
}
export interface AllocatorInside {
  readonly name: string;
  readonly networks: {
    readonly networks: ReadonlyMap<
      string,
      { readonly endpoints: ReadonlyMap<string, string>; readonly nodeLocal: boolean }
    >;
    readonly pools: { readonly pools: ReadonlyMap<string, PoolInside> };
  };
  readonly endpoints: {
    readonly ports: {
      readonly spaces: Readonly<
        Record<string, { readonly master: { readonly used: ReadonlySet<number> } }>
      >;
    };
  };
}
export interface ManagerInside {
  readonly nodeId: string;
  readonly consensus: ConsensusInside;
  readonly store: Store;
  readonly leading: boolean;
  readonly parts: readonly { readonly name: string }[];
}
export interface SystemInside {
  readonly kernel: {
    readonly namespaces: { readonly pid: { readonly processes: ReadonlyMap<number, unknown> } };
  };
  readonly stack: { readonly namespaces: ReadonlyMap<number, unknown> };
  readonly daemon:
    | { readonly swarm: { readonly life: { readonly manager?: ManagerInside } | undefined } }
    | undefined;
}
interface MachineInside {
  readonly system: SystemInside | undefined;
}

export function systemOf(cluster: InlineCluster, node: string): SystemInside | undefined {
  return (cluster.machine(node) as unknown as MachineInside).system;
}

export function managerOf(cluster: InlineCluster, node: string): ManagerInside | undefined {
  return systemOf(cluster, node)?.daemon?.swarm.life?.manager;
}

/** The manager that leads in the highest term; undefined if none does. */
export function leaderOf(cluster: InlineCluster): (ManagerInside & { name: string }) | undefined {
  let best: (ManagerInside & { name: string }) | undefined;
  let term = -1;
  for (const name of cluster.nodes) {
    const manager = managerOf(cluster, name);
    if (!manager?.leading || manager.consensus.node.core.term <= term) continue;
    term = manager.consensus.node.core.term;
    best = Object.assign(Object.create(manager) as ManagerInside, { name });
  }
  return best;
}

/** What an entry says, for comparing: two entries with the same text are the same command. */
export function entryText(entry: Entry): string {
  const data = entry.data as
    | {
        readonly origin?: string;
        readonly op?: string;
        readonly id?: string;
        readonly context?: { readonly origin?: string };
      }
    | undefined;
  if (!data) return 'empty';
  if (entry.kind === 'membership') return `${data.op} ${data.id} ${data.context?.origin ?? ''}`;
  return data.origin ?? '?';
}
