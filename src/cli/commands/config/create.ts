/** `docker config create`. */
import { toBase64 } from '../../../base';
import { SysError } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post, readInput } from '../../client';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import { line } from '../../invocation';

export const configCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] CONFIG file|-',
  summary: 'Create a config from a file or STDIN',
  flags: [
    { name: 'label', short: 'l', type: 'list', help: 'Config labels' },
    { name: 'template-driver', type: 'string', help: 'Template driver' },
  ],
  args: exactly(2),
  completes: ['none', 'file'],
  *run({ flags, args, name }) {
    const file = args[1]!;
    let data: Uint8Array;
    try {
      data = yield* readInput(file);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const quoted = JSON.stringify(file);
      throw new CliError(`Error reading content from ${quoted}: open ${file}: ${errnoText(error)}`);
    }
    const template = flags.text('template-driver');
    const answer = yield* post<{ ID: string }>('/configs/create', {
      body: {
        Name: name,
        Labels: flags.map('label'),
        ...(data.length > 0 ? { Data: toBase64(data) } : {}),
        ...(template === '' ? {} : { Templating: { Name: template } }),
      },
    });
    yield* line(answer.ID);
  },
};
