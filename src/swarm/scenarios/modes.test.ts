import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from '../../api';
import { decodeUtf8 } from '../../base';
import type { LogBroker, LogSink } from '../leader';
import type { LogLine } from '../seams';
import { FakeCluster } from './fake-cluster';

const image = (name: string) => ({
  TaskTemplate: { ForceUpdate: 0, ContainerSpec: { Image: name } },
});
const availability = (cluster: FakeCluster, id: string, to: 'active' | 'pause' | 'drain') =>
  cluster.updateNode(id, (node) => ({ ...node, Spec: { ...node.Spec, Availability: to } }));

describe('global services', () => {
  const global: Partial<ServiceSpec> = { Mode: { Global: {} } };

  it('run once on each node, also on one that joins', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', global);
    cluster.runUntil(() => cluster.running(web).length === 3);
    expect(cluster.perNode(web)).toEqual([1, 1, 1]);
    expect(cluster.tasks(web)[0]!.Slot).toBeUndefined();
    const joined = cluster.addNode();
    joined.agent.start();
    cluster.runUntil(() => cluster.running(web).length === 4);
    // No task is added twice: the new node has been through several states by now.
    cluster.run(5);
    expect(cluster.tasks(web).length).toBe(4);
  });

  it('leave a drained node and come back to it', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', global);
    cluster.runUntil(() => cluster.running(web).length === 3);
    availability(cluster, 'node2-id', 'drain');
    cluster.runUntil(() => cluster.inState(web, 'shutdown').length === 1);
    expect(cluster.running(web).length).toBe(2);
    availability(cluster, 'node2-id', 'active');
    cluster.runUntil(() => cluster.running(web).length === 3);
  });

  it('stay away from nodes that the constraints exclude', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', {
      ...global,
      TaskTemplate: { ForceUpdate: 0, Placement: { Constraints: ['node.role==worker'] } },
    });
    cluster.run(3);
    expect(cluster.running(web).map((task) => task.NodeID)).toEqual(['node2-id', 'node3-id']);
  });

  it('restart in place and are not moved from a lost node', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', global);
    cluster.runUntil(() => cluster.running(web).length === 2);
    const victim = cluster.running(web).find((task) => task.NodeID === 'node2-id')!;
    cluster.engineOf(victim).kill(victim.ID, 1);
    cluster.runUntil(() => cluster.inState(web, 'failed').length === 1);
    cluster.runUntil(() => cluster.running(web).length === 2);
    cluster.nodes[1]!.connected = false;
    cluster.run(60);
    expect(cluster.running(web).length).toBe(1);
    expect(cluster.tasks(web).length).toBe(3);
  });

  it('are updated node by node', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', {
      ...global,
      UpdateConfig: { Parallelism: 1, MaxFailureRatio: 0 },
    });
    cluster.runUntil(() => cluster.running(web).length === 3);
    cluster.updateService(web, (spec) => ({ ...spec, ...image('nginx:1.13') }));
    cluster.runUntil(() => cluster.service(web).UpdateStatus?.State === 'completed');
    expect(cluster.perNode(web)).toEqual([1, 1, 1]);
    expect(cluster.running(web).every((t) => t.Spec.ContainerSpec?.Image === 'nginx:1.13')).toBe(
      true,
    );
  });
});

