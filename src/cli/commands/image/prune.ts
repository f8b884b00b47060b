/** `docker image prune`. */
import { humanSize } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, post } from '../../client';
import { confirm, out } from '../../invocation';
import type { Pruned } from '../container/prune';

const question = (what: string) =>
  `WARNING! This will remove all ${what}.\nAre you sure you want to continue?`;
const DANGLING = question('dangling images');
const ALL = question('images without at least one container associated to them');

export function* pruneImages(
  all: boolean,
  filters: readonly (readonly [string, string])[],
): Sys<Pruned> {
  const dangling: [string, string] = ['dangling', all ? 'false' : 'true'];
  const answer = yield* post<{
    ImagesDeleted: { Untagged?: string; Deleted?: string }[] | null;
    SpaceReclaimed: number;
  }>('/images/prune', { query: { filters: encodeFilters([...filters, dangling]) } });
  const lines = (answer.ImagesDeleted ?? []).map((item) =>
    item.Untagged ? `untagged: ${item.Untagged}\n` : `deleted: ${item.Deleted ?? ''}\n`,
  );
  return {
    space: answer.SpaceReclaimed ?? 0,
    text: lines.length > 0 ? `Deleted Images:\n${lines.join('')}` : '',
  };
}

export const imagePrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '[OPTIONS]',
  summary: 'Remove unused images',
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Remove all unused images, not just dangling ones',
    },
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'until=<timestamp>')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
  ],
  args: noArgs,
  *run({ flags }) {
    const all = flags.bool('all');
    let pruned: Pruned = { space: 0, text: '' };
    if (flags.bool('force') || (yield* confirm(all ? ALL : DANGLING)))
      pruned = yield* pruneImages(all, flags.list<[string, string]>('filter'));
    if (pruned.text !== '') yield* out(`${pruned.text}\n`);
    yield* out(`Total reclaimed space: ${humanSize(pruned.space)}\n`);
  },
};
