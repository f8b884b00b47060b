/**
 * BuildKit's low-level build definition (moby/buildkit `solver/pb/ops.proto`): a graph of operations, each
 * with the operations whose results it takes. A node's digest covers everything below it, so that equal
 * parts of a graph are one step.
 */
import { digestOf } from '../content/digest';

export interface CopyAction {
  readonly kind: 'copy';
  /** Index into the node's inputs; -1 for nothing. */
  readonly from: number;
  readonly src: string;
  readonly dest: string;
  /** As written behind `--chown`; '' leaves root. */
  readonly owner: string;
  readonly mode: number | undefined;
  /** False for what an address gave. */
  readonly wildcard: boolean;
  readonly unpack: boolean;
}
export interface MkdirAction {
  readonly kind: 'mkdir';
  readonly path: string;
  readonly mode: number;
  readonly owner: string;
}
export type FileAction = CopyAction | MkdirAction;

export interface ExecMount {
  readonly kind: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly target: string;
  /** Index into the node's inputs; -1 for nothing. */
  readonly from: number;
  /** Path in there. */
  readonly source: string;
  readonly readOnly: boolean;
  /** Of a cache or a secret. */
  readonly id: string;
  readonly sharing: 'shared' | 'private' | 'locked';
  readonly required: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export type Operation =
  | {
      readonly kind: 'image';
      /** With tag or digest, complete. */
      readonly reference: string;
      readonly forcePull: boolean;
    }
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly session: string;
      readonly sharedKeyHint: string;
      /** Undefined: all of it. */
      readonly followPaths: readonly string[] | undefined;
      readonly excludes: readonly string[];
    }
  | { readonly kind: 'http'; readonly url: string; readonly filename: string }
  /** What came in the body of the request. */
  | { readonly kind: 'upload'; readonly url: string }
  | { readonly kind: 'git'; readonly url: string }
  | {
      readonly kind: 'exec';
      readonly args: readonly string[];
      readonly env: readonly string[];
      readonly cwd: string;
      readonly user: string;
      readonly network: string;
      /** "name:address" */
      readonly extraHosts: readonly string[];
      readonly mounts: readonly ExecMount[];
      /** Variables that the program sees and the cache does not. */
      readonly proxy: readonly string[];
    }
  | { readonly kind: 'file'; readonly actions: readonly FileAction[] };

export interface LlbNode {
  readonly op: Operation;
  /** Of exec and file the first is the root; undefined stands for an empty one. */
  readonly inputs: readonly (LlbNode | undefined)[];
  /** As it is shown. */
  readonly name: string;
  readonly ignoreCache: boolean;
  readonly digest: string;
  /** Of the Dockerfile, for the X-ray: stage and instruction. */
  readonly step: string;
}

export function llbNode(
  op: Operation,
  inputs: readonly (LlbNode | undefined)[],
  more: { readonly name: string; readonly ignoreCache?: boolean; readonly step?: string },
): LlbNode {
  const ignoreCache = more.ignoreCache ?? false;
  const below = inputs.map((input) => input?.digest ?? '');
  const digest = digestOf(JSON.stringify([op, below, ignoreCache, shownPart(op, more.name)]));
  return { op, inputs, name: more.name, ignoreCache, digest, step: more.step ?? '' };
}

/** Names are metadata and not part of the digest; only sources that are shown twice keep theirs. */
function shownPart(op: Operation, name: string): string {
  return op.kind === 'local' ? name : '';
}

/** All nodes below and at one, inputs first, each once; of equal ones the last gives the name. */
export function nodesOf(top: LlbNode): LlbNode[] {
  const visited = new Set<LlbNode>();
  const nodes = new Map<string, LlbNode>();
  const visit = (node: LlbNode) => {
    if (visited.has(node)) return;
    visited.add(node);
    for (const input of node.inputs) if (input) visit(input);
    nodes.set(node.digest, node);
  };
  visit(top);
  return [...nodes.values()];
}
