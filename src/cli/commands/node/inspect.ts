/** `docker node inspect`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { CliError } from '../../errors';
import { inspectAll } from '../../inspect';
import { out } from '../../invocation';
import { swarmObject } from '../../swarm-shapes';
import { prettyNode } from './format';
import { inspectNode, nodeReference } from './reference';

export const nodeInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] self|NODE [NODE...]',
  summary: 'Display detailed information on one or more nodes',
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
  completes: ['node'],
  *run({ flags, args }) {
    const pretty = flags.bool('pretty') || flags.text('format') === 'pretty';
    if (flags.bool('pretty') && flags.changed('format') && flags.text('format') !== 'pretty')
      throw new CliError('--format is incompatible with human friendly format');
    if (pretty) {
      let text = '';
      try {
        for (const name of args) {
          if (text !== '') text += '\n';
          text += prettyNode(yield* inspectNode(yield* nodeReference(name)));
        }
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        throw new CliError(`Status: ${error.message}, Code: 1`);
      }
      yield* out(text);
      return;
    }
    try {
      yield* inspectAll(args, flags.text('format'), function* (name) {
        const node = yield* inspectNode(yield* nodeReference(name));
        return { raw: node, typed: swarmObject('Node', node), keepsRaw: false };
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`Status: ${error.message}, Code: ${error.exitCode}`);
    }
  },
};
