/** `docker images`. */
import type { ImageSummary } from '../../../api';
import type { Command } from '../../command';
import { atMost } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows } from '../../format/formatter';
import { nowSeconds } from '../../invocation';
import { imageColumns, imageRows, imageTable } from './format';

export const imageLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  summary: 'List images',
  aliases: ['list'],
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Show all images (default hides intermediate images)',
    },
    { name: 'digests', type: 'bool', help: 'Show digests' },
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print images using a Go template' },
    { name: 'no-trunc', type: 'bool', help: "Don't truncate output" },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only show image IDs' },
  ],
  args: atMost(1),
  completes: ['image', 'none'],
  *run({ flags, args }) {
    const filters = [...flags.list<[string, string]>('filter')];
    if (args[0] !== undefined && args[0] !== '') filters.push(['reference', args[0]]);
    const images = yield* get<ImageSummary[]>('/images/json', {
      query: { all: flags.bool('all') ? 1 : undefined, filters: encodeFilters(filters) },
    });
    const given = flags.text('format');
    const quiet = flags.bool('quiet');
    const digests = flags.bool('digests');
    const format =
      quiet && (given === '' || given === 'table')
        ? '{{.ID}}'
        : chooseFormat(given, imageTable(digests));
    const trunc = !flags.bool('no-trunc');
    const asked = digests || (given !== '' && given.includes('{{.Digest}}'));
    const rows = imageRows(images, trunc, asked, yield* nowSeconds());
    yield* printRows(imageColumns, rows, format);
  },
};
