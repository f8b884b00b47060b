/** `docker push`. */
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { open } from '../../client';
import { CliError } from '../../errors';
import { line } from '../../invocation';
import { MessageDisplay, showMessages } from '../../message-display';
import { registryAuth } from '../../registry-auth';
import { checkReference, hasTag } from './names';

export const imagePush: Command = {
  kind: 'command',
  name: 'push',
  usage: '[OPTIONS] NAME[:TAG]',
  summary: 'Push an image or a repository to a registry',
  flags: [
    {
      name: 'all-tags',
      short: 'a',
      type: 'bool',
      help: 'Push all tagged images in the repository',
    },
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image signing (default true)',
      preset: 'true',
    },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress verbose output' },
  ],
  args: exactly(1),
  completes: ['image', 'none'],
  *run({ flags, name, env }) {
    checkReference(name);
    const all = flags.bool('all-tags');
    const quiet = flags.bool('quiet');
    if (all && hasTag(name)) throw new CliError("tag can't be used with --all-tags/-a");
    let image = name;
    if (!all && !hasTag(name)) {
      image = `${name}:latest`;
      if (!quiet) yield* line('Using default tag: latest');
    }
    const headers = yield* registryAuth(env, image);
    const colon = image.search(/:[^/:]*$/);
    const opened = yield* open(
      'POST',
      `/images/${colon < 0 ? image : image.slice(0, colon)}/push`,
      {
        query: { tag: colon < 0 ? undefined : image.slice(colon + 1) },
        headers,
      },
    );
    const display = quiet ? undefined : yield* MessageDisplay.onStdout();
    yield* showMessages(opened.fd, display);
    yield* sys.close(opened.fd);
    if (quiet) yield* line(image);
  },
};
