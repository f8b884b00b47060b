import { describe, expect, it } from 'vitest';
import type { ServiceSpec, UpdateConfig } from '../../api';
import { FakeCluster } from './fake-cluster';

const CONFIG: UpdateConfig = { Parallelism: 1, MaxFailureRatio: 0 };
const SECOND_NS = 1_000_000_000;

function started(update: Partial<UpdateConfig>, replicas = 5, seed = 1) {
  const cluster = new FakeCluster(3, seed);
  const web = cluster.createService('web', {
    Mode: { Replicated: { Replicas: replicas } },
    UpdateConfig: { ...CONFIG, ...update },
  });
  cluster.runUntil(() => cluster.running(web).length === replicas);
  cluster.run(1);
  return { cluster, web };
}
const image = (name: string) => (spec: ServiceSpec) => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: name } },
});
const ended = ['completed', 'paused', 'rollback_completed', 'rollback_paused'];

function updateTo(cluster: FakeCluster, web: string, name: string): number {
  cluster.updateService(web, image(name));
  return cluster.runUntil(() => ended.includes(cluster.service(web).UpdateStatus?.State ?? ''));
}
const images = (cluster: FakeCluster, web: string) =>
  cluster.running(web).map((task) => task.Spec.ContainerSpec?.Image);

describe('rolling updates', () => {
  it('replaces one after the other, then watches for the monitor time', () => {
    const { cluster, web } = started({});
    const seconds = updateTo(cluster, web, 'nginx:1.13');
    // 1.7 s a task, then 5 s.
    expect(seconds).toBeGreaterThan(13);
    expect(seconds).toBeLessThan(14.5);
    const { StartedAt, CompletedAt, ...status } = cluster.service(web).UpdateStatus!;
    expect(status).toEqual({ State: 'completed', Message: 'update completed' });
    expect(StartedAt).toMatch(/Z$/);
    expect(CompletedAt).toMatch(/Z$/);
    expect(images(cluster, web)).toEqual(Array(5).fill('nginx:1.13'));
    expect(cluster.tasks(web).length).toBe(10);
  });

  it('works on several at once, or on all', () => {
    const two = started({ Parallelism: 2 });
    expect(updateTo(two.cluster, two.web, 'nginx:1.13')).toBeLessThan(11.5);
    const all = started({ Parallelism: 0 });
    const seconds = updateTo(all.cluster, all.web, 'nginx:1.13');
    expect(seconds).toBeGreaterThan(6.3);
    expect(seconds).toBeLessThan(7.6);
  });

  it('waits for the delay after each task, also the last', () => {
    const { cluster, web } = started({ Delay: 3 * SECOND_NS });
    const seconds = updateTo(cluster, web, 'nginx:1.13');
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThan(30);
  });

  it('starts first when told so: never fewer than all are running', () => {
    const { cluster, web } = started({ Order: 'start-first' }, 2);
    cluster.updateService(web, image('nginx:1.13'));
    let fewest = 2;
    cluster.runUntil(() => {
      const up = cluster.tasks(web).filter((task) => task.Status.State === 'running').length;
      fewest = Math.min(fewest, up);
      return cluster.service(web).UpdateStatus?.State === 'completed';
    });
    expect(fewest).toBe(2);
  });

  it('pauses at the first task that fails', () => {
    const { cluster, web } = started({});
    const seconds = updateTo(cluster, web, 'fails-to-start');
    expect(seconds).toBeGreaterThan(2.5);
    expect(seconds).toBeLessThan(2.8);
    const failed = cluster.inState(web, 'failed')[0]!;
    expect(cluster.service(web).UpdateStatus).toMatchObject({
      State: 'paused',
      Message: `update paused due to failure or early termination of task ${failed.ID}`,
    });
    expect(images(cluster, web)).toEqual(Array(4).fill('nginx:1.12'));
  });

  it('pauses at once when an image is missing, while the old task is still stopping', () => {
    const { cluster, web } = started({});
    const seconds = updateTo(cluster, web, 'missing:9.99');
    expect(seconds).toBeLessThan(0.6);
    const [rejected] = cluster.inState(web, 'rejected');
    expect(rejected!.Status.Err).toBe('No such image: missing:9.99');
    expect(cluster.service(web).UpdateStatus?.State).toBe('paused');
    expect(cluster.running(web).length).toBe(4);
  });

  it('bears failures up to the ratio', () => {
    const { cluster, web } = started({ MaxFailureRatio: 0.5 });
    updateTo(cluster, web, 'fails-to-start');
    expect(cluster.service(web).UpdateStatus?.State).toBe('paused');
    expect(images(cluster, web)).toEqual(Array(2).fill('nginx:1.12'));
  });

  it('goes on when told to continue', () => {
    const { cluster, web } = started({ FailureAction: 'continue' });
    updateTo(cluster, web, 'fails-to-start');
    expect(cluster.service(web).UpdateStatus?.State).toBe('completed');
    expect(cluster.running(web)).toEqual([]);
  });

  it('counts a failure within the monitor time only', () => {
    const long = started({ Monitor: 5 * SECOND_NS });
    updateTo(long.cluster, long.web, 'exits-1-after-2');
    expect(long.cluster.service(long.web).UpdateStatus?.State).toBe('paused');
    const short = started({ Monitor: SECOND_NS });
    updateTo(short.cluster, short.web, 'exits-1-after-2');
    expect(short.cluster.service(short.web).UpdateStatus?.State).toBe('completed');
  });

  it('rolls back by itself', () => {
    const { cluster, web } = started({ FailureAction: 'rollback' });
    const seconds = updateTo(cluster, web, 'fails-to-start');
    expect(seconds).toBeGreaterThan(8);
    expect(seconds).toBeLessThan(9);
    const service = cluster.service(web);
    expect(service.UpdateStatus).toMatchObject({
      State: 'rollback_completed',
      Message: 'rollback completed',
    });
    expect(service.PreviousSpec).toBeUndefined();
    expect(images(cluster, web)).toEqual(Array(5).fill('nginx:1.12'));
  });

  it('leaves tasks alone when nothing that matters to them changed', () => {
    const { cluster, web } = started({});
    cluster.updateService(web, (spec) => ({ ...spec, Labels: { a: 'b' } }));
    cluster.run(10);
    expect(cluster.tasks(web).length).toBe(5);
    cluster.updateService(web, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, Placement: { Constraints: ['node.role!=none'] } },
    }));
    cluster.run(10);
    expect(cluster.tasks(web).length).toBe(5);
    cluster.updateService(web, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 1 },
    }));
    cluster.run(20);
    expect(cluster.tasks(web).length).toBe(10);
  });

  it('takes over when the service is updated again meanwhile', () => {
    const { cluster, web } = started({});
    cluster.updateService(web, image('nginx:1.13'));
    cluster.run(2.5);
    updateTo(cluster, web, 'nginx:1.14');
    expect(images(cluster, web)).toEqual(Array(5).fill('nginx:1.14'));
  });

  it('prepares the new task while the old one stops', () => {
    const { cluster, web } = started({}, 1);
    cluster.updateService(web, image('nginx:1.13'));
    cluster.runUntil(() => cluster.tasks(web).length === 2);
    const fresh = cluster.tasks(web).find((task) => task.DesiredState === 'ready')!;
    cluster.run(0.5);
    expect(cluster.store.get('task', fresh.ID)!.Status.State).toBe('ready');
    cluster.run(2);
    expect(cluster.store.get('task', fresh.ID)!.Status.State).toBe('running');
  });
});
