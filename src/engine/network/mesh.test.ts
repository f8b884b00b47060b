import { expect, test } from 'vitest';
import { deepClone } from '../../base';
import { Lab, swarmNetwork, taskConfig } from './harness';

const OWNER = { pid: 1, program: 'nginx' };
const PORTS = [
  { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' } as const,
];

/** Three nodes in a swarm; `web` runs on nodes 2 and 3, in ingress and in `app`. */
function swarm() {
  const lab = new Lab(3);
  const ingress = swarmNetwork('ingressid', 'ingress', '10.0.0.0/24', 4096);
  const app = swarmNetwork('appid', 'app', '10.0.1.0/24', 4097);
  lab.engines.forEach((engine, i) =>
    engine.net.setNodeAttachments([
      { network: ingress, address: `10.0.0.${2 + i}/24` },
      { network: app, address: `10.0.1.${12 + i}/24` },
    ]),
  );
  const servers = new Map<string, ReturnType<(typeof lab.engines)[0]['stack']['listen']>>();
  for (const slot of [1, 2]) {
    const engine = lab.engines[slot]!;
    engine.net.addTaskNetworks([ingress, app]);
    const ns = engine.run(
      `c${slot}`,
      taskConfig(
        'web',
        slot,
        { ingress: `10.0.0.${5 + slot}`, app: `10.0.1.${2 + slot}` },
        { ingressid: '10.0.0.5', appid: '10.0.1.2' },
        PORTS,
      ),
    );
    servers.set(`web.${slot}`, engine.stack.listen(ns, '0.0.0.0', 80, 'tcp', OWNER));
    engine.net.activateService(`c${slot}`.padEnd(64, '0'));
  }
  return { lab, servers, ingress, app };
}

test('a published port answers on every node, round robin', () => {
  const { lab, servers } = swarm();
  const [one, two] = lab.engines as [(typeof lab.engines)[0], (typeof lab.engines)[0]];
  const ask = (engine: typeof one, address: string) =>
    lab.ask(engine, engine.stack.host, address, 8080, servers);
  lab.hops();
  expect(ask(one, '127.0.0.1')).toBe('web.1 sees 10.0.0.2');
  expect(lab.hops()).toEqual([
    'connect: test in node1 connects to 127.0.0.1:8080',
    'published-port: port 8080 of the node: DOCKER-INGRESS sends it to 172.18.0.2:8080',
    'bridge: docker_gwbridge to 172.18.0.2 (ingress-sbox)',
    'ingress-sandbox: ingress-sbox marks port 8080 as 256',
    'ipvs: web: round robin chooses 10.0.0.6 of 2',
    'vxlan: VXLAN 4096 to node 192.168.0.12 for 10.0.0.6',
    'bridge: br0 to 10.0.0.6 (web.1)',
    'accept: 10.0.0.6:80 of web.1 sees 10.0.0.2',
    'answer: node1 hears from 127.0.0.1:8080',
  ]);
  expect(ask(one, '127.0.0.1')).toBe('web.2 sees 10.0.0.2');
  expect(ask(one, '127.0.0.1')).toBe('web.1 sees 10.0.0.2');
  // Through another node, and back to a task on the node that asks.
  expect(ask(two, '192.168.0.11')).toBe('web.2 sees 10.0.0.2');
  expect(ask(two, '192.168.0.11')).toBe('web.1 sees 10.0.0.2');
  expect(ask(two, '127.0.0.1')).toBe('web.1 sees 10.0.0.3');
  for (const engine of lab.engines) expect(engine.stack.connections.tracks.size).toBeLessThan(20);
});

test('names and the virtual address work inside the network', () => {
  const { lab, servers } = swarm();
  const two = lab.engines[1]!;
  const ns = two.stack.namespaceOf(two.net.states.get('c1'.padEnd(64, '0'))!.sandbox!.namespaceId)!;
  expect(lab.resolve(two, ns, 'web')).toBe('10.0.1.2');
  expect(lab.resolve(two, ns, 'tasks.web').split(' ').sort()).toEqual(['10.0.1.3', '10.0.1.4']);
  expect(lab.ask(two, ns, '10.0.1.2', 80, servers)).toBe('web.1 sees 10.0.1.13');
  expect(lab.ask(two, ns, '10.0.1.2', 80, servers)).toBe('web.2 sees 10.0.1.13');
  expect(lab.ask(two, ns, '10.0.1.4', 80, servers)).toBe('web.2 sees 10.0.1.3');
});

test('a task that stops gets no new connections, then goes', () => {
  const { lab, servers, ingress, app } = swarm();
  const [one, two, three] = lab.engines as (typeof lab.engines)[0][];
  const ask = () => lab.ask(one!, one!.stack.host, '127.0.0.1', 8080, servers);
  two!.net.deactivateService('c1'.padEnd(64, '0'));
  expect([ask(), ask()]).toEqual(['web.2 sees 10.0.0.2', 'web.2 sees 10.0.0.2']);
  expect(
    one!.stack.netinfo(
      one!.stack.namespaceOf(one!.net.networkNamed('ingress')!.overlay!.balancerNamespaceId)!,
    ).ipvs[0]!.destinations,
  ).toEqual([
    { address: '10.0.0.6', weight: 0 },
    { address: '10.0.0.7', weight: 1 },
  ]);
  three!.net.deactivateService('c2'.padEnd(64, '0'));
  expect(ask()).toBe('ECONNREFUSED');
  three!.stop('web.2.abcdefghijklmnopqrstuvwx2');
  two!.stop('web.1.abcdefghijklmnopqrstuvwx1');
  expect(one!.stack.netinfo(one!.stack.host).natRules).not.toContain('8080');
  expect(two!.net.networkNamed('app')).toBeDefined();
  two!.net.sweepTaskNetworks([ingress, app]);
  expect(two!.net.networkNamed('app')).toBeUndefined();
  expect(two!.net.networkNamed('ingress')).toBeDefined();
  two!.net.leaveSwarm();
  expect(two!.net.networkNamed('ingress')).toBeUndefined();
});

test('ingress stands on docker_gwbridge as in a real engine', () => {
  const { lab } = swarm();
  const engine = lab.engines[0]!;
  expect(engine.api('GET', '/networks/docker_gwbridge').body).toMatchObject({
    IPAM: { Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] },
    Containers: {
      'ingress-sbox': { Name: 'gateway_ingress-sbox', IPv4Address: '172.18.0.2/16' },
    },
  });
  expect(engine.stack.netinfo(engine.stack.host).natRules).toEqual([
    '-P PREROUTING ACCEPT',
    '-P INPUT ACCEPT',
    '-P OUTPUT ACCEPT',
    '-P POSTROUTING ACCEPT',
    '-N DOCKER',
    '-N DOCKER-INGRESS',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER-INGRESS',
    '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    '-A POSTROUTING -o docker_gwbridge -m addrtype --src-type LOCAL -j MASQUERADE',
    '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    '-A POSTROUTING -s 172.18.0.0/16 ! -o docker_gwbridge -j MASQUERADE',
    '-A DOCKER -i docker0 -j RETURN',
    '-A DOCKER -i docker_gwbridge -j RETURN',
    '-A DOCKER-INGRESS -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:8080',
    '-A DOCKER-INGRESS -j RETURN',
  ]);
});

