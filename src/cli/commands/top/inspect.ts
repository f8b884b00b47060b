/** `docker inspect`: whatever has that name. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { inspectAll, type Inspected } from '../../inspect';
import { swarmObject } from '../../swarm-shapes';
import { findContainer } from '../container/find';
import { findImage } from '../image/inspect';
import { findNetwork } from '../network/inspect';
import { inspectNode } from '../node/reference';
import { findVolume } from '../volume/inspect';

type Find = (name: string, size: boolean) => Sys<Inspected>;

function swarm(kind: string, path: string, shape: string): Find {
  return function* (name) {
    const raw = yield* get<object>(`/${path}/${name}`, { missing: [kind, name] });
    return { raw, typed: swarmObject(shape, raw), keepsRaw: true };
  };
}

/** In the order in which the client tries them. */
const FINDERS: readonly (readonly [type: string, find: Find, inSwarm: boolean])[] = [
  ['container', (name, size) => findContainer(name, size), false],
  ['image', (name) => findImage(name), false],
  ['network', (name) => findNetwork(name), false],
  ['volume', (name) => findVolume(name), false],
  ['service', swarm('service', 'services', 'Service'), true],
  ['task', swarm('task', 'tasks', 'Task'), true],
  [
    'node',
    function* (name) {
      const raw = yield* inspectNode(name);
      return { raw, typed: swarmObject('Node', raw), keepsRaw: true };
    },
    true,
  ],
  ['plugin', swarm('plugin', 'plugins', 'Config'), false],
  ['secret', swarm('secret', 'secrets', 'Secret'), true],
  ['config', swarm('config', 'configs', 'Config'), true],
];

/** Another kind may still have it: not found, not a manager, not supported. */
const mayGoOn = (error: CliError) =>
  error.status === 404 ||
  /not a swarm manager|not supported|invalid reference format|rpc error: code = NotFound/i.test(
    error.message,
  );

function* search(name: string, type: string, size: boolean): Sys<Inspected> {
  for (const [kind, find] of FINDERS) {
    if (type !== '' && kind !== type) continue;
    try {
      return yield* find(name, size);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (type !== '' || !mayGoOn(error)) throw error;
    }
  }
  throw new CliError(`Error: No such object: ${name}`);
}

export const inspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  summary: 'Return low-level information on Docker objects',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    {
      name: 'size',
      short: 's',
      type: 'bool',
      help: 'Display total file sizes if the type is container',
    },
    { name: 'type', type: 'string', help: 'Return JSON for specified type' },
  ],
  args: atLeast(1),
  completes: ['object'],
  *run({ flags, args }) {
    const type = flags.text('type');
    if (type !== '' && !FINDERS.some(([kind]) => kind === type))
      throw new CliError(`${JSON.stringify(type)} is not a valid value for --type`);
    yield* inspectAll(args, flags.text('format'), (name) => search(name, type, flags.bool('size')));
  },
};
