/** `docker secret create`. */
import { toBase64 } from '../../../base';
import { SysError } from '../../../kernel';
import type { Command } from '../../command';
import { between } from '../../command';
import { post, readInput } from '../../client';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import { line } from '../../invocation';

export const secretCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] SECRET [file|-]',
  summary: 'Create a secret from a file or STDIN as content',
  flags: [
    { name: 'driver', short: 'd', type: 'string', help: 'Secret driver' },
    { name: 'label', short: 'l', type: 'list', help: 'Secret labels' },
    { name: 'template-driver', type: 'string', help: 'Template driver' },
  ],
  args: between(1, 2),
  completes: ['none', 'file'],
  *run({ flags, args, name }) {
    const file = args[1];
    const driver = flags.text('driver');
    if (driver !== '' && file !== undefined)
      throw new CliError('When using secret driver secret data must be empty');
    let data: Uint8Array | undefined;
    if (file !== undefined) {
      try {
        data = yield* readInput(file);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        const quoted = JSON.stringify(file);
        throw new CliError(
          `Error reading content from ${quoted}: open ${file}: ${errnoText(error)}`,
        );
      }
    }
    const template = flags.text('template-driver');
    const answer = yield* post<{ ID: string }>('/secrets/create', {
      body: {
        Name: name,
        Labels: flags.map('label'),
        ...(data && data.length > 0 ? { Data: toBase64(data) } : {}),
        ...(driver === '' ? {} : { Driver: { Name: driver } }),
        ...(template === '' ? {} : { Templating: { Name: template } }),
      },
    });
    yield* line(answer.ID);
  },
};
