/** `docker image save` (docker/cli: cli/command/image/save.go). */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { open } from '../../client';
import { toOutput } from '../../output-file';

export const imageSave: Command = {
  kind: 'command',
  name: 'save',
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  summary: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  flags: [
    { name: 'output', short: 'o', type: 'string', help: 'Write to a file, instead of STDOUT' },
  ],
  args: atLeast(1),
  completes: ['image'],
  *run({ args, flags }) {
    yield* toOutput(flags.text('output'), 'failed to save image', function* () {
      return (yield* open('GET', '/images/get', { query: { names: args } })).fd;
    });
  },
};
