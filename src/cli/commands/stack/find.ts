/** The objects of a stack, found by their label (docker/cli: cli/command/stack/swarm). */
import type { Config, NetworkResource, Secret, Service } from '../../../api';
import type { Sys } from '../../../kernel';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';

export const NAMESPACE = 'com.docker.stack.namespace';

export const stackFilter = (name: string): [string, string] => ['label', `${NAMESPACE}=${name}`];

export const stackServices = (name: string, filters: readonly [string, string][] = []) =>
  get<Service[]>('/services', {
    query: { filters: encodeFilters([...filters, stackFilter(name)]) },
  });
export const stackNetworks = (name: string) =>
  get<NetworkResource[]>('/networks', { query: { filters: encodeFilters([stackFilter(name)]) } });
export const stackSecrets = (name: string) =>
  get<Secret[]>('/secrets', { query: { filters: encodeFilters([stackFilter(name)]) } });
export const stackConfigs = (name: string) =>
  get<Config[]>('/configs', { query: { filters: encodeFilters([stackFilter(name)]) } });

/** A name must have something in it and no quotes around nothing. */
// eslint-disable-next-line require-yield
export function* checkStackName(name: string): Sys<void> {
  if (name.trim() === '') throw new CliError(`invalid stack name: ${JSON.stringify(name)}`);
}
