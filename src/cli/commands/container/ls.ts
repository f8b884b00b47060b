/** `docker ps`. */
import {
  Template,
  TemplateError,
  NO_FIELD,
  type ContainerSummary,
  type GoObject,
} from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';
import { chooseFormat, printRows } from '../../format/formatter';
import { nowSeconds } from '../../invocation';
import { CONTAINER_TABLE, containerColumns } from './format';

/**
 * Runs the template once on nothing, to see whether it asks for sizes (which cost the engine
 * work).
 */
function asksForSize(format: string): boolean {
  let size = false;
  const probe: GoObject = {
    isGoObject: true,
    goType: containerColumns.type,
    get(name) {
      if (name === 'Size') size = true;
      if (name === 'Label') return () => '';
      return Object.hasOwn(containerColumns.columns, name) ? '' : NO_FIELD;
    },
    toJson: () => {
      size = true;
      return {};
    },
    values: () => [],
  };
  let template: Template;
  try {
    template = new Template(format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CliError(`failed to parse template: ${error.message}`);
  }
  try {
    template.run(probe);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CliError(`failed to execute template: ${error.message}`);
  }
  return size;
}

export const containerLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List containers',
  aliases: ['ps', 'list'],
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Show all containers (default shows just running)',
    },
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Pretty-print containers using a Go template' },
    {
      name: 'last',
      short: 'n',
      type: 'int',
      help: 'Show n last created containers (includes all states) (default -1)',
      preset: '-1',
    },
    {
      name: 'latest',
      short: 'l',
      type: 'bool',
      help: 'Show the latest created container (includes all states)',
    },
    { name: 'no-trunc', type: 'bool', help: "Don't truncate output" },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display container IDs' },
    { name: 'size', short: 's', type: 'bool', help: 'Display total file sizes' },
  ],
  args: noArgs,
  *run({ flags }) {
    const given = flags.text('format');
    const quiet = flags.bool('quiet');
    let limit = flags.number('last');
    if (flags.bool('latest') && limit === -1) limit = 1;
    const size = flags.bool('size') || (given !== '' && asksForSize(given));
    const containers = yield* get<ContainerSummary[]>('/containers/json', {
      query: {
        all: flags.bool('all') ? 1 : undefined,
        limit: limit === -1 ? undefined : limit,
        size: size ? 1 : undefined,
        filters: encodeFilters(flags.list<[string, string]>('filter')),
      },
    });
    const now = yield* nowSeconds();
    const rows = containers.map((container) => ({
      container,
      trunc: !flags.bool('no-trunc'),
      now,
    }));
    const table = CONTAINER_TABLE + (flags.bool('size') ? '\t{{.Size}}' : '');
    const format = quiet && given === '' ? '{{.ID}}' : chooseFormat(given, table);
    yield* printRows(containerColumns, rows, quiet && format === table ? '{{.ID}}' : format);
  },
};
