/** `docker image inspect`. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { inspectAll, type Inspected } from '../../inspect';
import { LooseStruct } from '../../typed';

export function* findImage(name: string): Sys<Inspected> {
  const raw = yield* get<Record<string, unknown>>(`/images/${name}/json`, {
    missing: ['image', name],
  });
  return { raw, typed: new LooseStruct('*types.ImageInspect', raw), keepsRaw: true };
}

export const imageInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Display detailed information on one or more images',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
  ],
  args: atLeast(1),
  completes: ['image'],
  *run({ flags, args }) {
    yield* inspectAll(args, flags.text('format'), findImage);
  },
};
