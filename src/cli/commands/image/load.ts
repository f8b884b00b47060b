/** `docker image load` (docker/cli: cli/command/image/load.go). */
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { sys } from '../../../kernel';
import { open } from '../../client';
import { CliError } from '../../errors';
import { readUserBytes } from '../../files';
import { MessageDisplay, showMessages } from '../../message-display';

export const imageLoad: Command = {
  kind: 'command',
  name: 'load',
  usage: '[OPTIONS]',
  summary: 'Load an image from a tar archive or STDIN',
  flags: [
    {
      name: 'input',
      short: 'i',
      type: 'string',
      help: 'Read from tar archive file, instead of STDIN',
    },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress the load output' },
  ],
  args: noArgs,
  completes: ['none'],
  *run({ flags }) {
    const file = flags.text('input');
    let archive: Uint8Array;
    if (file !== '') archive = yield* readUserBytes(file);
    else if (yield* sys.isatty(0))
      throw new CliError('requested load from stdin, but stdin is empty');
    else archive = yield* sys.readAll(0);
    const quiet = flags.bool('quiet') || !(yield* sys.isatty(1));
    const { fd } = yield* open('POST', '/images/load', {
      query: { quiet: quiet ? '1' : '0' },
      body: archive,
      headers: { 'content-type': 'application/x-tar' },
    });
    yield* showMessages(fd, yield* MessageDisplay.onStdout());
    yield* sys.close(fd);
  },
};
