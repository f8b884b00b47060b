/** `docker tag`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { post } from '../../client';
import { CliError } from '../../errors';
import { referenceComplaint } from './names';

export const imageTag: Command = {
  kind: 'command',
  name: 'tag',
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  summary: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  flags: [],
  args: exactly(2),
  completes: ['image', 'image', 'none'],
  *run({ args }) {
    const [source, target] = args as [string, string];
    for (const name of [source, target]) {
      const complaint =
        /^[0-9a-f]{64}$/.test(name) && name === source ? undefined : referenceComplaint(name);
      if (complaint !== undefined)
        throw new CliError(
          `Error parsing reference: ${JSON.stringify(name)} is not a valid ` +
            `repository/tag: ${complaint}`,
        );
    }
    const colon = target.search(/:[^/:]*$/);
    yield* post(`/images/${source}/tag`, {
      query: {
        repo: colon < 0 ? target : target.slice(0, colon),
        tag: colon < 0 ? 'latest' : target.slice(colon + 1),
      },
    });
  },
};
