/** `docker config ls`. */
import { humanDuration, type Config } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { naturalCompare, secondsOf } from '../../format/text';
import { nowSeconds } from '../../invocation';
import { labelText } from '../network/format';

interface ConfigRow {
  readonly item: Config;
  readonly now: number;
}

const ago = (now: number, time: string) => `${humanDuration(now - secondsOf(time))} ago`;

const columns: Columns<ConfigRow> = {
  type: '*config.configContext',
  columns: {
    ID: ['ID', ({ item }) => item.ID],
    Name: ['NAME', ({ item }) => item.Spec.Name],
    CreatedAt: ['CREATED', ({ item, now }) => ago(now, item.CreatedAt)],
    UpdatedAt: ['UPDATED', ({ item, now }) => ago(now, item.UpdatedAt)],
    Labels: ['LABELS', ({ item }) => labelText(item.Spec.Labels)],
    Label: [
      undefined,
      ({ item }) =>
        (key: string) =>
          item.Spec.Labels?.[key] ?? '',
    ],
  },
};
const TABLE = 'table {{.ID}}\t{{.Name}}\t{{.CreatedAt}}\t{{.UpdatedAt}}';

export const configLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List configs',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print configs using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display IDs' },
  ],
  args: noArgs,
  *run({ flags }) {
    const list = yield* get<Config[]>('/configs', {
      query: { filters: encodeFilters(flags.list<[string, string]>('filter')) },
    });
    const now = yield* nowSeconds();
    const rows = list
      .toSorted((a, b) => naturalCompare(a.Spec.Name, b.Spec.Name))
      .map((item) => ({ item, now }));
    const format = flags.bool('quiet') ? '{{.ID}}' : chooseFormat(flags.text('format'), TABLE);
    yield* printRows(columns, rows, format);
  },
};
