/** HTTP handlers of secrets and configs (moby `cluster_routes.go`). */
import {
  filterValues,
  isApiError,
  route,
  unknownFilter,
  type ApiCall,
  type Route,
  type Router,
  type SecretSpec,
} from '../../api';
import { sortedMap } from './answers';
import {
  answerCreated,
  answerEmpty,
  answerJson,
  answerNoContent,
  ask,
  readBody,
  readFilters,
  readVersion,
  type ControlFrontend,
} from './frontend';
import type { ListFilters } from './secrets';
import { CONFIG_SPEC, SECRET_SPEC } from './shapes';

type Kind = 'secret' | 'config';
type Params = Readonly<Record<string, string>>;

const FILTERS = ['names', 'name', 'id', 'label'];

function list(kind: Kind, owner: ControlFrontend, call: ApiCall): void {
  const filters = readFilters(call, 500);
  if (isApiError(filters)) return call.fail(filters);
  const refusal = owner.managerRefusal() ?? unknownFilter(filters, FILTERS);
  if (refusal) return call.fail(refusal);
  const params: ListFilters = {
    names: filterValues(filters, 'names'),
    namePrefixes: filterValues(filters, 'name'),
    ids: filterValues(filters, 'id'),
    labels: filterValues(filters, 'label'),
  };
  ask(owner, call, `${kind}.list`, params, answerJson);
}

/** Go's decoder takes payloads as base64 and names the first byte that is none. */
function badBase64(data: string): string | undefined {
  const clean = data.replace(/[\r\n]/g, '');
  const match = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(clean);
  const end = match ? match[0].length : 0;
  if (end === clean.length) return undefined;
  const bad = /[^A-Za-z0-9+/]/.exec(clean.slice(end));
  return `illegal base64 data at input byte ${bad ? end + bad.index : clean.length}`;
}

function readSpec(kind: Kind, call: ApiCall): SecretSpec | undefined {
  const shape = kind === 'secret' ? SECRET_SPEC : CONFIG_SPEC;
  const sent = readBody<Partial<SecretSpec>>(call, shape);
  if (!sent) return undefined;
  const problem = badBase64(sent.Data ?? '');
  if (problem !== undefined) {
    call.fail({ status: 400, message: problem });
    return undefined;
  }
  return {
    Name: sent.Name ?? '',
    Labels: sortedMap(sent.Labels),
    ...(sent.Data ? { Data: sent.Data } : {}),
    ...(sent.Driver ? { Driver: sent.Driver } : {}),
    ...(sent.Templating ? { Templating: sent.Templating } : {}),
  };
}

function create(kind: Kind, owner: ControlFrontend, call: ApiCall): void {
  const spec = readSpec(kind, call);
  if (spec) ask(owner, call, `${kind}.create`, { spec }, answerCreated);
}

function update(kind: Kind, owner: ControlFrontend, call: ApiCall, { id }: Params): void {
  const spec = readSpec(kind, call);
  if (!spec) return;
  const version = readVersion(call, kind);
  if (isApiError(version)) return call.fail(version);
  ask(owner, call, `${kind}.update`, { id, version, spec }, answerEmpty);
}

function routes(kind: Kind): Route<ControlFrontend>[] {
  return [
    route(`GET /${kind}s`, (owner, call) => list(kind, owner, call)),
    route(`POST /${kind}s/create`, (owner, call) => create(kind, owner, call)),
    route(`GET /${kind}s/{id}`, (owner, call, { id }) =>
      ask(owner, call, `${kind}.get`, { id }, answerJson),
    ),
    route(`DELETE /${kind}s/{id}`, (owner, call, { id }) =>
      ask(owner, call, `${kind}.remove`, { id }, answerNoContent),
    ),
    route(`POST /${kind}s/{id}/update`, (owner, call, params) => update(kind, owner, call, params)),
  ];
}

export const SECRET_ROUTES: Router<ControlFrontend> = [...routes('secret'), ...routes('config')];
