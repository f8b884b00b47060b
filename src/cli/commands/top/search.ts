/** `docker search`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { ellipsis } from '../../format/text';
import { registryAuth } from '../../registry-auth';

const DESCRIPTION_WIDTH = 45;

interface SearchRow {
  readonly item: {
    readonly name: string;
    readonly description: string;
    readonly star_count: number;
    readonly is_official: boolean;
    readonly is_automated: boolean;
  };
  readonly trunc: boolean;
}

const columns: Columns<SearchRow> = {
  type: '*registry.searchContext',
  columns: {
    Name: ['NAME', ({ item }) => item.name],
    Description: [
      'DESCRIPTION',
      ({ item, trunc }) => {
        const text = item.description.replaceAll('\n', ' ').replaceAll('\r', ' ');
        return trunc ? ellipsis(text, DESCRIPTION_WIDTH) : text;
      },
    ],
    StarCount: ['STARS', ({ item }) => String(item.star_count)],
    IsOfficial: ['OFFICIAL', ({ item }) => (item.is_official ? '[OK]' : '')],
    IsAutomated: ['AUTOMATED', ({ item }) => (item.is_automated ? '[OK]' : '')],
  },
};

export const search: Command = {
  kind: 'command',
  name: 'search',
  usage: '[OPTIONS] TERM',
  summary: 'Search the Docker Hub for images',
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print search using a Go template' },
    { name: 'limit', type: 'int', help: 'Max number of search results (default 25)', preset: '25' },
    { name: 'no-trunc', type: 'bool', help: "Don't truncate output" },
  ],
  args: exactly(1),
  completes: ['none'],
  *run({ flags, name, env }) {
    const headers = yield* registryAuth(env);
    const found = yield* get<SearchRow['item'][]>('/images/search', {
      query: {
        term: name,
        limit: flags.number('limit'),
        filters: encodeFilters(flags.list<[string, string]>('filter')),
      },
      headers,
    });
    const trunc = !flags.bool('no-trunc');
    const rows = found
      .toSorted((a, b) => b.star_count - a.star_count)
      .map((item) => ({ item, trunc }));
    const table =
      'table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}\t{{.IsAutomated}}';
    yield* printRows(columns, rows, chooseFormat(flags.text('format'), table));
  },
};
