/** What the topology says of machines and tasks, drawn from the screens by plain functions. */
import type { NodeScreen, Task } from '../../api';
import type { NodeState } from '../../host';

export type NodeRank = 'leader' | 'manager' | 'worker' | 'alone';

export function rankOf(screen: NodeScreen | undefined): NodeRank {
  if (screen?.raft?.role === 'leader') return 'leader';
  if (screen?.info?.Swarm.LocalNodeState !== 'active') return 'alone';
  return screen.info.Swarm.ControlAvailable ? 'manager' : 'worker';
}

const RANKS: Readonly<Record<NodeRank, string>> = {
  leader: 'Leader',
  manager: 'Manager',
  worker: 'Worker',
  alone: 'Not in a swarm',
};

/** "Leader · term 2", "Worker · Ready", "off". */
export function subtitleOf(
  state: NodeState,
  screen: NodeScreen | undefined,
  belief: string | undefined,
): string {
  if (state.power === 'off') return 'Off';
  if (state.frozen) return 'Frozen';
  const rank = rankOf(screen);
  const parts = [RANKS[rank]];
  if (screen?.raft) parts.push(`term ${screen.raft.term}`);
  if (belief !== undefined && (!screen?.raft || belief !== 'Ready')) parts.push(belief);
  return parts.join(' · ');
}

export type DiscState = 'running' | 'pending' | 'failed' | 'stopped';

export function discOf(task: Task): DiscState {
  switch (task.Status.State) {
    case 'running':
      return task.DesiredState === 'running' ? 'running' : 'stopped';
    case 'complete':
    case 'shutdown':
    case 'remove':
    case 'orphaned':
      return 'stopped';
    case 'failed':
    case 'rejected':
      return 'failed';
    default:
      return 'pending';
  }
}

/** "nginx1.2 · 1.13" */
export function taskLabel(task: Task, serviceName: string): string {
  const image = (task.Spec.ContainerSpec?.Image ?? '').replace(/@sha256:.*$/, '');
  const tag = image.includes(':') ? image.slice(image.lastIndexOf(':') + 1) : 'latest';
  return `${serviceName}.${task.Slot ?? task.NodeID?.slice(0, 4) ?? '?'} · ${tag}`;
}

/** Tasks worth showing on a machine: what runs or is on its way, then what is being stopped. */
export function tasksOn(tasks: readonly Task[], nodeId: string | undefined): readonly Task[] {
  if (nodeId === undefined || nodeId === '') return [];
  const mine = tasks.filter((t) => t.NodeID === nodeId && discOf(t) !== 'failed');
  return mine.filter((t) => isWanted(t) || isStopping(t)).sort((a, b) => label(a) - label(b));
}

/** Whether the swarm wants this task to be there (it need not be yet). */
export function isWanted(task: Task): boolean {
  return task.DesiredState === 'running' || task.DesiredState === 'ready';
}

function isStopping(task: Task): boolean {
  return task.DesiredState === 'shutdown' && task.Status.State === 'running';
}

function label(task: Task): number {
  return task.Slot ?? 0;
}

/** One of eight hues; a service keeps its own wherever it shows. */
export function hueOf(serviceIds: readonly string[], serviceId: string): string {
  const index = serviceIds.indexOf(serviceId);
  return `var(--service-${(index < 0 ? 0 : index) % 8})`;
}
