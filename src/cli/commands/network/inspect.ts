/** `docker network inspect`. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { inspectAll, type Inspected } from '../../inspect';
import { LooseStruct } from '../../typed';

export function* findNetwork(name: string, verbose = false): Sys<Inspected> {
  const raw = yield* get<Record<string, unknown>>(`/networks/${name}`, {
    query: { verbose: verbose ? true : undefined },
    missing: ['network', name],
  });
  return { raw, typed: new LooseStruct('types.NetworkResource', raw, ['Created']), keepsRaw: true };
}

export const networkInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  summary: 'Display detailed information on one or more networks',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    { name: 'verbose', short: 'v', type: 'bool', help: 'Verbose output for diagnostics' },
  ],
  args: atLeast(1),
  completes: ['network'],
  *run({ flags, args }) {
    yield* inspectAll(args, flags.text('format'), (name) =>
      findNetwork(name, flags.bool('verbose')),
    );
  },
};
