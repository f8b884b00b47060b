/** Reads of a machine leave no trace, and tell what the kernel knows of a container. */
import { expect, test } from 'vitest';
import { jsonRequest, type ContainerXray } from '../../api';
import { decodeUtf8 } from '../../base';
import { InlineCluster } from './index';

function clusterWithContainer(): InlineCluster {
  const cluster = new InlineCluster({ seed: 3, nodes: 1, hub: 'real' });
  cluster.runFor(1_000_000);
  cluster.exec('node1', 'docker run -d --name web --memory 64m --pids-limit 20 nginx:1.13');
  return cluster;
}

test('a look changes nothing', () => {
  const plain = clusterWithContainer();
  const seen = clusterWithContainer();
  const paths = ['/images/json', '/images/nginx:1.13/get', '/containers/web/json?size=1'];
  paths.push('/containers/web/changes', '/containers/web/archive?path=/etc/passwd');
  for (const path of [...paths, '/xray/containers/web', '/xray/files?path=/root']) {
    const answer = seen.machine('node1').look!(jsonRequest('GET', path), seen.now + 1);
    expect([path, answer.status]).toEqual([path, 200]);
  }
  const post = jsonRequest('POST', '/containers/web/stop');
  expect(seen.machine('node1').look!(post, seen.now).status).toBe(0);
  for (const cluster of [plain, seen]) cluster.exec('node1', 'docker events --since 1m --until 0s');
  expect(seen.traceHash()).toBe(plain.traceHash());
});

test('what the kernel knows of a container', () => {
  const cluster = clusterWithContainer();
  const machine = cluster.machine('node1');
  const { body } = machine.look!(jsonRequest('GET', '/xray/containers/web'), cluster.now);
  const xray = JSON.parse(decodeUtf8(body)) as ContainerXray;
  expect(xray.processes.find((p) => p.innerPid === 1)?.command).toContain('nginx');
  expect(xray.processes[0]!.namespaces.net).not.toBe(xray.host.net);
  expect(xray.processes[0]!.namespaces.user).toBe(xray.host.user);
  expect(xray.cgroup).toMatchObject({ memoryLimit: 64 << 20, pidsLimit: 20 });
  expect(xray.mounts[0]).toMatchObject({ path: '/', type: 'overlay' });
  const eth0 = xray.interfaces.find((device) => device.name === 'eth0');
  expect(eth0).toMatchObject({ bridge: 'docker0', bridgeAddress: '172.17.0.1/16' });
  expect(eth0?.hostEnd).toMatch(/^veth/);
});
