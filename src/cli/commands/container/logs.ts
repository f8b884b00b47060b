/** `docker logs`. */
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { open } from '../../client';
import { err, nowSeconds, out } from '../../invocation';
import { FrameReader } from '../../streams';
import { parseTime } from '../../times';
import { inspectContainer } from './find';

export const containerLogs: Command = {
  kind: 'command',
  name: 'logs',
  usage: '[OPTIONS] CONTAINER',
  summary: 'Fetch the logs of a container',
  flags: [
    { name: 'details', type: 'bool', help: 'Show extra details provided to logs' },
    { name: 'follow', short: 'f', type: 'bool', help: 'Follow log output' },
    {
      name: 'since',
      type: 'string',
      help:
        'Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m ' +
        'for 42 minutes)',
    },
    {
      name: 'tail',
      short: 'n',
      type: 'string',
      help: 'Number of lines to show from the end of the logs (default "all")',
      preset: 'all',
    },
    { name: 'timestamps', short: 't', type: 'bool', help: 'Show timestamps' },
    {
      name: 'until',
      type: 'string',
      help:
        'Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. ' +
        '42m for 42 minutes)',
    },
  ],
  args: exactly(1),
  completes: ['container', 'none'],
  *run({ flags, name }) {
    const container = yield* inspectContainer(name);
    const now = yield* nowSeconds();
    const opened = yield* open('GET', `/containers/${container.Id}/logs`, {
      query: {
        stdout: 1,
        stderr: 1,
        since: flags.text('since') ? parseTime(flags.text('since'), now) : undefined,
        until: flags.text('until') ? parseTime(flags.text('until'), now) : undefined,
        timestamps: flags.bool('timestamps') ? 1 : undefined,
        details: flags.bool('details') ? 1 : undefined,
        follow: flags.bool('follow') ? 1 : undefined,
        tail: flags.text('tail'),
      },
    });
    let frames = new FrameReader(opened.fd);
    for (;;) {
      frames = yield* sys.turn('logs', frames);
      if (container.Config.Tty) {
        const piece = yield* frames.raw();
        if (!piece) return;
        yield* out(piece);
        continue;
      }
      const frame = yield* frames.next();
      if (!frame) return;
      if (frame.stream === 2) yield* err(frame.data);
      else yield* out(frame.data);
    }
  },
};
