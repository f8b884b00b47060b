/** `docker secret inspect`. */
import type { Secret } from '../../../api';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { inspectAll } from '../../inspect';
import { out } from '../../invocation';
import { swarmObject } from '../../swarm-shapes';
import { lowerTime } from '../node/format';

export const secretInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] SECRET [SECRET...]',
  summary: 'Display detailed information on one or more secrets',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    { name: 'pretty', type: 'bool', help: 'Print the information in a human friendly format' },
  ],
  args: atLeast(1),
  completes: ['secret'],
  *run({ flags, args }) {
    const find = (name: string) => get<Secret>(`/secrets/${name}`, { missing: ['secret', name] });
    try {
      if (flags.bool('pretty')) {
        const texts: string[] = [];
        for (const name of args) texts.push(pretty(yield* find(name)));
        yield* out(texts.join('\n'));
        return;
      }
      yield* inspectAll(args, flags.text('format'), function* (name) {
        const raw = yield* find(name);
        return { raw, typed: swarmObject('Secret', raw), keepsRaw: true };
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`Status: ${error.message}, Code: ${error.exitCode}`);
    }
  },
};

function pretty({ ID, Spec, CreatedAt, UpdatedAt }: Secret): string {
  const lines = [`ID:              ${ID}`, `Name:              ${Spec.Name}`];
  const keys = Object.keys(Spec.Labels ?? {}).sort();
  if (keys.length > 0)
    lines.push(
      'Labels:',
      ...keys.map((key) => ` - ${key}${Spec.Labels[key] ? `=${Spec.Labels[key]}` : ''}`),
    );
  lines.push(
    `Driver:            ${Spec.Driver?.Name ?? ''}`,
    `Created at:        ${lowerTime(CreatedAt)}`,
    `Updated at:        ${lowerTime(UpdatedAt)}`,
  );
  return `${lines.join('\n')}\n`;
}
