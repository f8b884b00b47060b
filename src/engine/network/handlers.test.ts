/** Exchanges as recorded from a real engine. */
import { expect, test } from 'vitest';
import { Lab } from './harness';

function one() {
  const lab = new Lab(1);
  return { lab, engine: lab.engines[0]! };
}
const message = (text: string) => ({ message: text });

test('create answers and refuses', () => {
  const { lab, engine } = one();
  const create = (body: unknown) => engine.api('POST', '/networks/create', body);
  expect(create({ Name: 'n1', CheckDuplicate: true })).toMatchObject({
    status: 201,
    body: { Warning: '' },
  });
  expect(create({ Name: 'n1', CheckDuplicate: true })).toEqual({
    status: 409,
    body: message('network with name n1 already exists'),
  });
  const refusals: [unknown, number, string][] = [
    [{ Name: 'bridge' }, 403, 'operation is not permitted on predefined bridge network '],
    [{ Name: 'h2', Driver: 'host' }, 403, 'only one instance of "host" network is allowed'],
    [{}, 500, 'invalid name: '],
    [
      { Name: 'n3', IPAM: { Config: [{ Subnet: '172.18.0.0/24' }] } },
      403,
      'Pool overlaps with other one on this address space',
    ],
    [
      { Name: 'n3', IPAM: { Config: [{ Subnet: 'bad' }] } },
      500,
      'Invalid subnet bad : invalid CIDR address: bad',
    ],
    [
      { Name: 'n3', IPAM: { Config: [{ Subnet: '10.98.0.0/24', Gateway: '1.2.3.4' }] } },
      500,
      'failed to allocate gateway (1.2.3.4): Requested address is out of range',
    ],
    [
      { Name: 'sc', Scope: 'swarm' },
      403,
      'cannot create a swarm scoped network when swarm is not active',
    ],
  ];
  for (const [body, status, text] of refusals)
    expect(create(body)).toEqual({ status, body: message(text) });
  expect(create({ Name: 'x', Driver: 'nosuch' }).status).toBe(0);
  lab.pass(15_000_000);
});

test('inspect, list, connect, disconnect, remove, prune', () => {
  const { engine } = one();
  engine.api('POST', '/networks/create', { Name: 'n1', Labels: { a: 'b' } });
  engine.api('POST', '/networks/create', {
    Name: 'n2',
    IPAM: {
      Config: [{ Subnet: '10.99.0.0/24', Gateway: '10.99.0.1', IPRange: '10.99.0.128/25' }],
    },
  });
  expect(engine.api('GET', '/networks/n1').body).toMatchObject({
    Scope: 'local',
    Driver: 'bridge',
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }],
    },
    Containers: {},
    Labels: { a: 'b' },
  });
  const names = (filter: string) =>
    (
      engine.api('GET', `/networks?filters=${encodeURIComponent(filter)}`).body as {
        Name: string;
      }[]
    )
      .map(({ Name }) => Name)
      .sort();
  expect(names('{"type":["custom"]}')).toEqual(['n1', 'n2']);
  expect(names('{"type":["builtin"]}')).toEqual(['bridge', 'host', 'none']);
  expect(names('{"label":["a"]}')).toEqual(['n1']);
  expect(names('{"name":["n"]}')).toEqual(['n1', 'n2', 'none']);
  expect(engine.api('GET', '/networks?filters={"nosuch":["1"]}')).toEqual({
    status: 400,
    body: message("Invalid filter 'nosuch'"),
  });
  expect(engine.api('GET', '/networks/n1?scope=swarm').status).toBe(404);

  engine.run('f2c962da7cf6', { name: 'c1' });
  const id = engine.fullId('c1');
  expect(
    engine.api('POST', '/networks/n2/connect', {
      Container: 'c1',
      EndpointConfig: { IPAMConfig: { IPv4Address: '10.99.0.77' }, Aliases: ['web'] },
    }),
  ).toEqual({ status: 200, body: undefined });
  expect(engine.api('GET', '/networks/n2').body).toMatchObject({
    Containers: {
      [id]: { Name: 'c1', MacAddress: '02:42:0a:63:00:4d', IPv4Address: '10.99.0.77/24' },
    },
  });
  expect(engine.net.networkSettings(id).Networks['n2']).toMatchObject({
    IPAMConfig: { IPv4Address: '10.99.0.77' },
    Aliases: ['web', 'f2c962da7cf6'],
    Gateway: '10.99.0.1',
    IPAddress: '10.99.0.77',
    IPPrefixLen: 24,
  });
  expect(engine.hosts).toContain('10.99.0.77\tf2c962da7cf6\n');
  const post = (path: string, body: unknown) => engine.api('POST', path, body);
  const refusals: [string, unknown, number, string][] = [
    [
      '/networks/n2/connect',
      { Container: 'c1' },
      403,
      'endpoint with name c1 already exists in network n2',
    ],
    ['/networks/n2/connect', { Container: 'nosuch' }, 404, 'No such container: nosuch'],
    ['/networks/nosuch/connect', { Container: 'c1' }, 404, 'network nosuch not found'],
    ['/networks/n1/connect', {}, 400, 'invalid name or ID supplied: ""'],
    [
      '/networks/n1/disconnect',
      { Container: 'c1' },
      500,
      `container ${id} is not connected to network n1`,
    ],
    [
      '/networks/n1/disconnect',
      { Container: 'nosuch', Force: true },
      404,
      'endpoint nosuch not found',
    ],
    [
      '/networks/host/connect',
      { Container: 'c1' },
      400,
      'container cannot be disconnected from host network or connected to host network',
    ],
    [
      '/networks/n1/connect',
      { Container: 'c1', EndpointConfig: { IPAMConfig: { IPv4Address: '172.18.0.5' } } },
      400,
      'user specified IP address is supported only when connecting to networks with user configured subnets',
    ],
  ];
  for (const [path, body, status, text] of refusals)
    expect(post(path, body)).toEqual({ status, body: message(text) });
  expect(engine.api('DELETE', '/networks/n2').body).toEqual(
    message(
      `error while removing network: network n2 id ${(engine.api('GET', '/networks/n2').body as { Id: string }).Id} has active endpoints`,
    ),
  );
  expect(engine.api('DELETE', '/networks/bridge').body).toEqual(
    message('bridge is a pre-defined network and cannot be removed'),
  );
  expect(post('/networks/prune', undefined).body).toEqual({ NetworksDeleted: ['n1'] });
  expect(post('/networks/n2/disconnect', { Container: 'c1' }).status).toBe(200);
  expect(engine.api('DELETE', '/networks/n2')).toEqual({ status: 204, body: undefined });
  expect(engine.events).toEqual([
    'create',
    'create',
    'connect',
    'connect',
    'destroy',
    'prune',
    'disconnect',
    'destroy',
  ]);
});
