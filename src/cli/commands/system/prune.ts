/** `docker system prune`. */
import { humanSize } from '../../../api';
import { encodeFilters, post } from '../../client';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { CliError } from '../../errors';
import { confirm, out } from '../../invocation';
import { pruneContainers } from '../container/prune';
import { pruneImages } from '../image/prune';
import { pruneNetworks } from '../network/prune';
import { pruneVolumes } from '../volume/prune';

export const systemPrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '[OPTIONS]',
  summary: 'Remove unused data',
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Remove all unused images not just dangling ones',
    },
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'label=<key>=<value>')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
    { name: 'volumes', type: 'bool', help: 'Prune volumes' },
  ],
  args: noArgs,
  *run({ flags }) {
    const all = flags.bool('all');
    const volumes = flags.bool('volumes');
    const filters = flags.list<[string, string]>('filter');
    if (volumes && filters.some(([key]) => key === 'until'))
      throw new CliError('ERROR: The "until" filter is not supported with "--volumes"');
    if (!flags.bool('force') && !(yield* confirm(warning(all, volumes, filters)))) return;
    const pruned = [yield* pruneContainers(filters), yield* pruneNetworks(filters)];
    if (volumes) pruned.push(yield* pruneVolumes(filters));
    pruned.push(yield* pruneImages(all, filters));
    const cache = yield* post<{ CachesDeleted: string[] | null; SpaceReclaimed: number }>(
      '/build/prune',
      {
        query: {
          all: all ? 1 : undefined,
          filters: encodeFilters(filters) ?? '',
          'keep-storage': 0,
        },
      },
    );
    const deleted = cache.CachesDeleted ?? [];
    pruned.push({
      space: cache.SpaceReclaimed ?? 0,
      text: deleted.length > 0 ? `Deleted build cache objects:\n${deleted.join('\n')}\n` : '',
    });
    for (const { text } of pruned) if (text !== '') yield* out(`${text}\n`);
    const space = pruned.reduce((sum, item) => sum + item.space, 0);
    yield* out(`Total reclaimed space: ${humanSize(space)}\n`);
  },
};

function warning(
  all: boolean,
  volumes: boolean,
  filters: readonly (readonly [string, string])[],
): string {
  const items = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'all dangling build cache',
  ];
  let text = `WARNING! This will remove:\n${items.map((item) => `  - ${item}\n`).join('')}\n`;
  if (filters.length > 0) {
    const list = filters.map(([key, value]) => `    - ${key}=${value}\n`).join('');
    text += `  Items to be pruned will be filtered with:\n${list}\n`;
  }
  return `${text}Are you sure you want to continue?`;
}
