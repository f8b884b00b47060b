/** `docker version`. */
import { Template, TemplateError, type GoObject } from '../../../api';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { out } from '../../invocation';
import { LooseStruct } from '../../typed';
import { CLIENT_BUILT, CLIENT_COMMIT, CLIENT_GO, CLIENT_VERSION } from '../../version';

interface ServerVersion {
  readonly Platform?: { readonly Name: string };
  readonly Components?: readonly {
    readonly Name: string;
    readonly Version: string;
    readonly Details?: Readonly<Record<string, string>>;
  }[];
  readonly Version: string;
}

const CLIENT = {
  Platform: { Name: '' },
  Version: CLIENT_VERSION,
  APIVersion: '1.41',
  DefaultAPIVersion: '1.41',
  GitCommit: CLIENT_COMMIT,
  GoVersion: CLIENT_GO,
  Os: 'linux',
  Arch: 'amd64',
  BuildTime: CLIENT_BUILT,
  Context: 'default',
  Experimental: true,
};

const CLIENT_TEXT = `Client:
 Version:           ${CLIENT_VERSION}
 API version:       1.41
 Go version:        ${CLIENT_GO}
 Git commit:        ${CLIENT_COMMIT}
 Built:             ${CLIENT_BUILT}
 OS/Arch:           linux/amd64
 Context:           default
 Experimental:      true
`;

/** `2026-05-07T21:09:36.000000000+00:00` as `Thu May  7 21:09:36 2026`. */
function reformatDate(text: string): string {
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(ms)) return text;
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${day!} ${month!} ${String(Number(date)).padStart(2)} ${time!} ${year!}`;
}

function serverText(server: ServerVersion): string {
  let text = `\nServer:${server.Platform?.Name ? ` ${server.Platform.Name}` : ''}\n`;
  for (const item of server.Components ?? []) {
    const details = item.Details ?? {};
    const row = (label: string, value: string) => `  ${label.padEnd(18)}${value}\n`;
    text += ` ${item.Name}:\n${row('Version:', item.Version)}`;
    if (item.Name === 'Engine') {
      text += row(
        'API version:',
        `${details['ApiVersion'] ?? ''} (minimum version ${details['MinAPIVersion'] ?? ''})`,
      );
      text += row('Go version:', details['GoVersion'] ?? '');
      text += row('Git commit:', details['GitCommit'] ?? '');
      text += row('Built:', reformatDate(details['BuildTime'] ?? ''));
      text += row('OS/Arch:', `${details['Os'] ?? ''}/${details['Arch'] ?? ''}`);
      text += row('Experimental:', details['Experimental'] ?? '');
    } else {
      for (const key of Object.keys(details).sort()) text += row(`${key}:`, details[key]!);
    }
  }
  return text;
}

export const version: Command = {
  kind: 'command',
  name: 'version',
  usage: '[OPTIONS]',
  summary: 'Show the Docker version information',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    { name: 'kubeconfig', type: 'string', help: 'Kubernetes config file' },
  ],
  args: noArgs,
  *run({ flags }) {
    const format = flags.text('format');
    let template: Template | undefined;
    try {
      if (format !== '') template = new Template(format);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new CliError(`Template parsing error: ${error.message}`, 64);
    }
    let server: ServerVersion | undefined;
    let failure: CliError | undefined;
    try {
      server = yield* get<ServerVersion>('/version');
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failure = error;
    }
    if (template) {
      const data = {
        Client: CLIENT,
        Server: server ? serverFields(server) : null,
      };
      const root: GoObject = new LooseStruct('system.versionInfo', data);
      try {
        yield* out(`${template.run(root)}\n`);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        yield* out('\n');
        throw failure ?? new CliError(named(error.message));
      }
    } else {
      yield* out(CLIENT_TEXT + (server ? serverText(server) : ''));
    }
    if (failure) throw failure;
  },
};

/** The Go struct calls `ApiVersion` APIVersion. */
function serverFields(server: ServerVersion): Record<string, unknown> {
  const { ApiVersion, MinAPIVersion, ...rest } = server as unknown as Record<string, unknown>;
  return { ...rest, APIVersion: ApiVersion, MinAPIVersion };
}

/** This template has a name in the real client. */
function named(message: string): string {
  return message
    .replace(/^template: :/, 'template: version:')
    .replace('executing "" at', 'executing "version" at');
}
