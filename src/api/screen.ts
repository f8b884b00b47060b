/**
 * What the page knows of each machine, as that machine itself sees it: managers may disagree, and
 * that disagreement is what we teach. Records that Docker knows too have the API's own shapes.
 */
import type { ContainerSummary, ImageSummary, NetworkResource, SystemInfo } from './engine-wire';
import type { Config, Network, Node, Secret, Service, Task } from './swarm-wire';

export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

export interface RaftLogEntry {
  readonly index: number;
  readonly term: number;
  readonly kind: 'empty' | 'command' | 'membership';
  /** "service nginx1 created", ... */
  readonly summary: string;
  /** Input that led to it, 0 if none did. */
  readonly cause: number;
  /** What it changes in few words: "2 running, 1 shutdown", "node2 ready". */
  readonly about?: string;
  /** Where all the tasks that it changes are of one service: its name, and the slot of a lone task. */
  readonly of?: string;
}
export interface RaftMember {
  readonly raftId: string;
  readonly nodeId: string;
  readonly name: string;
  readonly address: string;
  /** As the transport of this machine sees it. */
  readonly reachable: boolean;
}
export interface RaftScreen {
  readonly raftId: string;
  readonly role: RaftRole;
  readonly term: number;
  /** Raft id it voted for in this term; '' if nobody. */
  readonly votedFor: string;
  /** Raft id of the leader it knows; '' if none. */
  readonly leader: string;
  readonly commit: number;
  readonly applied: number;
  readonly lastIndex: number;
  /** The last entries, oldest first (at most 50). */
  readonly log: readonly RaftLogEntry[];
  readonly members: readonly RaftMember[];
  /** Ticks since the election timer was reset, and ticks at which it fires. */
  readonly electionElapsed: number;
  readonly electionTimeout: number;
  /** Leader only: what it knows of each follower. */
  readonly progress: readonly {
    readonly raftId: string;
    readonly match: number;
    readonly next: number;
    readonly state: 'probe' | 'replicate' | 'snapshot';
    readonly active: boolean;
  }[];
  /** Candidate only: votes so far. */
  readonly votes: readonly { readonly raftId: string; readonly granted: boolean }[];
}

export interface GossipScreen {
  readonly members: readonly {
    readonly name: string;
    readonly address: string;
    readonly state: 'alive' | 'suspect' | 'dead' | 'left';
    readonly incarnation: number;
  }[];
}

/** Everything that the page shows of one machine. */
export interface NodeScreen {
  readonly name: string;
  readonly address: string;
  readonly power: 'on' | 'off';
  readonly info: SystemInfo | undefined;
  readonly containers: readonly ContainerSummary[];
  readonly images: readonly ImageSummary[];
  readonly networks: readonly NetworkResource[];
  /** Only on managers: the store as this manager holds it. */
  readonly cluster:
    | {
        readonly nodes: readonly Node[];
        readonly services: readonly Service[];
        readonly tasks: readonly Task[];
        readonly networks: readonly Network[];
        readonly secrets: readonly Secret[];
        readonly configs: readonly Config[];
      }
    | undefined;
  readonly raft: RaftScreen | undefined;
  readonly gossip: GossipScreen | undefined;
}
