/** `docker stack rm`. */
import { compareText } from '../../../api';
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { remove } from '../../client';
import { CliError, failAll } from '../../errors';
import { err, line } from '../../invocation';
import { checkStackName, stackConfigs, stackNetworks, stackSecrets, stackServices } from './find';

interface Part {
  readonly kind: string;
  readonly path: string;
  readonly name: string;
}

export const stackRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] STACK [STACK...]',
  summary: 'Remove one or more stacks',
  aliases: ['remove', 'down'],
  flags: [
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
  ],
  args: atLeast(1),
  completes: ['stack'],
  *run({ args }) {
    for (const name of args) yield* checkStackName(name);
    const failures: string[] = [];
    for (const name of args) {
      const parts = yield* partsOf(name);
      if (parts.length === 0) {
        yield* err(`Nothing found in stack: ${name}\n`);
        continue;
      }
      let failed = false;
      for (const part of parts) failed = (yield* removePart(part)) || failed;
      if (failed) failures.push(`Failed to remove some resources from stack: ${name}`);
    }
    failAll(failures);
  },
};

function* partsOf(name: string): Sys<Part[]> {
  const services = yield* stackServices(name);
  const networks = yield* stackNetworks(name);
  const secrets = yield* stackSecrets(name);
  const configs = yield* stackConfigs(name);
  return [
    ...services
      .map((item) => ({
        kind: 'service',
        path: `/services/${item.ID}`,
        name: item.Spec.Name ?? '',
      }))
      .toSorted((a, b) => compareText(a.name, b.name)),
    ...secrets.map((item) => ({
      kind: 'secret',
      path: `/secrets/${item.ID}`,
      name: item.Spec.Name,
    })),
    ...configs.map((item) => ({
      kind: 'config',
      path: `/configs/${item.ID}`,
      name: item.Spec.Name,
    })),
    ...networks.map((item) => ({ kind: 'network', path: `/networks/${item.Id}`, name: item.Name })),
  ];
}

/** True when it failed; the reason goes to stderr. */
function* removePart({ kind, path, name }: Part): Sys<boolean> {
  yield* line(`Removing ${kind} ${name}`);
  try {
    yield* remove(path);
    return false;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    yield* err(`Failed to remove ${kind} ${path.split('/')[2]!}: ${error.message}`);
    return true;
  }
}
