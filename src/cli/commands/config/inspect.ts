/** `docker config inspect`. */
import type { Config } from '../../../api';
import { NO_BYTES, decodeUtf8, fromBase64 } from '../../../base';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { inspectAll } from '../../inspect';
import { out } from '../../invocation';
import { swarmObject } from '../../swarm-shapes';
import { lowerTime } from '../node/format';

export const configInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] CONFIG [CONFIG...]',
  summary: 'Display detailed information on one or more configs',
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
  completes: ['config'],
  *run({ flags, args }) {
    const find = (name: string) => get<Config>(`/configs/${name}`, { missing: ['config', name] });
    try {
      if (flags.bool('pretty')) {
        const texts: string[] = [];
        for (const name of args) texts.push(pretty(yield* find(name)));
        yield* out(texts.join('\n'));
        return;
      }
      yield* inspectAll(args, flags.text('format'), function* (name) {
        const raw = yield* find(name);
        return { raw, typed: swarmObject('Config', raw), keepsRaw: true };
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`Status: ${error.message}, Code: ${error.exitCode}`);
    }
  },
};

function pretty({ ID, Spec, CreatedAt, UpdatedAt }: Config): string {
  const lines = [`ID:\t\t\t${ID}`, `Name:\t\t\t${Spec.Name}`];
  const keys = Object.keys(Spec.Labels ?? {}).sort();
  if (keys.length > 0)
    lines.push(
      'Labels:',
      ...keys.map((key) => ` - ${key}${Spec.Labels[key] ? `=${Spec.Labels[key]}` : ''}`),
    );
  lines.push(
    `Created at:            \t${lowerTime(CreatedAt)}`,
    `Updated at:            \t${lowerTime(UpdatedAt)}`,
    'Data:',
    decodeUtf8(fromBase64(Spec.Data ?? '') ?? NO_BYTES),
  );
  return `${lines.join('\n')}\n`;
}
