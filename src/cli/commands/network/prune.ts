/** `docker network prune`. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, post } from '../../client';
import { confirm, out } from '../../invocation';
import type { Pruned } from '../container/prune';

const WARNING =
  'WARNING! This will remove all custom networks not used by at least one container.\n' +
  'Are you sure you want to continue?';

export function* pruneNetworks(filters: readonly (readonly [string, string])[]): Sys<Pruned> {
  const answer = yield* post<{ NetworksDeleted: string[] | null }>('/networks/prune', {
    query: { filters: encodeFilters(filters) },
  });
  const names = answer.NetworksDeleted ?? [];
  const text = names.map((name) => `${name}\n`).join('');
  return { space: 0, text: names.length > 0 ? `Deleted Networks:\n${text}` : '' };
}

export const networkPrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '[OPTIONS]',
  summary: 'Remove all unused networks',
  flags: [
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'until=<timestamp>')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
  ],
  args: noArgs,
  *run({ flags }) {
    if (!flags.bool('force') && !(yield* confirm(WARNING))) return;
    const { text } = yield* pruneNetworks(flags.list<[string, string]>('filter'));
    if (text !== '') yield* out(`${text}\n`);
  },
};
