/** `docker secret ls`. */
import { humanDuration, type Secret } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { naturalCompare, secondsOf } from '../../format/text';
import { nowSeconds } from '../../invocation';
import { labelText } from '../network/format';

interface SecretRow {
  readonly item: Secret;
  readonly now: number;
}

const ago = (now: number, time: string) => `${humanDuration(now - secondsOf(time))} ago`;

const columns: Columns<SecretRow> = {
  type: '*secret.secretContext',
  columns: {
    ID: ['ID', ({ item }) => item.ID],
    Name: ['NAME', ({ item }) => item.Spec.Name],
    Driver: ['DRIVER', ({ item }) => item.Spec.Driver?.Name ?? ''],
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
const TABLE = 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}';

export const secretLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List secrets',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print secrets using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display IDs' },
  ],
  args: noArgs,
  *run({ flags }) {
    const list = yield* get<Secret[]>('/secrets', {
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
