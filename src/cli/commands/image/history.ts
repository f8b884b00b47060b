/** `docker history`. */
import { humanSize } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get } from '../../client';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { ago, ellipsis, shortId } from '../../format/text';
import { nowSeconds } from '../../invocation';

const CREATED_BY_WIDTH = 45;

interface HistoryRow {
  readonly item: {
    readonly Id: string;
    readonly Created: number;
    readonly CreatedBy: string;
    readonly Size: number;
    readonly Comment: string;
  };
  readonly trunc: boolean;
  readonly human: boolean;
  readonly now: number;
}

const historyColumns: Columns<HistoryRow> = {
  type: '*image.historyContext',
  columns: {
    ID: ['IMAGE', ({ item, trunc }) => (trunc ? shortId(item.Id) : item.Id)],
    CreatedAt: [
      'CREATED AT',
      ({ item }) => new Date(item.Created * 1000).toISOString().replace('.000Z', 'Z'),
    ],
    CreatedSince: [
      'CREATED',
      ({ item, now, human }) =>
        human
          ? ago(now, item.Created)
          : new Date(item.Created * 1000).toISOString().replace('.000Z', 'Z'),
    ],
    CreatedBy: [
      'CREATED BY',
      ({ item, trunc }) => {
        const text = item.CreatedBy.replaceAll('\t', ' ');
        return trunc ? ellipsis(text, CREATED_BY_WIDTH) : text;
      },
    ],
    Size: ['SIZE', ({ item, human }) => (human ? humanSize(item.Size, 3) : String(item.Size))],
    Comment: ['COMMENT', ({ item }) => item.Comment],
  },
};

export const imageHistory: Command = {
  kind: 'command',
  name: 'history',
  usage: '[OPTIONS] IMAGE',
  summary: 'Show the history of an image',
  flags: [
    { name: 'format', type: 'string', help: 'Pretty-print images using a Go template' },
    {
      name: 'human',
      short: 'H',
      type: 'bool',
      help: 'Print sizes and dates in human readable format (default true)',
      preset: 'true',
    },
    { name: 'no-trunc', type: 'bool', help: "Don't truncate output" },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only show image IDs' },
  ],
  args: exactly(1),
  completes: ['image', 'none'],
  *run({ flags, name }) {
    const history = yield* get<HistoryRow['item'][]>(`/images/${name}/history`);
    const human = flags.bool('human');
    const now = yield* nowSeconds();
    const trunc = !flags.bool('no-trunc');
    const rows = history.map((item) => ({ item, trunc, human, now }));
    const created = human ? '{{.CreatedSince}}' : '{{.CreatedAt}}';
    const table = `table {{.ID}}\t${created}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`;
    const format = flags.bool('quiet') ? '{{.ID}}' : chooseFormat(flags.text('format'), table);
    yield* printRows(historyColumns, rows, format);
  },
};
