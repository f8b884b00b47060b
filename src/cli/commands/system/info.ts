/** `docker info`. */
import { NO_FIELD, Template, TemplateError, type GoObject } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { fetchJson } from '../../client';
import { CliError } from '../../errors';
import { err, out } from '../../invocation';
import { LooseStruct } from '../../typed';
import { swarmObject } from '../../swarm-shapes';
import { serverInfoText, type Info } from './info-text';

const CLIENT_INFO = {
  Debug: false,
  Context: 'default',
  Plugins: [],
  Warnings: null,
} as const;

/** What templates see: the engine's fields, those of the client, and the swarm as its Go type. */
class InfoObject implements GoObject {
  readonly isGoObject = true;
  readonly goType = 'system.info';
  private readonly loose: LooseStruct;
  constructor(private readonly info: Info) {
    this.loose = new LooseStruct('system.info', info as unknown as Record<string, unknown>);
  }
  get(name: string): unknown {
    if (name === 'Swarm') return swarmObject('Info', this.info.Swarm ?? {});
    if (name === 'ID') return this.info.ID;
    if (name === 'ClientInfo') return new LooseStruct('system.clientInfo', CLIENT_INFO);
    if (name === 'ServerErrors') return [];
    const found = this.loose.get(name);
    return found === NO_FIELD && name in CLIENT_INFO
      ? CLIENT_INFO[name as keyof typeof CLIENT_INFO]
      : found;
  }
  toJson(): unknown {
    return { ...this.info, ClientInfo: CLIENT_INFO };
  }
  values(): readonly unknown[] {
    return this.loose.values();
  }
}

export const systemInfo: Command = {
  kind: 'command',
  name: 'info',
  usage: '[OPTIONS]',
  summary: 'Display system-wide information',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
  ],
  args: noArgs,
  *run({ flags }) {
    const format = flags.text('format');
    let info: Info | undefined;
    let failure = '';
    try {
      info = yield* fetchJson<Info>('GET', '/info');
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failure = error.message;
      if (format !== '') throw error;
    }
    if (format !== '') {
      let text: string;
      try {
        text = new Template(format).run(new InfoObject(info!));
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const parsing = !error.message.includes('executing');
        if (!parsing) {
          yield* out('\n');
          throw new CliError(error.message);
        }
        throw new CliError(`template parsing error: ${error.message}`, 64);
      }
      yield* out(`${text}\n`);
      return;
    }
    yield* out('Client:\n Context:    default\n Debug Mode: false\n\nServer:\n');
    if (!info) {
      yield* out(`ERROR: ${failure}\n`);
      throw new CliError('errors pretty printing info');
    }
    yield* out(serverInfoText(info));
    for (const warning of info.Warnings ?? []) yield* err(`${warning}\n`);
  },
};
