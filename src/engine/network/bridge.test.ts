import { describe, expect, test } from 'vitest';
import { Lab } from './harness';

const OWNER = { pid: 1, program: 'nginx' };

function one() {
  const lab = new Lab(1);
  return { lab, engine: lab.engines[0]! };
}

describe('bridge networks', () => {
  test('give the lowest free address and names on user networks', () => {
    const { lab, engine } = one();
    expect(engine.api('POST', '/networks/create', { Name: 'app' }).status).toBe(201);
    const web = engine.run('aa', {
      name: 'web',
      networkMode: 'app',
      endpoints: { app: { Aliases: ['www'] } },
    });
    const other = engine.run('bb', { name: 'other', networkMode: 'app' });
    const plain = engine.run('cc', { name: 'plain' });
    expect(lab.resolve(engine, other, 'web')).toBe('172.18.0.2');
    expect(lab.resolve(engine, other, 'WWW.app')).toBe('172.18.0.2');
    expect(lab.resolve(engine, other, 'aa0000000000')).toBe('172.18.0.2');
    expect(lab.resolve(engine, plain, 'web')).toBe('ENOTFOUND');
    const server = engine.stack.listen(web, '0.0.0.0', 80, 'tcp', OWNER);
    const servers = new Map([['web', server]]);
    expect(lab.ask(engine, other, '172.18.0.2', 80, servers)).toBe('web sees 172.18.0.3');
    expect(lab.ask(engine, engine.stack.host, '172.18.0.2', 80, servers)).toBe(
      'web sees 172.18.0.1',
    );
    // Bridges are kept apart.
    expect(lab.ask(engine, plain, '172.18.0.2', 80, servers)).toBe('ETIMEDOUT');
    engine.stop('web');
    expect(lab.resolve(engine, other, 'web')).toBe('ENOTFOUND');
    expect(lab.ask(engine, other, '172.18.0.2', 80, servers)).toBe('EHOSTUNREACH');
  });

  test('show interfaces with both ends', () => {
    const { engine } = one();
    const ns = engine.run('aa');
    const inside = engine.stack.netinfo(ns).interfaces[1]!;
    expect(inside).toMatchObject({ name: 'eth0', mac: '02:42:ac:11:00:02', mtu: 1500 });
    const outside = engine.stack
      .netinfo(engine.stack.host)
      .interfaces.find(({ index }) => index === inside.peerIndex)!;
    expect(outside).toMatchObject({ master: 'docker0', peerIndex: inside.index });
    expect(engine.stack.netinfo(ns).routes).toEqual([
      { destination: 'default', gateway: '172.17.0.1', device: 'eth0' },
      { destination: '172.17.0.0/16', device: 'eth0', source: '172.17.0.2' },
    ]);
    expect(engine.hosts).toContain('172.17.0.2\taa0000000000\n');
    engine.stop('aa');
    expect(engine.stack.netinfo(engine.stack.host).interfaces.map(({ name }) => name)).toEqual([
      'lo',
      'eth0',
      'docker0',
    ]);
  });

  test('publish ports to localhost, the LAN and other containers', () => {
    const lab = new Lab(2);
    const [engine, far] = lab.engines as [(typeof lab.engines)[0], (typeof lab.engines)[0]];
    const ns = engine.run('aa', {
      exposedPorts: ['80/tcp', '81/udp'],
      portBindings: { '80/tcp': [{ HostPort: '8080' }] },
    });
    const client = engine.run('bb');
    const server = engine.stack.listen(ns, '0.0.0.0', 80, 'tcp', OWNER);
    const servers = new Map([['web', server]]);
    const { host } = engine.stack;
    expect(lab.ask(engine, host, '127.0.0.1', 8080, servers)).toBe('web sees 172.17.0.1');
    expect(lab.ask(far, far.stack.host, '192.168.0.11', 8080, servers)).toBe(
      'web sees 192.168.0.12',
    );
    expect(lab.ask(engine, client, '192.168.0.11', 8080, servers)).toBe('web sees 172.17.0.1');
    expect(lab.ask(far, far.stack.host, '172.17.0.2', 80, servers)).toBe('EHOSTUNREACH');
    expect(engine.net.portSummary(engine.fullId('aa'))).toEqual([
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 81, Type: 'udp' },
    ]);
    expect(engine.stack.netinfo(host).natRules).toContain(
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    );
    engine.stop('aa');
    expect(lab.ask(engine, host, '127.0.0.1', 8080, servers)).toBe('ECONNREFUSED');
  });

  test('refuse a port twice with the words of the driver', () => {
    const { engine } = one();
    const publish = {
      exposedPorts: ['80/tcp'],
      portBindings: { '80/tcp': [{ HostPort: '8080' }] },
    };
    engine.run('aa', publish);
    const refused = engine.tryRun('bb', publish) as { status: number; message: string };
    expect(refused.status).toBe(500);
    expect(refused.message).toMatch(
      /^driver failed programming external connectivity on endpoint bb \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated$/,
    );
    const settings = engine.net.networkSettings('bb'.padEnd(64, '0'));
    expect(settings).toMatchObject({ EndpointID: '', IPAddress: '', Ports: {} });
    expect(settings.SandboxID).not.toBe('');
    const away = engine.tryRun('cc', {
      exposedPorts: ['80/tcp'],
      portBindings: { '80/tcp': [{ HostIp: '203.0.113.9', HostPort: '8083' }] },
    }) as { message: string };
    expect(away.message).toContain(
      ': Error starting userland proxy: listen tcp4 203.0.113.9:8083: bind: cannot assign requested address',
    );
    engine.run('dd', { exposedPorts: ['80/tcp'], publishAllPorts: true });
    expect(engine.net.networkSettings('dd'.padEnd(64, '0')).Ports).toEqual({
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '32768' },
        { HostIp: '::', HostPort: '32768' },
      ],
    });
  });

  test('share the namespace of the host or of another container', () => {
    const { engine } = one();
    const first = engine.run('aa');
    expect(engine.run('bb', { networkMode: 'container:aa' })).toBe(first);
    expect(engine.run('cc', { networkMode: 'host' })).toBe(engine.stack.host);
    expect(engine.run('dd', { networkMode: 'none' }).interfaces.size).toBe(1);
    engine.stop('bb');
    engine.stop('cc');
    expect(engine.stack.namespaceOf(first.id)).toBe(first);
    expect(engine.tryRun('ee', { networkMode: 'container:bb' })).toEqual({
      status: 409,
      message: `cannot join network of a non running container: ${'bb'.padEnd(64, '0')}`,
    });
    expect(engine.tryRun('ff', { networkMode: 'nosuch' })).toEqual({
      status: 404,
      message: 'network nosuch not found',
    });
  });
});

test('networks and connections survive a restart of the daemon', () => {
  const { engine } = one();
  engine.api('POST', '/networks/create', { Name: 'app' });
  engine.run('aa', { name: 'web', networkMode: 'app' });
  engine.net.connect('bridge', 'web', null);
  const before = engine.api('GET', '/networks').body;
  const rules = engine.stack.netinfo(engine.stack.host);
  engine.net.shutdown();
  expect(engine.stack.netinfo(engine.stack.host).interfaces.map(({ name }) => name)).toEqual([
    'lo',
    'eth0',
  ]);
  const again = engine.restart();
  expect(again.api('GET', '/networks').body).toEqual(before);
  expect(again.stack.netinfo(again.stack.host).natRules).toEqual(rules.natRules);
  const started = again.net.startContainer(again.fullId('web'));
  expect('status' in started).toBe(false);
  const { Networks: networks } = again.net.networkSettings(again.fullId('web'));
  expect(Object.values(networks).map(({ IPAddress }) => IPAddress)).toEqual([
    '172.18.0.2',
    '172.17.0.2',
  ]);
});
