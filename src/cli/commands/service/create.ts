/** `docker service create`. */
import type { ServiceMode, ServiceSpec } from '../../../api';
import type { Command } from '../../command';
import { atLeast } from '../../command';
import { post } from '../../client';
import { registryAuth } from '../../registry-auth';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import { err, line } from '../../invocation';
import { applyValues } from './apply';
import { CREATE_FLAGS } from './flags';
import { resolveImage } from './image';
import { applyLists } from './lists';
import { orderSpec } from './order';
import { waitOnService } from './progress';
import { applyFiles, applyNetworks } from './references';

export const serviceCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  summary: 'Create a new service',
  flags: CREATE_FLAGS,
  flagsEndAtArgs: true,
  args: atLeast(1),
  completes: ['image', 'none'],
  *run({ flags, args, env }) {
    const spec: ServiceSpec = {
      ...(flags.changed('name') ? { Name: flags.text('name') } : {}),
      Labels: {},
      TaskTemplate: {
        ContainerSpec: {
          Image: args[0]!,
          ...(args.length > 1 ? { Args: args.slice(1) } : {}),
          Init: flags.bool('init'),
          DNSConfig: {},
        },
        Resources: { Limits: {}, Reservations: {} },
        Placement: {},
        ForceUpdate: 0,
      },
      Mode: serviceMode(flags),
      EndpointSpec: { Mode: flags.text('endpoint-mode') as 'vip' | 'dnsrr' },
    };
    applyValues(spec, flags);
    if (
      (spec.Mode.ReplicatedJob || spec.Mode.GlobalJob) &&
      (spec.UpdateConfig || spec.RollbackConfig)
    )
      throw new CliError('update and rollback configuration is not supported for jobs');
    yield* applyLists(spec, flags, true);
    yield* applyNetworks(spec, flags, true);
    yield* applyFiles(spec, flags, true, 'secret');
    yield* applyFiles(spec, flags, true, 'config');
    const headers = flags.bool('with-registry-auth')
      ? yield* registryAuth(env, spec.TaskTemplate.ContainerSpec?.Image)
      : {};
    const ask = !flags.bool('no-resolve-image');
    const warning = yield* resolveImage(spec.TaskTemplate, ask, headers);
    const answer = yield* post<{ ID: string; Warning?: string }>('/services/create', {
      body: orderSpec(spec),
      headers,
    });
    if (answer.Warning) yield* err(`${answer.Warning}\n`);
    if (warning !== '') yield* err(`${warning}\n`);
    yield* line(answer.ID);
    if (flags.bool('detach')) return;
    yield* waitOnService(answer.ID, flags.bool('quiet'));
  },
};

function serviceMode(flags: FlagSet): ServiceMode {
  const mode = flags.text('mode');
  const replicas = flags.changed('replicas') ? flags.number('replicas') : undefined;
  const concurrent = flags.changed('max-concurrent') ? flags.number('max-concurrent') : undefined;
  const only = (flag: string, kind: string) =>
    new CliError(`${flag} can only be used with ${kind} mode`);
  if (mode === 'global' || mode === 'global-job') {
    if (replicas !== undefined) throw only('replicas', 'replicated or replicated-job');
    if (flags.number('replicas-max-per-node') > 0)
      throw only('replicas-max-per-node', 'replicated or replicated-job');
    if (concurrent !== undefined) throw only('max-concurrent', 'replicated-job');
    return mode === 'global' ? { Global: {} } : { GlobalJob: {} };
  }
  if (mode === 'replicated') {
    if (concurrent !== undefined) throw only('max-concurrent', 'replicated-job');
    return { Replicated: replicas === undefined ? {} : { Replicas: replicas } };
  }
  if (mode === 'replicated-job') {
    const max = concurrent ?? replicas;
    return {
      ReplicatedJob: {
        ...(max === undefined ? {} : { MaxConcurrent: max }),
        ...(replicas === undefined ? {} : { TotalCompletions: replicas }),
      },
    };
  }
  throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`);
}
