/** `docker builder`: another name of `docker build`, and the cache of BuildKit, which is empty here. */
import { humanSize } from '../../../api';
import { shortcut, type Command, type Group } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, post } from '../../client';
import { confirm, line } from '../../invocation';
import { imageBuild } from '../image/build';

const DANGLING =
  'WARNING! This will remove all dangling build cache. Are you sure you want to continue?';
const ALL = 'WARNING! This will remove all build cache. Are you sure you want to continue?';

interface Pruned {
  readonly CachesDeleted: readonly string[] | null;
  readonly SpaceReclaimed: number;
}

const builderPrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '',
  summary: 'Remove build cache',
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Remove all unused build cache, not just dangling ones',
    },
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'until=24h')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
    { name: 'keep-storage', type: 'bytes', help: 'Amount of disk space to keep for cache' },
  ],
  args: noArgs,
  *run({ flags }) {
    if (!flags.bool('force') && !(yield* confirm(flags.bool('all') ? ALL : DANGLING))) return;
    const filters = encodeFilters(flags.list<readonly [string, string]>('filter'));
    const keep = flags.number('keep-storage');
    const pruned = yield* post<Pruned>('/build/prune', {
      query: {
        all: flags.bool('all') ? '1' : undefined,
        'keep-storage': keep === 0 ? '0' : keep,
        filters,
      },
    });
    const deleted = pruned.CachesDeleted ?? [];
    if (deleted.length > 0) {
      yield* line('Deleted build cache objects:');
      for (const id of deleted) yield* line(id);
      yield* line('');
    }
    yield* line(`Total reclaimed space:\t${humanSize(pruned.SpaceReclaimed)}`);
  },
};

export const builderGroup: Group = {
  kind: 'group',
  name: 'builder',
  summary: 'Manage builds',
  commands: [shortcut('build', imageBuild), builderPrune],
};
