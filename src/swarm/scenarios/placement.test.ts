import { describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../api';
import { FakeCluster } from './fake-cluster';

const template = (spec: Partial<TaskSpec>): { TaskTemplate: TaskSpec } => ({
  TaskTemplate: { ForceUpdate: 0, ...spec },
});
const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });

function pendingText(spec: Partial<TaskSpec>, count = 1): string {
  const cluster = new FakeCluster(3);
  const web = cluster.createService('web', { ...template(spec), ...replicas(count) });
  cluster.run(2);
  const waiting = cluster.tasks(web).find((task) => task.Status.State === 'pending');
  return `${waiting?.Status.Message}: ${waiting?.Status.Err}`;
}

describe('placement', () => {
  it('explains why a task fits nowhere', () => {
    expect(pendingText({ Placement: { Constraints: ['node.labels.a==b'] } })).toBe(
      'pending task scheduling: no suitable node (scheduling constraints not satisfied on 3 nodes)',
    );
    expect(pendingText({ Resources: { Reservations: { NanoCPUs: 64e9 } } })).toBe(
      'pending task scheduling: no suitable node (insufficient resources on 3 nodes)',
    );
    expect(pendingText({ Placement: { MaxReplicas: 1 } }, 4)).toBe(
      'pending task scheduling: no suitable node (max replicas per node limit exceed)',
    );
    expect(pendingText({ Placement: { Platforms: [{ OS: 'windows' }] } })).toBe(
      'pending task scheduling: no suitable node (unsupported platform on 3 nodes)',
    );
  });

  it('counts nodes by their first failing rule', () => {
    const cluster = new FakeCluster(3);
    cluster.updateNode('node3-id', (node) => ({
      ...node,
      Spec: { ...node.Spec, Availability: 'pause' },
    }));
    const web = cluster.createService(
      'web',
      template({ Placement: { Constraints: ['node.role==none'] } }),
    );
    cluster.run(1);
    expect(cluster.tasks(web)[0]!.Status.Err).toBe(
      'no suitable node (scheduling constraints not satisfied on 2 nodes; ' +
        '1 node not available for new tasks)',
    );
  });

  it('places a waiting task as soon as a node fits', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', {
      ...template({ Placement: { Constraints: ['node.labels.disk==ssd'] } }),
      ...replicas(2),
    });
    cluster.run(5);
    cluster.updateNode('node2-id', (node) => ({
      ...node,
      Spec: { ...node.Spec, Labels: { disk: 'ssd' } },
    }));
    const seconds = cluster.runUntil(() => cluster.running(web).length === 2);
    expect(seconds).toBeLessThan(1.3);
    // The label goes: the tasks are rejected and their replacements wait.
    cluster.updateNode('node2-id', (node) => ({ ...node, Spec: { ...node.Spec, Labels: {} } }));
    cluster.runUntil(() => cluster.inState(web, 'rejected').length === 2);
    expect(cluster.inState(web, 'rejected')[0]!.Status).toMatchObject({
      Message: 'task rejected by constraint enforcer',
      Err: 'assigned node no longer meets constraints',
    });
    cluster.runUntil(() => cluster.inState(web, 'pending').length === 2);
  });

  it('puts nothing new on a paused node and leaves what is there', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', replicas(3));
    cluster.runUntil(() => cluster.running(web).length === 3);
    cluster.updateNode('node2-id', (node) => ({
      ...node,
      Spec: { ...node.Spec, Availability: 'pause' },
    }));
    cluster.updateService(web, (spec) => ({ ...spec, ...replicas(7) }));
    cluster.runUntil(() => cluster.running(web).length === 7);
    expect(cluster.perNode(web)).toEqual([3, 3, 1]);
  });

  it('spreads over the values of a label first', () => {
    const cluster = new FakeCluster(3);
    for (const [id, zone] of [
      ['node1-id', 'a'],
      ['node2-id', 'b'],
      ['node3-id', 'b'],
    ] as const)
      cluster.updateNode(id, (node) => ({ ...node, Spec: { ...node.Spec, Labels: { zone } } }));
    const web = cluster.createService('web', {
      ...template({
        Placement: { Preferences: [{ Spread: { SpreadDescriptor: 'node.labels.zone' } }] },
      }),
      ...replicas(8),
    });
    cluster.runUntil(() => cluster.running(web).length === 8);
    const onFirst = cluster.running(web).filter((task) => task.NodeID === 'node1-id').length;
    expect(onFirst).toBe(4);
    expect(cluster.perNode(web)).toEqual([4, 2, 2]);
  });

  it('gives a host-mode port to one task a node', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', {
      ...replicas(3),
      EndpointSpec: {
        Mode: 'vip',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }],
      },
    });
    cluster.run(3);
    expect(cluster.running(web).length).toBe(2);
    expect(cluster.inState(web, 'pending')[0]!.Status.Err).toBe(
      'no suitable node (host-mode port already in use on 2 nodes)',
    );
  });

  it('avoids a node after five failures', () => {
    const cluster = new FakeCluster(2);
    cluster.nodes[1]!.executor.broken = true;
    const web = cluster.createService('web', {
      ...replicas(2),
      ...template({ RestartPolicy: { Delay: 0 } }),
    });
    const failures = new Set<string>();
    cluster.runUntil(() => {
      for (const task of cluster.inState(web, 'failed')) failures.add(task.ID);
      return cluster.running(web).length === 2;
    });
    expect(failures.size).toBe(5);
    expect(cluster.perNode(web)).toEqual([2, 0]);
  });

  it('does not always begin with the first node', () => {
    const first = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const cluster = new FakeCluster(3, seed);
      const web = cluster.createService('web');
      cluster.run(1);
      first.add(cluster.tasks(web)[0]!.NodeID!);
    }
    expect(first.size).toBe(3);
  });

  it('schedules a thousand tasks quickly', () => {
    const cluster = new FakeCluster(7);
    const web = cluster.createService('web', replicas(1_000));
    cluster.runUntil(() => cluster.running(web).length === 1_000, 600);
    expect(cluster.perNode(web)).toEqual([143, 143, 143, 143, 143, 143, 142]);
  });
});
