/** `docker volume ls`. */
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { chooseFormat, printRows, type Columns } from '../../format/formatter';
import { naturalCompare } from '../../format/text';
import { humanSize } from '../../../api';
import { labelText } from '../network/format';

export interface VolumeRow {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Scope: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null;
}

export const volumeColumns: Columns<VolumeRow> = {
  type: '*formatter.volumeContext',
  columns: {
    Name: ['VOLUME NAME', (volume) => volume.Name],
    Driver: ['DRIVER', (volume) => volume.Driver],
    Scope: ['SCOPE', (volume) => volume.Scope],
    Mountpoint: ['MOUNTPOINT', (volume) => volume.Mountpoint],
    Labels: ['LABELS', (volume) => labelText(volume.Labels)],
    Label: [undefined, (volume) => (key: string) => volume.Labels?.[key] ?? ''],
    Links: ['LINKS', ({ UsageData }) => (UsageData ? String(UsageData.RefCount) : 'N/A')],
    Size: ['SIZE', ({ UsageData }) => (UsageData ? humanSize(UsageData.Size) : 'N/A')],
  },
};

export const volumeLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List volumes',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: "Provide filter values (e.g. 'dangling=true')",
    },
    { name: 'format', type: 'string', help: 'Pretty-print volumes using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display volume names' },
  ],
  args: noArgs,
  *run({ flags }) {
    const answer = yield* get<{ Volumes: VolumeRow[] | null }>('/volumes', {
      query: { filters: encodeFilters(flags.list<[string, string]>('filter')) },
    });
    const rows = (answer.Volumes ?? []).toSorted((a, b) => naturalCompare(a.Name, b.Name));
    const format = flags.bool('quiet')
      ? '{{.Name}}'
      : chooseFormat(flags.text('format'), 'table {{.Driver}}\t{{.Name}}');
    yield* printRows(volumeColumns, rows, format);
  },
};
