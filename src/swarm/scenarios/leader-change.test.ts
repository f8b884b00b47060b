import { describe, expect, it } from 'vitest';
import { deepClone, Fingerprint } from '../../base';
import { FakeCluster } from './fake-cluster';

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
const states = (cluster: FakeCluster) => cluster.store.all('node').map((node) => node.Status.State);

describe('a new leader', () => {
  it('does not know the nodes until they register with it', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(3));
    cluster.runUntil(() => cluster.running(web).length === 3);
    const lost = cluster.nodes[2]!;
    lost.connected = false;
    cluster.lead();
    cluster.run(0.05);
    expect(states(cluster)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(cluster.store.get('node', 'node1-id')!.Status.Message).toBe(
      'Node moved to "unknown" state due to leadership change in cluster',
    );
    const back = cluster.runUntil(() =>
      states(cluster)
        .slice(0, 2)
        .every((s) => s === 'ready'),
    );
    expect(back).toBeLessThan(7);
    const down = back + cluster.runUntil(() => states(cluster)[2] === 'down');
    expect(down).toBeGreaterThan(26.9);
    expect(down).toBeLessThan(33.2);
    expect(cluster.store.get('node', lost.nodeId)!.Status.Message).toBe(
      'heartbeat failure for node in "unknown" state',
    );
    // Nothing that ran was touched.
    expect(cluster.tasks(web).filter((task) => task.Status.State === 'running').length).toBe(3);
  });

  it('goes on with restarts and updates that were under way', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', {
      ...replicas(3),
      UpdateConfig: { Parallelism: 1, MaxFailureRatio: 0 },
    });
    cluster.runUntil(() => cluster.running(web).length === 3);
    const [victim] = cluster.running(web);
    cluster.engineOf(victim!).kill(victim!.ID, 137);
    cluster.run(1);
    cluster.lead();
    const seconds = cluster.runUntil(() => cluster.running(web).length === 3);
    expect(seconds).toBeLessThan(9);
    cluster.updateService(web, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: 'nginx:1.13' } },
    }));
    cluster.run(2);
    cluster.lead();
    cluster.runUntil(() => cluster.service(web).UpdateStatus?.State === 'completed');
    expect(cluster.running(web).map((task) => task.Spec.ContainerSpec?.Image)).toEqual(
      Array(3).fill('nginx:1.13'),
    );
  });

  it('makes orphans of the tasks of a node that is down for a day', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', replicas(2));
    cluster.runUntil(() => cluster.running(web).length === 2);
    cluster.nodes[1]!.connected = false;
    cluster.run(24 * 3_600 + 60);
    expect(cluster.inState(web, 'orphaned').length).toBe(1);
    expect(cluster.running(web).length).toBe(2);
  });
});

describe('agents', () => {
  it('lose nothing on a bad link or in a short cut', () => {
    const cluster = new FakeCluster(3);
    cluster.nodes[2]!.lossy = true;
    const web = cluster.createService('web', replicas(9));
    cluster.run(0.16);
    cluster.nodes[1]!.connected = false;
    cluster.run(2);
    cluster.nodes[1]!.connected = true;
    const seconds = cluster.runUntil(() => cluster.running(web).length === 9);
    expect(seconds).toBeLessThan(6);
    const states = cluster.store.all('node').map((node) => node.Status.State);
    expect(states).toEqual(['ready', 'ready', 'ready']);
  });

  it('keep their tasks through a restart of the daemon', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', replicas(2));
    cluster.runUntil(() => cluster.running(web).length === 2);
    const before = cluster.running(web).map((task) => task.ID);
    cluster.restartAgent(cluster.nodes[1]!, true);
    cluster.run(5);
    expect(cluster.running(web).map((task) => task.ID)).toEqual(before);
  });

  it('fail tasks whose containers are gone after it', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', replicas(2));
    cluster.runUntil(() => cluster.running(web).length === 2);
    cluster.restartAgent(cluster.nodes[1]!, false);
    cluster.runUntil(() => cluster.inState(web, 'failed').length === 1);
    const [failed] = cluster.inState(web, 'failed');
    expect(failed!.Status.Err).toBe(`No such container: web.${failed!.Slot}.${failed!.ID}`);
    cluster.runUntil(() => cluster.running(web).length === 2);
  });

  it('run what they have without managers', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', replicas(2));
    cluster.runUntil(() => cluster.running(web).length === 2);
    const worker = cluster.nodes[1]!;
    worker.connected = false;
    cluster.run(600);
    const [container] = worker.executor.containers.values();
    expect(container!.state).toBe('running');
  });
});

describe('a running swarm', () => {
  it('can be cloned at any moment, and both go on alike', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', {
      ...replicas(5),
      UpdateConfig: { Parallelism: 2, MaxFailureRatio: 0, Delay: 1_000_000_000 },
    });
    cluster.runUntil(() => cluster.running(web).length === 5);
    cluster.updateService(web, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: 'nginx:1.13' } },
    }));
    cluster.run(1.5);
    const copy = deepClone(cluster);
    const digest = (which: FakeCluster) =>
      new Fingerprint().data(which.store.snapshot()).number(which.log.entries).digest();
    cluster.run(30);
    expect(digest(copy)).not.toBe(digest(cluster));
    copy.run(30);
    expect(digest(copy)).toBe(digest(cluster));
    expect(copy.service(web).UpdateStatus?.State).toBe('completed');
  });
});
