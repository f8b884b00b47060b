/** One machine in the picture: rank, name, tasks, one line of facts. */
import { Handle, Position, type NodeProps, type Node as FlowNode } from '@xyflow/react';
import { Crown } from 'lucide-react';
import { memo } from 'react';
import { clusterRecords } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { discOf, hueOf, rankOf, subtitleOf, taskLabel, tasksOn } from './facts';
import { RankGlyph } from './RankGlyph';

export type MachineNode = FlowNode<{ readonly name: string }, 'machine'>;

const NODE_STATES: Readonly<Record<string, string>> = {
  ready: 'Ready',
  down: 'Down',
  unknown: 'Unknown',
  disconnected: 'Disconnected',
};
const TASKS_SHOWN = 6;

export const MachineCard = memo(function MachineCard({ data, selected }: NodeProps<MachineNode>) {
  const state = useCluster((s) => s.nodes.find((n) => n.name === data.name));
  const screen = useCluster((s) => s.screens[data.name]);
  const records = useCluster((s) => clusterRecords(s.screens));
  if (!state) return null;
  const rank = state.power === 'off' ? 'alone' : rankOf(screen);
  const id = screen?.info?.Swarm.NodeID;
  const record = records?.nodes.find((n) => n.ID === id);
  const tasks = tasksOn(records?.tasks ?? [], id);
  const services = (records?.services ?? []).map((s) => s.ID);
  const nameOf = (serviceId: string | undefined) =>
    records?.services.find((s) => s.ID === serviceId)?.Spec.Name ?? 'task';
  return (
    <div
      className="machine"
      data-rank={rank}
      data-power={state.power}
      data-frozen={state.frozen}
      data-selected={selected}
    >
      <Handle type="source" position={Position.Top} className="machine-handle" />
      <Handle type="target" position={Position.Top} className="machine-handle" />
      <div className="machine-head">
        <RankGlyph rank={rank} off={state.power === 'off'} />
        <div>
          <strong>
            {state.name}
            {rank === 'leader' && <Crown size={13} aria-label="leader" />}
          </strong>
          <span>
            {subtitleOf(state, screen, NODE_STATES[record?.Status.State ?? ''])} · {state.address}
          </span>
        </div>
      </div>
      {tasks.length > 0 && (
        <ul className="machine-tasks">
          {tasks.slice(0, TASKS_SHOWN).map((task) => (
            <li
              key={task.ID}
              data-disc={task.DesiredState === 'shutdown' ? 'stopped' : discOf(task)}
              style={{ borderColor: hueOf(services, task.ServiceID ?? '') }}
            >
              <i aria-hidden />
              {taskLabel(task, nameOf(task.ServiceID))}
            </li>
          ))}
          {tasks.length > TASKS_SHOWN && (
            <li className="machine-more">+{tasks.length - TASKS_SHOWN}</li>
          )}
        </ul>
      )}
      <p className="machine-facts">{factLine(tasks.length, screen)}</p>
    </div>
  );
});

function factLine(
  tasks: number,
  screen: ReturnType<typeof useCluster.getState>['screens'][string] | undefined,
) {
  if (!screen || screen.power === 'off') return 'no power';
  const parts: string[] = [];
  if (screen.info?.Swarm.LocalNodeState === 'active') {
    parts.push(tasks === 1 ? '1 task' : `${tasks} tasks`);
  } else {
    const running = screen.containers.filter((c) => c.State === 'running').length;
    parts.push(running === 1 ? '1 container' : `${running} containers`);
  }
  if (screen.raft) parts.push(`log ${screen.raft.lastIndex}, commit ${screen.raft.commit}`);
  return parts.join(' · ');
}
