/** `docker container commit` (docker/cli: cli/command/container/commit.go). */
import type { Command } from '../../command';
import { between } from '../../command';
import { familiarString, isReferenceError, parseReference, withDefaultTag } from '../../../api';
import { post } from '../../client';
import { CliError } from '../../errors';
import { line } from '../../invocation';
import { referenceComplaint } from '../image/names';

export const containerCommit: Command = {
  kind: 'command',
  name: 'commit',
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  summary: "Create a new image from a container's changes",
  flags: [
    {
      name: 'author',
      short: 'a',
      type: 'string',
      help: 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")',
    },
    {
      name: 'change',
      short: 'c',
      type: 'list',
      help: 'Apply Dockerfile instruction to the created image',
    },
    { name: 'message', short: 'm', type: 'string', help: 'Commit message' },
    {
      name: 'pause',
      short: 'p',
      type: 'bool',
      help: 'Pause container during commit (default true)',
      preset: 'true',
    },
  ],
  args: between(1, 2),
  completes: ['container', 'none'],
  *run({ args, flags }) {
    const [container = '', text = ''] = args;
    const { Id } = yield* post<{ readonly Id: string }>('/commit', {
      query: {
        ...nameQuery(text),
        container,
        comment: flags.text('message'),
        author: flags.text('author'),
        changes: flags.list('change'),
        pause: flags.bool('pause') ? undefined : '0',
      },
    });
    yield* line(Id);
  },
};

/** Repository and tag apart, as the API takes them. */
function nameQuery(text: string): { readonly repo: string; readonly tag: string } {
  if (text === '') return { repo: '', tag: '' };
  const complaint = referenceComplaint(text);
  if (complaint !== undefined) throw new CliError(complaint);
  const reference = parseReference(text);
  if (isReferenceError(reference)) throw new CliError('invalid reference format');
  if (reference.digest !== undefined)
    throw new CliError('refusing to create a tag with a digest reference');
  const name = familiarString(withDefaultTag(reference));
  const colon = name.lastIndexOf(':');
  return { repo: name.slice(0, colon), tag: name.slice(colon + 1) };
}
