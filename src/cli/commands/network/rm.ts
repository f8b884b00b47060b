/** `docker network rm`. */
import type { NetworkResource } from '../../../api';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { get, remove } from '../../client';
import { CliError } from '../../errors';
import { confirm, err, line } from '../../invocation';

const INGRESS_WARNING =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm ' +
  'run the same docker engine version. Otherwise, removal may not be effective and ' +
  'functionality of newly create ingress networks will be impaired.\n' +
  'Are you sure you want to continue?';

export const networkRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'NETWORK [NETWORK...]',
  summary: 'Remove one or more networks',
  aliases: ['remove'],
  flags: [],
  args: atLeast(1),
  completes: ['network'],
  *run({ args }) {
    let failed = false;
    for (const name of args) {
      try {
        const network = yield* attempt(name);
        if (network?.Ingress && !(yield* confirm(INGRESS_WARNING))) continue;
        yield* remove(`/networks/${name}`, { missing: ['network', name] });
        yield* line(name);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        yield* err(`${error.message}\n`);
        failed = true;
      }
    }
    if (failed) throw new CliError('', 1);
  },
};

/** Whether it is the routing mesh; what cannot be inspected is left to the removal to refuse. */
function* attempt(name: string) {
  try {
    return yield* get<NetworkResource>(`/networks/${name}`);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
