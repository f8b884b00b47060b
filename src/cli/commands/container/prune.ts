/** `docker container prune`. */
import { humanSize } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, post } from '../../client';
import { confirm, out } from '../../invocation';

const WARNING =
  'WARNING! This will remove all stopped containers.\nAre you sure you want to continue?';

export interface Pruned {
  readonly space: number;
  readonly text: string;
}

export function* pruneContainers(filters: readonly (readonly [string, string])[]): Sys<Pruned> {
  const answer = yield* post<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }>(
    '/containers/prune',
    { query: { filters: encodeFilters(filters) } },
  );
  const deleted = answer.ContainersDeleted ?? [];
  const text = deleted.map((id) => `${id}\n`).join('');
  return {
    space: answer.SpaceReclaimed ?? 0,
    text: deleted.length > 0 ? `Deleted Containers:\n${text}` : '',
  };
}

export const containerPrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '[OPTIONS]',
  summary: 'Remove all stopped containers',
  flags: [
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'until=<timestamp>')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
  ],
  args: noArgs,
  *run({ flags }) {
    let pruned: Pruned = { space: 0, text: '' };
    if (flags.bool('force') || (yield* confirm(WARNING)))
      pruned = yield* pruneContainers(flags.list<[string, string]>('filter'));
    if (pruned.text !== '') yield* out(`${pruned.text}\n`);
    yield* out(`Total reclaimed space: ${humanSize(pruned.space)}\n`);
  },
};
