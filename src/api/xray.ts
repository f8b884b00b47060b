/**
 * X-ray records: what a machine reports besides its present state, for views that explain. They are
 * events, in virtual time, and the page keeps only the last of them.
 */
import type { BuildXrayRecord } from './build-xray';

/** One hop of a connection on its way; a request is followed by `flow`. */
export interface HopRecord {
  readonly kind: 'hop';
  /** Id of the connection, the same on every machine it passes. */
  readonly flow: string;
  readonly step:
    | 'dns'
    | 'connect'
    | 'published-port'
    | 'ingress-sandbox'
    | 'ipvs'
    | 'vxlan'
    | 'bridge'
    | 'accept'
    | 'refused'
    | 'timeout'
    | 'answer';
  /** "10.0.0.5:80 of nginx1.2" */
  readonly text: string;
  /** Container that was reached, where one was. */
  readonly container?: string;
}
export interface ElectionRecord {
  readonly kind: 'election';
  readonly event: 'timeout' | 'vote' | 'refusal' | 'won' | 'stepped-down';
  readonly term: number;
  readonly text: string;
}
/** A task changed its state on its node or by a decision of the leader. */
export interface TaskRecord {
  readonly kind: 'task';
  readonly task: string;
  readonly service: string;
  readonly state: string;
  readonly text: string;
}
/** A file of a container went from a read-only layer to the container's own before it was changed. */
export interface CopyUpRecord {
  readonly kind: 'copy-up';
  /** Container, '' for none. */
  readonly container: string;
  /** Within the container. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'other';
  readonly bytes: number;
  /** Virtual time that it took. */
  readonly us: number;
}
/** Anything else worth a line in the story of the cluster. */
export interface NoteRecord {
  readonly kind: 'note';
  readonly topic: 'raft' | 'swarm' | 'engine' | 'network' | 'power';
  readonly text: string;
}
export type XrayRecord =
  | HopRecord
  | ElectionRecord
  | TaskRecord
  | CopyUpRecord
  | NoteRecord
  | BuildXrayRecord;
