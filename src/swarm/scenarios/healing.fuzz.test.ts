/**
 * Random trouble, then rest: whatever happened, the swarm comes to what its services ask for, no
 * address is given twice, and no engine keeps a container that nobody wants.
 */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../base';
import { stateRank } from '../orchestrator/task-state';
import { FakeCluster, overlayNetwork } from './fake-cluster';

const IMAGES = ['nginx:1.12', 'nginx:1.13', 'nginx:1.14', 'fails-to-start', 'exits-1-after-1'];

function start(seed: number): FakeCluster {
  const cluster = new FakeCluster(4, seed);
  cluster.write((tx) => tx.create('network', overlayNetwork('app-id', 'app')));
  const port = { Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' } as const;
  cluster.createService('web', {
    Mode: { Replicated: { Replicas: 4 } },
    EndpointSpec: { Mode: 'vip', Ports: [port] },
    UpdateConfig: { Parallelism: 2, MaxFailureRatio: 0.3, FailureAction: 'rollback' },
  });
  cluster.createService('all', {
    Mode: { Global: {} },
    TaskTemplate: { ForceUpdate: 0, Networks: [{ Target: 'app-id' }] },
  });
  cluster.run(3);
  return cluster;
}

function disturb(cluster: FakeCluster, random: RandomStream): void {
  const node = random.pick(cluster.nodes);
  const service = random.pick(['web-id', 'all-id']);
  switch (random.below(10)) {
    case 0:
      node.connected = !node.connected;
      break;
    case 1: {
      const running = [...node.executor.containers].filter(([, c]) => c.state === 'running');
      if (running.length > 0) node.executor.kill(random.pick(running)[0], random.below(2));
      break;
    }
    case 2:
      cluster.updateService('web-id', (spec) => ({
        ...spec,
        Mode: { Replicated: { Replicas: random.below(9) } },
      }));
      break;
    case 3:
    case 4:
      cluster.updateService(service, (spec) => ({
        ...spec,
        TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: random.pick(IMAGES) } },
      }));
      break;
    case 5:
      cluster.updateNode(node.nodeId, (record) => ({
        ...record,
        Spec: { ...record.Spec, Availability: random.pick(['active', 'active', 'pause', 'drain']) },
      }));
      break;
    case 6:
      cluster.lead();
      break;
    case 7:
      cluster.restartAgent(node, random.chance(1, 2));
      break;
    case 8:
      node.lossy = random.chance(1, 2);
      break;
    default:
      node.executor.broken = random.chance(1, 3);
  }
}

function heal(cluster: FakeCluster): void {
  for (const node of cluster.nodes) {
    node.connected = true;
    node.lossy = false;
    node.executor.broken = false;
    cluster.updateNode(node.nodeId, (record) => ({
      ...record,
      Spec: { ...record.Spec, Availability: 'active' },
    }));
  }
  for (const id of ['web-id', 'all-id'])
    cluster.updateService(id, (spec) => ({
      ...spec,
      UpdateConfig: { Parallelism: 2, MaxFailureRatio: 0, FailureAction: 'continue' },
      TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 99, ContainerSpec: { Image: 'nginx:2' } },
    }));
  cluster.run(240);
}

function check(cluster: FakeCluster): void {
  const replicas = cluster.service('web-id').Spec.Mode.Replicated!.Replicas;
  const web = cluster.running('web-id');
  expect(web.length, cluster.describeTasks()).toBe(replicas);
  expect(new Set(web.map((task) => task.Slot)).size).toBe(replicas);
  const all = cluster.running('all-id');
  expect(all.map((task) => task.NodeID ?? '').sort(), cluster.describeTasks()).toEqual(
    cluster.nodes.map((node) => node.nodeId),
  );
  for (const task of [...web, ...all]) expect(task.Spec.ContainerSpec?.Image).toBe('nginx:2');

  const live = cluster.store.all('task').filter((t) => stateRank(t.Status.State) <= 512);
  const taken = [
    ...live.flatMap((t) => (t.NetworksAttachments ?? []).flatMap((a) => a.Addresses ?? [])),
    ...cluster.store.all('node').flatMap((n) => (n.Attachments ?? []).flatMap((a) => a.Addresses)),
    ...cluster.store
      .all('service')
      .flatMap((s) => (s.Endpoint.VirtualIPs ?? []).map((vip) => vip.Addr)),
  ];
  expect(new Set(taken).size).toBe(taken.length);

  const running = cluster.nodes.flatMap((node) =>
    [...node.executor.containers].filter(([, c]) => c.state === 'running').map(([id]) => id),
  );
  expect(running.sort()).toEqual([...web, ...all].map((task) => task.ID).sort());
}

describe('a disturbed swarm', () => {
  for (let seed = 1; seed <= 15; seed++)
    it(`heals (seed ${seed})`, () => {
      const cluster = start(seed);
      const random = new RandomStream(seed, 'trouble');
      for (let i = 0; i < 40; i++) {
        disturb(cluster, random);
        cluster.run(random.below(6_000) / 1_000);
      }
      heal(cluster);
      check(cluster);
    });
});
