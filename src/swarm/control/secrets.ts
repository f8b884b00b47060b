/** Secrets and configs (swarmkit `manager/controlapi/secret.go`, `config.go`): twins but for words. */
import type { ConfigSpec, SecretSpec } from '../../api';
import { fromBase64 } from '../../base';
import { rpcError, type RpcError, type StoredService, type WriteView } from '../store';
import { configAnswer, secretAnswer } from './answers';
import { write, type ControlContext, type ControlMethod, type WriteResult } from './context';
import { find, hasPrefix, isFound, matchesLabels } from './find';

type Kind = 'secret' | 'config';

/** swarmkit `validation.MaxSecretSize`, the limit of configs is the same (1000 * 1024 since 20.10.?) */
const MAX_BYTES = 500 * 1024;
const NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;

export interface ListFilters {
  readonly names: readonly string[];
  readonly namePrefixes: readonly string[];
  readonly ids: readonly string[];
  readonly labels: readonly string[];
}

function lister(kind: Kind): ControlMethod {
  return (context, filters: ListFilters, responder) => {
    const found = context.manager.store
      .all(kind)
      .filter(
        ({ ID, Spec }) =>
          (filters.names.length === 0 || filters.names.includes(Spec.Name)) &&
          hasPrefix(Spec.Name, filters.namePrefixes) &&
          hasPrefix(ID, filters.ids) &&
          matchesLabels(Spec.Labels, filters.labels),
      );
    responder.answer(found.map(kind === 'secret' ? secretAnswer : configAnswer));
  };
}

function getter(kind: Kind): ControlMethod {
  return (context, { id }: { id: string }, responder) => {
    const found = find(context.manager.store, kind, id);
    if (!isFound(found)) return responder.fail(found);
    responder.answer(kind === 'secret' ? secretAnswer(found) : configAnswer(found));
  };
}

type Spec = SecretSpec & ConfigSpec;

function invalid(desc: string): RpcError {
  return rpcError('InvalidArgument', desc);
}

function creator(kind: Kind): ControlMethod {
  return (context, { spec }: { spec: Spec }, responder) => {
    const error = specError(kind, spec);
    if (error) return responder.fail(error);
    const id = context.manager.newId();
    write(context, responder, `${kind} ${spec.Name} created`, createOne, { kind, id, spec });
  };
}

function specError(kind: Kind, spec: Spec): RpcError | undefined {
  if (spec.Name === '') return invalid('name must be provided');
  if (spec.Name.length > 64 || !NAME.test(spec.Name))
    return invalid(
      'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character ' +
        'must be [a-zA-Z0-9]',
    );
  if (spec.Driver) return rpcError('Unknown', `plugin "${spec.Driver.Name}" not found`);
  const bytes = fromBase64(spec.Data ?? '')?.length ?? 0;
  if (bytes < 1 || bytes >= MAX_BYTES)
    return invalid(`${kind} data must be larger than 0 and less than ${MAX_BYTES} bytes`);
  return undefined;
}

interface CreateParams {
  readonly kind: Kind;
  readonly id: string;
  readonly spec: Spec;
}

function createOne(tx: WriteView, { kind, id, spec }: CreateParams): WriteResult {
  const record = { ID: id, Version: { Index: 0 }, CreatedAt: '', UpdatedAt: '', Spec: spec };
  if (tx.findByName(kind, spec.Name))
    return { failure: rpcError('AlreadyExists', `${kind} ${spec.Name} already exists`) };
  const failure = tx.create(kind, record);
  return failure ? { failure } : { value: { ID: id } };
}

interface UpdateParams {
  readonly kind: Kind;
  readonly id: string;
  readonly version: number;
  readonly spec: Spec;
}

function updater(kind: Kind): ControlMethod {
  return (context, params: UpdateParams, responder) => {
    const found = find(context.manager.store, kind, params.id);
    if (!isFound(found)) return responder.fail(found);
    const summary = `${kind} ${found.Spec.Name} updated`;
    write(context, responder, summary, updateOne, { ...params, kind, id: found.ID });
  };
}

function updateOne(tx: WriteView, params: UpdateParams): WriteResult {
  const { kind, spec } = params;
  const old = tx.get(kind, params.id);
  if (!old) return { failure: rpcError('NotFound', `${kind} ${params.id} not found`) };
  // Only labels may change: an absent payload means the same one.
  const sameData = spec.Data === undefined || spec.Data === '' || spec.Data === old.Spec.Data;
  if (old.Spec.Name !== spec.Name || !sameData)
    return { failure: invalid('only updates to Labels are allowed') };
  const Spec = { ...old.Spec, Labels: spec.Labels };
  const failure = tx.update(kind, { ...old, Version: { Index: params.version }, Spec });
  return failure ? { failure } : { value: null };
}

function remover(kind: Kind): ControlMethod {
  return (context, { id }: { id: string }, responder) => {
    const found = find(context.manager.store, kind, id);
    if (!isFound(found)) return responder.fail(found);
    const summary = `${kind} ${found.Spec.Name} removed`;
    write(context, responder, summary, removeOne, { kind, id: found.ID });
  };
}

function removeOne(
  tx: WriteView,
  { kind, id }: { kind: Kind; id: string },
  _context: ControlContext,
): WriteResult {
  const record = tx.get(kind, id);
  if (!record) return { failure: rpcError('NotFound', `${kind} ${id} not found`) };
  const users = tx
    .all('service')
    .filter((service) => uses(service, kind, id))
    .map((service) => service.Spec.Name ?? '');
  if (users.length > 0) {
    const noun = users.length > 1 ? 'services' : 'service';
    const list = users.join(', ');
    return {
      failure: invalid(`${kind} '${record.Spec.Name}' is in use by the following ${noun}: ${list}`),
    };
  }
  const failure = tx.remove(kind, id);
  return failure ? { failure } : { value: null };
}

function uses(service: StoredService, kind: Kind, id: string): boolean {
  const container = service.Spec.TaskTemplate.ContainerSpec;
  if (kind === 'secret') return (container?.Secrets ?? []).some((each) => each.SecretID === id);
  return (container?.Configs ?? []).some((each) => each.ConfigID === id);
}

export const SECRET_METHODS: Readonly<Record<string, ControlMethod>> = {
  'secret.list': lister('secret'),
  'secret.get': getter('secret'),
  'secret.create': creator('secret'),
  'secret.update': updater('secret'),
  'secret.remove': remover('secret'),
  'config.list': lister('config'),
  'config.get': getter('config'),
  'config.create': creator('config'),
  'config.update': updater('config'),
  'config.remove': remover('config'),
};
