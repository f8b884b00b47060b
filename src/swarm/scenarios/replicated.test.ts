import { describe, expect, it } from 'vitest';
import { FakeCluster } from './fake-cluster';

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });

describe('replicated services', () => {
  it('registers the nodes and runs a task within a second', () => {
    const cluster = new FakeCluster(3);
    expect(cluster.store.all('node').map((node) => node.Status.State)).toEqual([
      'ready',
      'ready',
      'ready',
    ]);
    const web = cluster.createService('web');
    const seconds = cluster.runUntil(() => cluster.running(web).length === 1);
    expect(seconds).toBeGreaterThan(0.4);
    expect(seconds).toBeLessThan(1.2);
  });

  it('spreads tasks evenly', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(50));
    cluster.runUntil(() => cluster.running(web).length === 50);
    expect(cluster.perNode(web)).toEqual([17, 17, 16]);
  });

  it('restarts a crashed task after the restart delay', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(2));
    cluster.runUntil(() => cluster.running(web).length === 2);
    const [victim] = cluster.running(web);
    cluster.engineOf(victim!).kill(victim!.ID, 137);
    const failed = cluster.runUntil(() => cluster.inState(web, 'failed').length === 1);
    expect(failed).toBeLessThan(0.2);
    expect(cluster.inState(web, 'failed')[0]!.Status.Err).toBe('task: non-zero exit (137)');
    const back = failed + cluster.runUntil(() => cluster.running(web).length === 2);
    expect(back).toBeGreaterThan(5.2);
    expect(back).toBeLessThan(6);
    const desired = cluster.tasks(web).map((task) => task.DesiredState);
    expect(desired.sort()).toEqual(['running', 'running', 'shutdown']);
  });

  it('keeps five tasks of a slot', () => {
    const cluster = new FakeCluster(1);
    const web = cluster.createService('web', {
      TaskTemplate: { ForceUpdate: 0, ContainerSpec: { Image: 'exits-1-after-1' } },
    });
    cluster.run(60);
    expect(cluster.tasks(web).length).toBe(5);
  });

  it('moves the tasks of a node that is lost', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(6));
    cluster.runUntil(() => cluster.running(web).length === 6);
    const lost = cluster.nodes[2]!;
    lost.connected = false;
    const down = cluster.runUntil(
      () => cluster.store.get('node', lost.nodeId)!.Status.State === 'down',
    );
    expect(down).toBeGreaterThan(8);
    expect(down).toBeLessThan(16.7);
    expect(cluster.store.get('node', lost.nodeId)!.Status.Message).toBe('heartbeat failure');
    const alive = () => cluster.running(web).filter((task) => task.NodeID !== lost.nodeId);
    const moved = cluster.runUntil(() => alive().length === 6);
    expect(moved).toBeGreaterThan(5);
    expect(moved).toBeLessThan(5.8);
    // The lost node's tasks stay as they were last seen.
    const ghosts = cluster.tasks(web).filter((task) => task.NodeID === lost.nodeId);
    expect(ghosts.map((task) => [task.DesiredState, task.Status.State])).toEqual([
      ['shutdown', 'running'],
      ['shutdown', 'running'],
    ]);
    // It comes back: its old containers end, nothing moves back.
    lost.connected = true;
    cluster.runUntil(() =>
      cluster
        .tasks(web)
        .filter((task) => task.NodeID === lost.nodeId)
        .every((task) => task.Status.State === 'shutdown'),
    );
    expect(cluster.perNode(web)).toEqual([3, 3, 0]);
  });

  it('drains a node without a restart delay', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(6));
    cluster.runUntil(() => cluster.running(web).length === 6);
    cluster.updateNode('node2-id', (node) => ({
      ...node,
      Spec: { ...node.Spec, Availability: 'drain' },
    }));
    const seconds = cluster.runUntil(() => {
      const running = cluster.running(web);
      return running.length === 6 && running.every((task) => task.NodeID !== 'node2-id');
    });
    expect(seconds).toBeGreaterThan(1.2);
    expect(seconds).toBeLessThan(3.3);
  });

  it('scales down from the fullest node and the highest slot, and lets the tasks vanish', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(6));
    cluster.runUntil(() => cluster.running(web).length === 6);
    cluster.updateService(web, (spec) => ({ ...spec, ...replicas(3) }));
    const seconds = cluster.runUntil(() => cluster.tasks(web).length === 3);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(1.9);
    expect(cluster.perNode(web)).toEqual([1, 1, 1]);
    expect(cluster.running(web).map((task) => task.Slot)).toEqual([1, 2, 3]);
    expect(cluster.service(web).UpdateStatus).toBeUndefined();
  });

  it('removes the tasks of a removed service', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', replicas(3));
    cluster.runUntil(() => cluster.running(web).length === 3);
    cluster.write((tx) => tx.remove('service', web));
    const seconds = cluster.runUntil(() => cluster.tasks(web).length === 0);
    expect(seconds).toBeGreaterThan(1.2);
    expect(seconds).toBeLessThan(1.9);
    cluster.run(1);
    expect(cluster.nodes.map((node) => node.executor.containers.size)).toEqual([0, 0]);
  });

  it('stops after the allowed attempts', () => {
    const cluster = new FakeCluster(1);
    const web = cluster.createService('web', {
      TaskTemplate: {
        ForceUpdate: 0,
        ContainerSpec: { Image: 'exits-1-after-0' },
        RestartPolicy: { Condition: 'on-failure', MaxAttempts: 2, Delay: 0 },
      },
    });
    cluster.run(60);
    expect(cluster.tasks(web).map((task) => task.Status.State)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
  });

  it('does not restart what has finished when told so', () => {
    const cluster = new FakeCluster(1);
    const web = cluster.createService('web', {
      TaskTemplate: {
        ForceUpdate: 0,
        ContainerSpec: { Image: 'exits-0-after-1' },
        RestartPolicy: { Condition: 'on-failure' },
      },
    });
    cluster.run(20);
    expect(cluster.tasks(web).map((task) => task.Status.State)).toEqual(['complete']);
  });
});
