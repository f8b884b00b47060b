/** `docker service inspect`. */
import type { Service } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { inspectAll } from '../../inspect';
import { nowSeconds, out } from '../../invocation';
import { swarmObject } from '../../swarm-shapes';
import { prettyService } from './pretty';

export const serviceInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] SERVICE [SERVICE...]',
  summary: 'Display detailed information on one or more services',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
    { name: 'pretty', type: 'bool', help: 'Print the information in a human friendly format' },
  ],
  args: atLeast(1),
  completes: ['service'],
  *run({ flags, args }) {
    const format = flags.text('format');
    if (flags.bool('pretty') && format !== '' && format !== 'pretty')
      throw new CliError('--format is incompatible with human friendly format');
    try {
      if (flags.bool('pretty') || format === 'pretty') yield* printPretty(args);
      else
        yield* inspectAll(args, format, function* (name) {
          const service = yield* find(name);
          return { raw: service, typed: swarmObject('Service', service), keepsRaw: false };
        });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`Status: ${error.message}, Code: ${error.exitCode}`);
    }
  },
};

function* find(name: string): Sys<Service> {
  try {
    return yield* get<Service>(`/services/${name}`, { query: { insertDefaults: true } });
  } catch (error) {
    if (error instanceof CliError && error.status === 404)
      throw new CliError(`Error: no such service: ${name}`);
    throw error;
  }
}

function* printPretty(names: readonly string[]): Sys<void> {
  let text = '';
  for (const name of names) {
    const service = yield* find(name);
    const networks: string[] = [];
    const { TaskTemplate, Networks } = service.Spec;
    for (const item of TaskTemplate.Networks ?? Networks ?? [])
      networks.push(yield* networkName(item.Target ?? ''));
    text += prettyService(service, networks, yield* nowSeconds());
  }
  yield* out(text);
}

function* networkName(id: string): Sys<string> {
  try {
    return (yield* get<{ Name: string }>(`/networks/${id}`)).Name;
  } catch (error) {
    if (error instanceof CliError) return id;
    throw error;
  }
}
