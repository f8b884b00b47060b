/** `docker volume inspect`. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { inspectAll, type Inspected } from '../../inspect';
import { LooseStruct } from '../../typed';

export function* findVolume(name: string): Sys<Inspected> {
  const raw = yield* get<Record<string, unknown>>(`/volumes/${name}`, {
    missing: ['volume', name],
  });
  return { raw, typed: new LooseStruct('types.Volume', raw), keepsRaw: true };
}

export const volumeInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  summary: 'Display detailed information on one or more volumes',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
  ],
  args: atLeast(1),
  completes: ['volume'],
  *run({ flags, args }) {
    yield* inspectAll(args, flags.text('format'), findVolume);
  },
};
