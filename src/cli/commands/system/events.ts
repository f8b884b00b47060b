/** `docker events`. */
import { Template, TemplateError, compareText } from '../../../api';
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { JsonStream, encodeFilters, open } from '../../client';
import { CliError } from '../../errors';
import { nowSeconds, out } from '../../invocation';
import { parseTime } from '../../times';
import { LooseStruct } from '../../typed';

interface EventMessage {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: {
    readonly ID: string;
    readonly Attributes: Readonly<Record<string, string>> | null;
  };
  readonly time: number;
  readonly timeNano: number;
}

/** `2026-11-23T21:33:51.786712354Z`, nine digits always. */
function stamp(event: EventMessage, text: string): string {
  const seconds = new Date(event.time * 1000).toISOString().slice(0, 19);
  // The number has more digits than ours hold; its text has them all.
  const nanos = /"timeNano":(\d+)/.exec(text)?.[1] ?? '';
  return `${seconds}.${nanos.slice(-9).padStart(9, '0')}Z`;
}

function eventLine(event: EventMessage, text: string): string {
  const head = `${stamp(event, text)} ${event.Type} ${event.Action} ${event.Actor.ID}`;
  const attributes = event.Actor.Attributes ?? {};
  const keys = Object.keys(attributes).sort(compareText);
  if (keys.length === 0) return `${head}\n`;
  return `${head} (${keys.map((key) => `${key}=${attributes[key]!}`).join(', ')})\n`;
}

export const systemEvents: Command = {
  kind: 'command',
  name: 'events',
  usage: '[OPTIONS]',
  summary: 'Get real time events from the server',
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: 'Filter output based on conditions provided',
    },
    { name: 'format', type: 'string', help: 'Format the output using the given Go template' },
    { name: 'since', type: 'string', help: 'Show all events created since timestamp' },
    { name: 'until', type: 'string', help: 'Stream events until this timestamp' },
  ],
  args: noArgs,
  *run({ flags }) {
    const format = flags.text('format');
    let template: Template | undefined;
    try {
      if (format !== '') template = new Template(format === '{{json .}}' ? '{{json .}}' : format);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new CliError(`Error parsing format: ${error.message}`, 64);
    }
    const now = yield* nowSeconds();
    const opened = yield* open('GET', '/events', {
      query: {
        since: flags.text('since') ? parseTime(flags.text('since'), now) : undefined,
        until: flags.text('until') ? parseTime(flags.text('until'), now) : undefined,
        filters: encodeFilters(flags.list<[string, string]>('filter')),
      },
    });
    let stream = new JsonStream(opened.fd);
    for (;;) {
      stream = yield* sys.turn('events', stream);
      const text = yield* stream.nextText();
      if (text === undefined) return;
      const event = JSON.parse(text) as EventMessage;
      if (!template) {
        yield* out(eventLine(event, text));
        continue;
      }
      const data = new LooseStruct('*events.Message', event as unknown as Record<string, unknown>);
      try {
        yield* out(`${template.run(data)}\n`);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        throw new CliError(error.message);
      }
    }
  },
};
