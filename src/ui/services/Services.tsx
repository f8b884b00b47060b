/** Services: what was wished for, what runs, and each slot with its past. */
import type { Service, Task } from '../../api';
import { clusterRecords } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { select } from '../state/page-store';
import { discOf, hueOf, isWanted } from '../topology/facts';
import './services.css';
import { Loop } from './Loop';
import { pendingBecause } from './pending-words';
import { slotsOf } from './slots';

export function Services() {
  const records = useCluster((s) => clusterRecords(s.screens));
  if (!records || records.services.length === 0) return <Empty swarm={records !== undefined} />;
  const ids = records.services.map((s) => s.ID);
  return (
    <div className="services" tabIndex={0} role="region" aria-label="Services">
      {records.services.map((service) => (
        <ServiceBoard
          key={service.ID}
          service={service}
          tasks={records.tasks.filter((t) => t.ServiceID === service.ID)}
          hue={hueOf(ids, service.ID)}
          nodeName={(id) => records.nodes.find((n) => n.ID === id)?.Description.Hostname ?? 'none'}
        />
      ))}
    </div>
  );
}

function Empty({ swarm }: { readonly swarm: boolean }) {
  return (
    <div className="lens-empty">
      <p>
        {swarm
          ? 'No service yet. On a manager, this would make one: '
          : 'Services need a swarm. On node1, begin with '}
        <code>
          {swarm
            ? 'docker service create --name web --replicas 3 --publish 80:80 nginx'
            : 'docker swarm init --advertise-addr eth0'}
        </code>
      </p>
    </div>
  );
}

interface BoardProps {
  readonly service: Service;
  readonly tasks: readonly Task[];
  readonly hue: string;
  readonly nodeName: (id: string | undefined) => string;
}

function ServiceBoard({ service, tasks, hue, nodeName }: BoardProps) {
  const slots = slotsOf(tasks);
  const wanted = service.Spec.Mode.Replicated?.Replicas ?? slots.length;
  const live = tasks.filter((t) => isWanted(t));
  const running = live.filter((t) => t.Status.State === 'running');
  const coming = live.filter((t) => t.NodeID && t.Status.State !== 'running').length;
  const image = imageOf(service.Spec.TaskTemplate.ContainerSpec?.Image);
  const ports = (service.Endpoint.Ports ?? []).map((p) => `${p.PublishedPort} to ${p.TargetPort}`);
  return (
    <section className="service" style={{ borderLeftColor: hue }} aria-label={service.Spec.Name}>
      <header>
        <button type="button" onClick={() => select({ kind: 'service', service: service.ID })}>
          {service.Spec.Name}
        </button>
        <span>
          {image}
          {ports.length > 0 && ` · port ${ports.join(', ')}`}
        </span>
        {service.UpdateStatus && (
          <em data-state={service.UpdateStatus.State}>{service.UpdateStatus.Message}</em>
        )}
      </header>
      <Loop
        wanted={wanted}
        running={running.length}
        coming={coming}
        current={running.filter((t) => imageOf(t.Spec.ContainerSpec?.Image) === image).length}
        updating={service.UpdateStatus?.State === 'updating'}
        image={image}
        hue={hue}
      />
      <ol className="slots">
        {slots.map(({ slot, now, past }) => (
          <li key={slot}>
            <b>{slot}</b>
            {now.map((task) => (
              <TaskLine key={task.ID} task={task} nodeName={nodeName} />
            ))}
            {past.length > 0 && (
              <span className="slot-past" title="tasks that were before it">
                {past.map((task) => (
                  <button
                    key={task.ID}
                    type="button"
                    data-disc={discOf(task)}
                    aria-label={`earlier task, ${pastOf(task, nodeName(task.NodeID))}`}
                    title={pastOf(task, nodeName(task.NodeID))}
                    onClick={() => select({ kind: 'task', task: task.ID })}
                  />
                ))}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly task: Task;
  readonly nodeName: (id: string | undefined) => string;
}

function TaskLine({ task, nodeName }: LineProps) {
  const { State, Err = '' } = task.Status;
  const where = task.NodeID ? ` on ${nodeName(task.NodeID)}` : '';
  return (
    <button
      type="button"
      className="slot-task"
      data-disc={discOf(task)}
      onClick={() => select({ kind: 'task', task: task.ID })}
    >
      <i aria-hidden /> {State}
      {where} <small>{imageOf(task.Spec.ContainerSpec?.Image)}</small>
      {Err !== '' && <span className="slot-why">because {pendingBecause(Err)}</span>}
    </button>
  );
}

/** An image as a person writes it, without the digest that pins it. */
function imageOf(image: string | undefined): string {
  return (image ?? '').replace(/@sha256:.*$/, '');
}

function pastOf(task: Task, node: string): string {
  const { State, Err = '' } = task.Status;
  return `${State} on ${node}, ${imageOf(task.Spec.ContainerSpec?.Image)}${Err === '' ? '' : `: ${Err}`}`;
}
