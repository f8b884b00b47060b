import { describe, expect, it } from 'vitest';
import type { PortConfig } from '../../api';
import type { StoredTask } from '../store';
import { FakeCluster, overlayNetwork } from './fake-cluster';

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
const publish = (...ports: PortConfig[]) => ({
  EndpointSpec: { Mode: 'vip' as const, Ports: ports },
});
const addresses = (task: StoredTask) =>
  (task.NetworksAttachments ?? []).flatMap((attachment) => attachment.Addresses ?? []);
const attachments = (cluster: FakeCluster) =>
  cluster.store.all('node').map((node) => (node.Attachments ?? []).flatMap((a) => a.Addresses));

describe('addresses', () => {
  it('gives ingress its subnet and each node an address in it', () => {
    const cluster = new FakeCluster(3);
    expect(cluster.store.get('network', 'ingress-id')).toMatchObject({
      DriverState: {
        Name: 'overlay',
        Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4096' },
      },
      IPAMOptions: {
        Driver: { Name: 'default' },
        Configs: [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }],
      },
    });
    expect(attachments(cluster)).toEqual([['10.0.0.2/24'], ['10.0.0.3/24'], ['10.0.0.4/24']]);
  });

  it('gives a service its addresses first, then its tasks, then the nodes', () => {
    const cluster = new FakeCluster(2);
    cluster.write((tx) => tx.create('network', overlayNetwork('app-id', 'app')));
    cluster.run(0.1);
    const network = cluster.store.get('network', 'app-id')!;
    expect(network.IPAMOptions?.Configs).toEqual([{ Subnet: '10.0.1.0/24', Gateway: '10.0.1.1' }]);
    expect(Object.values(network.DriverState.Options!)).toEqual(['4097']);
    const web = cluster.createService('web', {
      ...replicas(2),
      ...publish({ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }),
      TaskTemplate: { ForceUpdate: 0, Networks: [{ Target: 'app-id' }] },
    });
    cluster.runUntil(() => cluster.running(web).length === 2);
    expect(cluster.service(web).Endpoint).toEqual({
      Spec: cluster.service(web).Spec.EndpointSpec,
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
      VirtualIPs: [
        { NetworkID: 'ingress-id', Addr: '10.0.0.4/24' },
        { NetworkID: 'app-id', Addr: '10.0.1.2/24' },
      ],
    });
    expect(cluster.tasks(web).map(addresses)).toEqual([
      ['10.0.0.5/24', '10.0.1.3/24'],
      ['10.0.0.6/24', '10.0.1.4/24'],
    ]);
    expect(attachments(cluster).flat().sort()).toEqual([
      '10.0.0.2/24',
      '10.0.0.3/24',
      '10.0.1.5/24',
      '10.0.1.6/24',
    ]);
    // The last task of a network leaves the node: so does the node's address.
    cluster.write((tx) => tx.remove('service', web));
    cluster.runUntil(() => cluster.tasks(web).length === 0);
    cluster.run(1);
    expect(attachments(cluster).flat()).toEqual(['10.0.0.2/24', '10.0.0.3/24']);
  });

  it('does not use a freed address again at once', () => {
    const cluster = new FakeCluster(1);
    const web = cluster.createService('web', {
      ...publish({ Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' }),
      TaskTemplate: { ForceUpdate: 0, RestartPolicy: { Delay: 0 } },
    });
    cluster.runUntil(() => cluster.running(web).length === 1);
    const [first] = cluster.running(web);
    expect(addresses(first!)).toEqual(['10.0.0.4/24']);
    cluster.engineOf(first!).kill(first!.ID, 1);
    cluster.runUntil(() => cluster.inState(web, 'failed').length === 1);
    cluster.runUntil(() => cluster.running(web).length === 1);
    expect(addresses(cluster.running(web)[0]!)).toEqual(['10.0.0.5/24']);
  });

  it('publishes on 30000 and up, and keeps the number', () => {
    const cluster = new FakeCluster(1);
    const port: PortConfig = { Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' };
    const web = cluster.createService('web', publish(port));
    const two = cluster.createService('two', publish(port));
    cluster.run(2);
    expect(cluster.service(web).Endpoint.Ports).toEqual([{ ...port, PublishedPort: 30_000 }]);
    expect(cluster.service(two).Endpoint.Ports).toEqual([{ ...port, PublishedPort: 30_001 }]);
    cluster.updateService(web, (spec) => ({ ...spec, Labels: { a: 'b' } }));
    cluster.run(2);
    expect(cluster.service(web).Endpoint.Ports![0]!.PublishedPort).toBe(30_000);
    cluster.updateService(web, (spec) => ({ ...spec, EndpointSpec: { Mode: 'vip' } }));
    cluster.run(5);
    expect(cluster.service(web).Endpoint).toEqual({ Spec: { Mode: 'vip' } });
    expect(cluster.tasks(web).length).toBe(2);
    // A name-round-robin service has no address of its own.
    cluster.updateService(two, (spec) => ({ ...spec, EndpointSpec: { Mode: 'dnsrr' } }));
    cluster.run(5);
    expect(cluster.service(two).Endpoint.VirtualIPs).toBeUndefined();
  });

  it('leaves the endpoint of a service without ports and networks alone', () => {
    const cluster = new FakeCluster(1);
    const web = cluster.createService('web');
    cluster.run(2);
    expect(cluster.service(web).Endpoint).toEqual({ Spec: {} });
    expect(cluster.tasks(web)[0]!.NetworksAttachments).toBeUndefined();
    expect(cluster.service(web).Version).toEqual(cluster.service(web).Version);
  });

  it('takes everything over under a new leader', () => {
    const cluster = new FakeCluster(2);
    const web = cluster.createService('web', {
      ...replicas(3),
      ...publish({ Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' }),
    });
    cluster.runUntil(() => cluster.running(web).length === 3);
    const before = cluster.tasks(web).map(addresses);
    const endpoint = cluster.service(web).Endpoint;
    cluster.lead();
    cluster.run(10);
    expect(cluster.tasks(web).map(addresses)).toEqual(before);
    expect(cluster.service(web).Endpoint).toEqual(endpoint);
    cluster.updateService(web, (spec) => ({ ...spec, ...replicas(4) }));
    cluster.runUntil(() => cluster.running(web).length === 4);
    const all = cluster.tasks(web).flatMap(addresses);
    expect(new Set(all).size).toBe(4);
  });
});
