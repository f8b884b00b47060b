/** `docker image import` (docker/cli: cli/command/image/import.go); URLs are not simulated. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { sys } from '../../../kernel';
import { open } from '../../client';
import { notSimulated } from '../../errors';
import { readUserBytes } from '../../files';
import { MessageDisplay, showMessages } from '../../message-display';
import { checkReference } from './names';

export const imageImport: Command = {
  kind: 'command',
  name: 'import',
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  summary: 'Import the contents from a tarball to create a filesystem image',
  flags: [
    {
      name: 'change',
      short: 'c',
      type: 'list',
      help: 'Apply Dockerfile instruction to the created image',
    },
    { name: 'message', short: 'm', type: 'string', help: 'Set commit message for imported image' },
    { name: 'platform', type: 'string', help: 'Set platform if server is multi-platform capable' },
  ],
  args: atLeast(1),
  completes: ['file'],
  *run({ args, flags }) {
    const [source = '', reference = ''] = args;
    if (/^https?:\/\//.test(source)) throw notSimulated('importing images from a URL');
    const archive = source === '-' ? yield* sys.readAll(0) : yield* readUserBytes(source);
    if (reference !== '') checkReference(reference);
    const platform = flags.text('platform').toLowerCase();
    const { fd } = yield* open('POST', '/images/create', {
      query: {
        fromSrc: '-',
        repo: reference,
        tag: '',
        message: flags.text('message'),
        platform: platform === '' ? undefined : platform,
        changes: flags.list('change'),
      },
      body: archive,
      headers: { 'content-type': 'text/plain' },
    });
    yield* showMessages(fd, yield* MessageDisplay.onStdout());
    yield* sys.close(fd);
  },
};
