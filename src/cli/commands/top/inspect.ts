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
import { LooseStruct } from '../../typed';
import { findVolume } from '../volume/inspect';

type Find = (name: string, size: boolean) => Sys<Inspected>;

function swarm(kind: string, path: string, shape: string): Find {
  return function* (name) {
    const query = { insertDefaults: kind === 'service' ? true : undefined };
    const raw = yield* get<object>(`/${path}/${name}`, { query, missing: [kind, name] });
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
  [
    'plugin',
    function* (name) {
      const raw = yield* get<Record<string, unknown>>(`/plugins/${name}/json`, {
        missing: ['plugin', name],
      });
      return { raw, typed: new LooseStruct('*types.Plugin', raw), keepsRaw: true };
    },
    false,
  ],
  ['secret', swarm('secret', 'secrets', 'Secret'), true],
];

/** Another kind may still have that name. */
const mayGoOn = (error: CliError) =>
  error.status === 404 || /not supported|invalid reference format/.test(error.message);

/** Swarm objects are only looked for where there is a manager to ask. */
function* isManager(): Sys<boolean> {
  try {
    const info = yield* get<{ Swarm?: { ControlAvailable: boolean } }>('/info');
    return info.Swarm?.ControlAvailable ?? false;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

function* search(name: string, type: string, size: boolean): Sys<Inspected> {
  let manager: boolean | undefined;
  for (const [kind, find, inSwarm] of FINDERS) {
    if (type !== '' && kind !== type) continue;
    if (type === '' && inSwarm && !(manager ??= yield* isManager())) continue;
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
