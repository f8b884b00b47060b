/** `docker service scale`. */
import type { Sys } from '../../../kernel';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { CliError, failAll, messageOf } from '../../errors';
import { line } from '../../invocation';
import { usageError } from '../../usage';
import { waitOnService } from './progress';
import { inspectService, sendSpec } from './update';

export const serviceScale: Command = {
  kind: 'command',
  name: 'scale',
  usage: 'SERVICE=REPLICAS [SERVICE=REPLICAS...]',
  summary: 'Scale one or multiple replicated services',
  flags: [
    {
      name: 'detach',
      short: 'd',
      type: 'bool',
      help: 'Exit immediately instead of waiting for the service to converge',
    },
  ],
  args: atLeast(1),
  completes: ['service'],
  *run({ flags, args, path, command }) {
    for (const arg of args) {
      if (!arg.includes('=')) throw usageError(path, command, `Invalid scale specifier '${arg}'.`);
    }
    const failures: string[] = [];
    const scaled: string[] = [];
    for (const arg of args) {
      const name = arg.slice(0, arg.indexOf('='));
      const value = arg.slice(arg.indexOf('=') + 1);
      if (!/^\d+$/.test(value)) {
        const quoted = JSON.stringify(value);
        failures.push(
          `${name}: invalid replicas value ${value}: ` +
            `strconv.ParseUint: parsing ${quoted}: invalid syntax`,
        );
        continue;
      }
      try {
        scaled.push(yield* scale(name, Number(value)));
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`);
      }
    }
    if (scaled.length > 0 && !flags.bool('detach')) {
      for (const id of scaled) {
        try {
          yield* waitOnService(id, false);
        } catch (error) {
          failures.push(`${id}: ${messageOf(error)}`);
        }
      }
    }
    failAll(failures);
  },
};

/** Answers the id to wait for. */
function* scale(name: string, replicas: number): Sys<string> {
  const service = yield* inspectService(name);
  const { Mode } = service.Spec;
  if (Mode.Replicated) Mode.Replicated.Replicas = replicas;
  else if (Mode.ReplicatedJob) Mode.ReplicatedJob.TotalCompletions = replicas;
  else throw new CliError('scale can only be used with replicated or replicated-job mode');
  yield* sendSpec(service, service.Spec, {});
  yield* line(`${name} scaled to ${replicas}`);
  return service.ID;
}
