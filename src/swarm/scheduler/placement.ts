/**
 * Spreads a group of equal tasks over nodes (swarmkit `manager/scheduler/{scheduler,nodeset,
 * decision_tree}.go`): first over the branches that placement preferences make, then in each branch over
 * the nodes with the fewest tasks of the service. Nodes that are equal in everything come in random
 * order, as in swarmkit, whose maps have none.
 */
import type { StoredTask } from '../store';
import { ENGINE_LABEL_PREFIX, label, NODE_LABEL_PREFIX } from './constraint';
import type { Pipeline } from './filters';
import { MAX_FAILURES, type NodeInfo } from './node-info';

/** Puts one task on a node; the node counts it from then on. */
export interface Placer {
  place(task: StoredTask, node: NodeInfo): void;
}

interface Branch {
  /** Active tasks of the service below. */
  tasks: number;
  readonly next: Map<string, Branch>;
  readonly nodes: NodeInfo[];
}

/** True if node `a` is strictly better for the task than node `b`. */
export type NodeLess = (a: NodeInfo, b: NodeInfo) => boolean;

export function nodeLessFor(task: StoredTask, now: number): NodeLess {
  const serviceId = task.ServiceID ?? '';
  return (a, b) => {
    const failuresA = a.recentFailures(task, now);
    const failuresB = b.recentFailures(task, now);
    if ((failuresA >= MAX_FAILURES || failuresB >= MAX_FAILURES) && failuresA !== failuresB)
      return failuresA < failuresB;
    const ofServiceA = a.tasksOfService(serviceId);
    const ofServiceB = b.tasksOfService(serviceId);
    if (ofServiceA !== ofServiceB) return ofServiceA < ofServiceB;
    return a.activeTasks < b.activeTasks;
  };
}

export class Placement {
  private readonly less: NodeLess;

  constructor(
    /** Tasks not yet placed; placed ones are taken out at the front. */
    private readonly group: StoredTask[],
    private readonly pipeline: Pipeline,
    private readonly placer: Placer,
    now: number,
  ) {
    this.less = nodeLessFor(group[0]!, now);
  }

  /** Places what it can; what is left in the group fits nowhere. `nodes` come in random order. */
  run(nodes: readonly NodeInfo[]): void {
    const root = this.buildTree(nodes);
    this.scheduleOnBranch(this.group.length, root);
  }

  private buildTree(nodes: readonly NodeInfo[]): Branch {
    const root = newBranch();
    const serviceId = this.group[0]!.ServiceID ?? '';
    const preferences = this.group[0]!.Spec.Placement?.Preferences ?? [];
    for (const node of nodes) {
      let branch = root;
      for (const { Spread } of preferences) {
        const value = spreadValue(Spread.SpreadDescriptor, node);
        if (value === undefined) continue;
        branch.tasks += node.tasksOfService(serviceId);
        let next = branch.next.get(value);
        if (!next) branch.next.set(value, (next = newBranch()));
        branch = next;
      }
      branch.tasks += node.tasksOfService(serviceId);
      branch.nodes.push(node);
    }
    return root;
  }

  /** Answers how many of the `count` tasks found a place. */
  private scheduleOnBranch(count: number, branch: Branch): number {
    if (branch.next.size === 0) return this.scheduleOnNodes(count, branch.nodes);
    let scheduled = 0;
    let usableTasks = branch.tasks;
    const full = new Set<Branch>();
    while (scheduled !== count && full.size !== branch.next.size) {
      const usable = branch.next.size - full.size;
      const perBranch = Math.floor((usableTasks + count - scheduled) / usable);
      let remainder = (usableTasks + count - scheduled) % usable;
      for (const next of branch.next.values()) {
        if (full.has(next)) continue;
        const held = next.tasks;
        if (held > perBranch || (held === perBranch && remainder === 0)) continue;
        const wanted = perBranch - held + (remainder > 0 ? 1 : 0);
        const placed = this.scheduleOnBranch(wanted, next);
        if (placed < wanted) {
          full.add(next);
          usableTasks -= held;
        } else if (remainder > 0) remainder--;
        scheduled += placed;
      }
    }
    return scheduled;
  }

  private scheduleOnNodes(count: number, candidates: readonly NodeInfo[]): number {
    const nodes = candidates.filter((node) => this.pipeline.process(node));
    if (nodes.length === 0) return 0;
    nodes.sort((a, b) => (this.less(a, b) ? -1 : this.less(b, a) ? 1 : 0));
    const size = nodes.length;
    const full = new Set<number>();
    let scheduled = 0;
    let at = 0;
    while (this.group.length > 0) {
      const node = nodes[at % size]!;
      this.placer.place(this.group.shift()!, node);
      scheduled++;
      if (scheduled === count) break;
      // First fill the nodes until they are even, then one task to each in turn.
      if (at + 1 < size) {
        if (this.less(nodes[at + 1]!, node)) at++;
      } else at++;
      const start = at;
      while (full.has(at % size) || !this.pipeline.process(nodes[at % size]!)) {
        full.add(at % size);
        at++;
        if (at - start === size) return scheduled;
      }
    }
    return scheduled;
  }
}

function newBranch(): Branch {
  return { tasks: 0, next: new Map(), nodes: [] };
}

/** The node's value for a preference; undefined for one that is not understood. */
function spreadValue(descriptor: string, { node }: NodeInfo): string | undefined {
  const lower = descriptor.toLowerCase();
  if (lower.startsWith(NODE_LABEL_PREFIX) && descriptor.length > NODE_LABEL_PREFIX.length)
    return label(node.Spec.Labels, descriptor.slice(NODE_LABEL_PREFIX.length));
  if (lower.startsWith(ENGINE_LABEL_PREFIX) && descriptor.length > ENGINE_LABEL_PREFIX.length)
    return label(node.Description?.Engine?.Labels, descriptor.slice(ENGINE_LABEL_PREFIX.length));
  return undefined;
}
