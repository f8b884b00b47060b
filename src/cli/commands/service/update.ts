/** `docker service update`, and what `rollback` and `scale` share with it. */
import type { Service, ServiceSpec } from '../../../api';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get, post, type Query } from '../../client';
import { CliError } from '../../errors';
import type { Sys } from '../../../kernel';
import { err, line } from '../../invocation';
import { applyValues } from './apply';
import { UPDATE_FLAGS } from './flags';
import { registryAuth } from '../../registry-auth';
import { resolveImage } from './image';
import { applyLists } from './lists';
import { orderSpec } from './order';
import { waitOnService } from './progress';
import { applyFiles, applyNetworks } from './references';

export function* inspectService(name: string, insertDefaults = false): Sys<Service> {
  return yield* get<Service>(`/services/${name}`, {
    query: { insertDefaults },
    missing: ['service', name],
  });
}

/** Sends a spec; warnings go to stderr. */
export function* sendSpec(
  service: Service,
  spec: ServiceSpec,
  query: Query,
  headers: Readonly<Record<string, string>> = {},
): Sys<void> {
  const answer = yield* post<{ Warnings: string[] | null }>(`/services/${service.ID}/update`, {
    query: { ...query, version: service.Version.Index },
    body: orderSpec(spec),
    headers,
  });
  for (const warning of answer?.Warnings ?? []) yield* err(`${warning}\n`);
}

export const serviceUpdate: Command = {
  kind: 'command',
  name: 'update',
  usage: '[OPTIONS] SERVICE',
  summary: 'Update a service',
  flags: UPDATE_FLAGS,
  args: exactly(1),
  completes: ['service', 'none'],
  *run({ flags, name, env }) {
    const service = yield* inspectService(name);
    const { Spec: spec } = service;
    if (flags.bool('rollback')) {
      const others = flags.flags.filter(
        (flag) => flags.changed(flag.name) && !['rollback', 'detach', 'quiet'].includes(flag.name),
      );
      if (others.length > 0) throw new CliError('other flags may not be combined with --rollback');
      yield* sendSpec(service, spec, { rollback: 'previous', registryAuthFrom: 'spec' });
    } else {
      if (flags.changed('replicas')) {
        if (!spec.Mode.Replicated)
          throw new CliError('replicas can only be used with replicated mode');
        spec.Mode.Replicated.Replicas = flags.number('replicas');
      }
      if (flags.changed('max-concurrent') && spec.Mode.ReplicatedJob)
        spec.Mode.ReplicatedJob.MaxConcurrent = flags.number('max-concurrent');
      const auth = flags.bool('with-registry-auth')
        ? yield* registryAuth(env, flags.text('image') || spec.TaskTemplate.ContainerSpec?.Image)
        : undefined;
      applyValues(spec, flags);
      yield* applyLists(spec, flags, false);
      yield* applyNetworks(spec, flags, false);
      yield* applyFiles(spec, flags, false, 'secret');
      yield* applyFiles(spec, flags, false, 'config');
      if (flags.changed('image')) {
        spec.TaskTemplate.ContainerSpec!.Image = flags.text('image');
        const warning = yield* resolveImage(
          spec.TaskTemplate,
          !flags.bool('no-resolve-image'),
          auth,
        );
        yield* sendSpec(service, spec, { registryAuthFrom: 'spec' }, auth);
        if (warning !== '') yield* err(`${warning}\n`);
      } else {
        yield* sendSpec(service, spec, { registryAuthFrom: 'spec' }, auth);
      }
    }
    yield* line(name);
    if (flags.bool('detach')) return;
    yield* waitOnService(service.ID, flags.bool('quiet'));
  },
};
