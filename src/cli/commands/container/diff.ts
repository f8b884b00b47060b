/** `docker diff`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get } from '../../client';
import { out } from '../../invocation';

export const containerDiff: Command = {
  kind: 'command',
  name: 'diff',
  usage: 'CONTAINER',
  summary: "Inspect changes to files or directories on a container's filesystem",
  flags: [],
  args: exactly(1),
  completes: ['container', 'none'],
  *run({ name }) {
    const changes = yield* get<{ Kind: number; Path: string }[] | null>(
      `/containers/${name}/changes`,
    );
    const letters = ['C', 'A', 'D'];
    yield* out(
      (changes ?? []).map((item) => `${letters[item.Kind] ?? ''} ${item.Path}\n`).join(''),
    );
  },
};
