/** `docker top`. */
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { tabulate } from '../../format/tabwriter';
import { out } from '../../invocation';

/** The client's table of processes has wide columns (tabwriter with a minimal width of 20). */
const WIDTH_MIN = 20;

export const containerTop: Command = {
  kind: 'command',
  name: 'top',
  usage: 'CONTAINER [ps OPTIONS]',
  summary: 'Display the running processes of a container',
  flags: [],
  args: atLeast(1),
  flagsEndAtArgs: true,
  completes: ['container', 'none'],
  *run({ name, args }) {
    const options = args.slice(1).join(' ');
    const top = yield* get<{ Titles: string[]; Processes: string[][] }>(`/containers/${name}/top`, {
      query: { ps_args: options || undefined },
    });
    const lines = [top.Titles, ...(top.Processes ?? [])].map((cells) => cells.join('\t'));
    yield* out(tabulate(`${lines.join('\n')}\n`, WIDTH_MIN, 3));
  },
};