test('a plain container needs an attachable network', () => {
  const { lab } = swarm();
  const two = lab.engines[1]!;
  expect(two.tryRun('zz', { networkMode: 'app' })).toEqual({
    status: 403,
    message:
      'Could not attach to network app: rpc error: code = PermissionDenied desc = network app not manually attachable',
  });
  expect(two.api('GET', '/networks/app').body).toMatchObject({
    Scope: 'swarm',
    Peers: [{ Name: 'c0ffee000001', IP: '192.168.0.12' }],
    Containers: {
      'lb-app': { Name: 'app-endpoint', IPv4Address: '10.0.1.13/24' },
      [two.fullId('web.1.abcdefghijklmnopqrstuvwx1')]: { IPv4Address: '10.0.1.3/24' },
    },
  });
});

test('a clone goes on apart', () => {
  const { lab, servers } = swarm();
  const copy = deepClone({ lab, servers });
  const one = copy.lab.engines[0]!;
  expect(copy.lab.ask(one, one.stack.host, '127.0.0.1', 8080, copy.servers)).toBe(
    'web.1 sees 10.0.0.2',
  );
  const first = lab.engines[0]!;
  expect(lab.ask(first, first.stack.host, '127.0.0.1', 8080, servers)).toBe('web.1 sees 10.0.0.2');
});
