/** Random requests to the Engine API: paths of the real one, wrong methods, broken bodies and headers. */
import type { ApiRequest } from '../../api';
import { encodeUtf8, type RandomStream } from '../../base';

const METHODS = [
  'GET',
  'GET',
  'POST',
  'POST',
  'DELETE',
  'PUT',
  'HEAD',
  'PATCH',
  'OPTIONS',
  '',
  'gEt',
];
const PARTS = [
  ...[
    'containers',
    'json',
    'create',
    'images',
    'networks',
    'volumes',
    'services',
    'tasks',
    'nodes',
  ],
  ...[
    'swarm',
    'init',
    'join',
    'leave',
    'update',
    'unlock',
    'unlockkey',
    'info',
    'version',
    '_ping',
  ],
  ...[
    'events',
    'logs',
    'start',
    'stop',
    'kill',
    'exec',
    'resize',
    'attach',
    'wait',
    'prune',
    'connect',
  ],
  ...[
    'disconnect',
    'secrets',
    'configs',
    'system',
    'df',
    'build',
    'auth',
    'search',
    'distribution',
  ],
  ...[
    'plugins',
    'session',
    'grpc',
    'commit',
    'archive',
    'stats',
    'top',
    'changes',
    'export',
    'rename',
  ],
  ...['web', 'node1', 'x', 'nginx:1.12', '%2F', '%', '..', '', 'é', 'v1.41', 'v9.9', 'v1.0', 'a b'],
];
const KEYS = [
  ...[
    'filters',
    'all',
    'limit',
    'size',
    'version',
    'force',
    'signal',
    't',
    'stdout',
    'stderr',
    'tail',
  ],
  ...[
    'since',
    'until',
    'follow',
    'fromImage',
    'tag',
    'name',
    'h',
    'w',
    'condition',
    'rotateWorkerToken',
  ],
];
const VALUES = [
  ...[
    '1',
    '0',
    '-1',
    'x',
    '',
    'true',
    '{}',
    '{"name":["x"]}',
    '{"name":{"x":true}}',
    '[',
    '%zz',
    '1e99',
  ],
  ...['99999999999999999999', '{"dangling":["maybe"]}', 'running', 'KILL', '\u0000'],
];
const FIELDS = [
  ...['Name', 'Labels', 'TaskTemplate', 'ContainerSpec', 'Image', 'Mode', 'Replicated', 'Replicas'],
  ...[
    'Networks',
    'Target',
    'EndpointSpec',
    'Ports',
    'PublishedPort',
    'HostConfig',
    'Cmd',
    'Env',
    'Mounts',
  ],
  ...[
    'ListenAddr',
    'AdvertiseAddr',
    'RemoteAddrs',
    'JoinToken',
    'Role',
    'Availability',
    'Driver',
    'IPAM',
  ],
  ...[
    'Config',
    'Subnet',
    'UpdateConfig',
    'Parallelism',
    'Delay',
    'RestartPolicy',
    'Condition',
    'Data',
  ],
  ...[
    'PortBindings',
    'ExposedPorts',
    'Tty',
    'AttachStdout',
    'Container',
    'Placement',
    'Constraints',
  ],
];

function value(random: RandomStream, depth: number): unknown {
  const simple = [null, true, false, 0, -1, 1.5, 1e30, '', 'web', 'nginx:1.12', '80/tcp', '\u0000'];
  if (depth <= 0 || random.chance(1, 3)) return random.pick(simple);
  if (random.chance(1, 4)) {
    return Array.from({ length: random.below(3) }, () => value(random, depth - 1));
  }
  const entries = Array.from({ length: random.below(5) }, () => [
    random.pick(FIELDS),
    value(random, depth - 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function body(random: RandomStream): Uint8Array {
  if (random.chance(1, 3)) return new Uint8Array();
  if (random.chance(1, 8)) return random.bytes(random.below(40));
  const text = JSON.stringify(value(random, 4));
  return encodeUtf8(random.chance(1, 5) ? text.slice(0, random.below(text.length + 1)) : text);
}

export function randomRequest(random: RandomStream): ApiRequest {
  const parts = Array.from({ length: random.between(1, 4) }, () => random.pick(PARTS));
  const query = Array.from(
    { length: random.below(3) },
    () => `${random.pick(KEYS)}=${random.pick(VALUES)}`,
  );
  const path = `/${parts.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const headers: Record<string, string> = {};
  if (random.chance(2, 3))
    headers['content-type'] = random.pick(['application/json', 'text/x', '']);
  if (random.chance(1, 8)) headers['x-registry-auth'] = random.pick(['e30=', '%%%', 'AAAA']);
  if (random.chance(1, 8)) headers['upgrade'] = 'tcp';
  if (random.chance(1, 12)) headers['connection'] = 'Upgrade';
  return { method: random.pick(METHODS), path, headers, body: body(random) };
}
