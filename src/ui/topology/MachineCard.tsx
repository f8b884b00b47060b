/** One machine in the picture: rank, name, tasks, one line of facts. */
import { Handle, Position, type NodeProps, type Node as FlowNode } from '@xyflow/react';
import { Crown } from 'lucide-react';
import { memo } from 'react';
import type { Task } from '../../api';
import { TRAIL_MS } from '../state/causes';
import { lastChange } from '../state/command-store';
import { clusterRecords } from '../state/session';
import { useCluster, type ClusterState } from '../state/cluster-store';
import { select } from '../state/page-store';
import { factsOf, ledByNobody } from './machine-facts';
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
  const { name } = data;
  const state = useCluster((s) => s.nodes.find((n) => n.name === name));
  const screen = useCluster((s) => s.screens[name]);
  const records = useCluster((s) => clusterRecords(s.screens));
  const facts = useCluster((s) => factsOf(s, name));
  const touched = useCluster((s) => isTouched(s, name));
  const cut = useCluster((s) => ledByNobody(s, name) !== undefined);
  if (!state) return null;
  const rank = state.power === 'off' ? 'alone' : rankOf(screen);
  const id = screen?.info?.Swarm.NodeID;
  const record = records?.nodes.find((n) =>
    id ? n.ID === id : n.Description.Hostname === name && n.Status.State === 'down',
  );
  const tasks = tasksOn(records?.tasks ?? [], record?.ID);
  return (
    <div
      className="machine"
      data-rank={rank}
      data-power={state.power}
      data-frozen={state.frozen}
      data-selected={selected}
      data-touched={touched}
      data-cut={cut}
    >
      <Handle type="source" position={Position.Top} className="machine-handle" />
      <Handle type="target" position={Position.Top} className="machine-handle" />
      <div className="machine-head">
        <RankGlyph rank={rank} off={state.power === 'off'} />
        <div>
          <strong>
            {name}
            {rank === 'leader' && <Crown size={13} aria-label="leader" />}
          </strong>
          <span>
            {subtitleOf(state, screen, NODE_STATES[record?.Status.State ?? ''])} · {state.address}
          </span>
        </div>
      </div>
      {tasks.length > 0 && (
        <ul className="machine-tasks">
          {tasks
            .slice(0, tasks.length > TASKS_SHOWN ? TASKS_SHOWN - 1 : TASKS_SHOWN)
            .map((task) => (
              <TaskChip key={task.ID} task={task} />
            ))}
          {tasks.length > TASKS_SHOWN && (
            <li className="machine-more">{tasks.length - TASKS_SHOWN + 1} more</li>
          )}
        </ul>
      )}
      <p className="machine-facts">{facts}</p>
    </div>
  );
});

function TaskChip({ task }: { readonly task: Task }) {
  const services = useCluster((s) => clusterRecords(s.screens)?.services);
  const touched = useCluster(
    (s) =>
      s.xray.findLast((e) => e.record.kind === 'task' && e.record.task === task.ID)?.cause ===
      (freshCause() ?? -1),
  );
  const name = services?.find((s) => s.ID === task.ServiceID)?.Spec.Name ?? 'task';
  const hue = hueOf(services?.map((s) => s.ID) ?? [], task.ServiceID ?? '');
  const disc = task.DesiredState === 'shutdown' ? 'stopped' : discOf(task);
  return (
    <li style={{ borderColor: hue }} data-disc={disc} data-touched={touched}>
      <button
        type="button"
        className="nodrag"
        title={`${name}: ${task.Status.State}${task.Status.Err ? `, ${task.Status.Err}` : ''}`}
        onClick={(event) => {
          event.stopPropagation();
          select({ kind: 'task', task: task.ID });
        }}
      >
        <i aria-hidden />
        <span>{taskLabel(task, name)}</span>
        <span className="visually-hidden">, {task.Status.State}</span>
      </button>
    </li>
  );
}

/** The learner's last action while its trail is to be seen. */
function freshCause(): number | undefined {
  const last = lastChange();
  return last && performance.now() - last.wallAt < TRAIL_MS * 2 ? last.id : undefined;
}

/** Whether a message that the learner's last action caused has just reached this machine. */
function isTouched(state: ClusterState, name: string): boolean {
  const cause = freshCause();
  return cause !== undefined && state.flights.some((f) => f.to === name && f.cause === cause);
}