describe('jobs', () => {
  it('run to completion, some at a time', () => {
    const cluster = new FakeCluster(3);
    const job = cluster.createService('job', {
      ...image('exits-0-after-1'),
      Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 5 } },
    });
    let most = 0;
    cluster.runUntil(() => {
      const active = cluster.tasks(job).filter((task) => task.Status.State !== 'complete').length;
      most = Math.max(most, active);
      return cluster.inState(job, 'complete').length === 5;
    });
    expect(most).toBe(2);
    cluster.run(10);
    const tasks = cluster.tasks(job);
    expect(tasks.map((task) => task.Slot ?? 0)).toEqual([0, 1, 2, 3, 4]);
    expect(tasks.map((task) => task.DesiredState)).toEqual(Array(5).fill('complete'));
  });

  it('restart a task that failed, but not one that is done', () => {
    const cluster = new FakeCluster(1);
    const job = cluster.createService('job', {
      ...image('exits-1-after-1'),
      Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
    });
    cluster.run(20);
    expect(cluster.inState(job, 'failed').length).toBeGreaterThan(1);
    expect(cluster.inState(job, 'complete').length).toBe(0);
  });

  it('run once on each node when global', () => {
    const cluster = new FakeCluster(3);
    const job = cluster.createService('job', {
      ...image('exits-0-after-1'),
      Mode: { GlobalJob: {} },
    });
    cluster.runUntil(() => cluster.inState(job, 'complete').length === 3);
    cluster.run(10);
    expect(cluster.tasks(job).length).toBe(3);
  });

  it('run anew at each iteration', () => {
    const cluster = new FakeCluster(2);
    const job = cluster.createService('job', {
      ...image('exits-0-after-1'),
      Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 } },
    });
    cluster.runUntil(() => cluster.inState(job, 'complete').length === 2);
    cluster.write((tx) => {
      const service = tx.get('service', job)!;
      return tx.update('service', { ...service, JobStatus: { JobIteration: { Index: 7 } } });
    });
    cluster.runUntil(
      () =>
        cluster
          .tasks(job)
          .filter((t) => t.JobIteration?.Index === 7 && t.Status.State === 'complete').length === 2,
    );
  });
});

class Sink implements LogSink {
  readonly lineTexts: string[] = [];
  ended: string | undefined;
  lines(from: { readonly nodeId: string; readonly taskId: string }, lines: readonly LogLine[]) {
    for (const line of lines) this.lineTexts.push(`${from.nodeId} ${decodeUtf8(line.data).trim()}`);
  }
  end(error: string): void {
    this.ended = error;
  }
}
const OPTIONS = { stdout: true, stderr: true, follow: false, tail: -1, since: '' };

describe('service logs', () => {
  it('come from all nodes and end', () => {
    const cluster = new FakeCluster(3);
    const web = cluster.createService('web', { Mode: { Replicated: { Replicas: 3 } } });
    cluster.runUntil(() => cluster.running(web).length === 3);
    const sink = new Sink();
    const broker = cluster.part('logbroker') as LogBroker;
    broker.subscribeLogs({ serviceId: web, taskId: undefined, options: OPTIONS }, sink);
    const seconds = cluster.runUntil(() => sink.ended !== undefined);
    expect(seconds).toBeLessThan(0.1);
    expect(sink.ended).toBe('');
    expect(sink.lineTexts.sort()).toEqual(['node1-id hi', 'node2-id hi', 'node3-id hi']);
  });

  it('follow tasks that come later', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web');
    cluster.runUntil(() => cluster.running(web).length === 1);
    const sink = new Sink();
    const broker = cluster.part('logbroker') as LogBroker;
    const id = broker.subscribeLogs(
      { serviceId: web, taskId: undefined, options: { ...OPTIONS, follow: true } },
      sink,
    );
    cluster.run(0.2);
    expect(sink.lineTexts.length).toBe(1);
    cluster.updateService(web, (spec) => ({
      ...spec,
      Mode: { Replicated: { Replicas: 2 } },
    }));
    cluster.runUntil(() => cluster.running(web).length === 2);
    cluster.run(0.2);
    expect(sink.lineTexts.length).toBe(2);
    expect(sink.ended).toBeUndefined();
    broker.unsubscribeLogs(id);
    cluster.run(0.2);
    const stopped = cluster.nodes.flatMap((node) =>
      node.executor.calls.filter((call) => call.startsWith('stop-logs')),
    );
    expect(stopped.length).toBe(2);
  });

  it('say what is missing when a node is away', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', { Mode: { Replicated: { Replicas: 2 } } });
    cluster.runUntil(() => cluster.running(web).length === 2);
    cluster.nodes[1]!.connected = false;
    cluster.run(20);
    const sink = new Sink();
    const broker = cluster.part('logbroker') as LogBroker;
    broker.subscribeLogs({ serviceId: web, taskId: undefined, options: OPTIONS }, sink);
    cluster.runUntil(() => sink.ended !== undefined);
    expect(sink.ended).toBe(
      'warning: incomplete log stream. some logs could not be retrieved for the following ' +
        'reasons: node node2-id is not available',
    );
  });
});
