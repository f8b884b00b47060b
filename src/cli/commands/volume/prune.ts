/** `docker volume prune`. */
import { humanSize } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, post } from '../../client';
import { confirm, out } from '../../invocation';
import type { Pruned } from '../container/prune';

const WARNING =
  'WARNING! This will remove all local volumes not used by at least one container.\n' +
  'Are you sure you want to continue?';

export function* pruneVolumes(filters: readonly (readonly [string, string])[]): Sys<Pruned> {
  const answer = yield* post<{ VolumesDeleted: string[] | null; SpaceReclaimed: number }>(
    '/volumes/prune',
    { query: { filters: encodeFilters(filters) } },
  );
  const names = answer.VolumesDeleted ?? [];
  const text = names.map((name) => `${name}\n`).join('');
  return {
    space: answer.SpaceReclaimed ?? 0,
    text: names.length > 0 ? `Deleted Volumes:\n${text}` : '',
  };
}

export const volumePrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '[OPTIONS]',
  summary: 'Remove all unused local volumes',
  flags: [
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'label=<label>')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
  ],
  args: noArgs,
  *run({ flags }) {
    let pruned: Pruned = { space: 0, text: '' };
    if (flags.bool('force') || (yield* confirm(WARNING)))
      pruned = yield* pruneVolumes(flags.list<[string, string]>('filter'));
    if (pruned.text !== '') yield* out(`${pruned.text}\n`);
    yield* out(`Total reclaimed space: ${humanSize(pruned.space)}\n`);
  },
};
