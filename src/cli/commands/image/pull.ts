/** `docker pull`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { CliError } from '../../errors';
import { line } from '../../invocation';
import { MessageDisplay } from '../../message-display';
import { checkReference, fullName, hasTag } from './names';
import { pullTo } from './pulling';

export const imagePull: Command = {
  kind: 'command',
  name: 'pull',
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  summary: 'Pull an image or a repository from a registry',
  flags: [
    {
      name: 'all-tags',
      short: 'a',
      type: 'bool',
      help: 'Download all tagged images in the repository',
    },
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image verification (default true)',
      preset: 'true',
    },
    { name: 'platform', type: 'string', help: 'Set platform if server is multi-platform capable' },
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
    const display = quiet ? undefined : yield* MessageDisplay.onStdout();
    yield* pullTo(image, flags.text('platform'), display, env);
    yield* line(fullName(image));
  },
};
