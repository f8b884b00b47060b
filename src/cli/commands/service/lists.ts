/**
 * Flags that add to and remove from lists and maps of a service spec (docker/cli: update.go).
 * `create` has `--env`, `update` has `--env-add` and `--env-rm`: the same change, told apart by
 * name only.
 */
import type { ContainerSpec, Mount, PortConfig, ServiceSpec } from '../../../api';
import type { Sys } from '../../../kernel';
import { CliError } from '../../errors';
import { readUserFile } from '../../files';
import type { FlagSet } from '../../flags';
import type { UlimitFlag } from '../../values/ulimit';
import { compareText } from '../../../api';

/** Names of the flags that add and remove: `env` or `env-add`, `env-rm`. */
function* additions<T = string>(flags: FlagSet, creating: boolean, name: string): Iterable<T> {
  yield* flags.list<T>(creating ? name : `${name}-add`);
}
const removals = (flags: FlagSet, name: string) => new Set(flags.list(`${name}-rm`));
const given = (flags: FlagSet, name: string) =>
  [name, `${name}-add`, `${name}-rm`].some((flag) => flags.changed(flag));

const keyOf = (text: string) => text.split('=')[0]!;

/** A list whose items are told apart by `key`; an added item takes the place of its namesake. */
function changeList(
  before: readonly string[] | undefined,
  added: Iterable<string>,
  removed: ReadonlySet<string>,
  key: (item: string) => string = (item) => item,
): string[] | undefined {
  const items = new Map<string, string>();
  for (const item of before ?? []) items.set(key(item), item);
  for (const item of added) {
    items.delete(key(item));
    items.set(key(item), item);
  }
  const kept = [...items.values()].filter((item) => !removed.has(key(item)));
  return kept.length > 0 ? kept : undefined;
}

function changeMap(
  before: Record<string, string> | undefined,
  added: Iterable<string>,
  removed: ReadonlySet<string>,
): Record<string, string> {
  const map = { ...before };
  for (const item of added) {
    const mark = item.indexOf('=');
    map[mark < 0 ? item : item.slice(0, mark)] = mark < 0 ? '' : item.slice(mark + 1);
  }
  for (const key of removed) delete map[key];
  return map;
}

/** `NAME:IP` of the command line is `IP NAME` in the spec. */
function hostEntry(text: string): string {
  const mark = text.indexOf(':');
  return `${text.slice(mark + 1)} ${text.slice(0, mark)}`;
}

const capability = (text: string) => {
  const name = text.toUpperCase();
  return name === 'ALL' || name.startsWith('CAP_') || name === 'RESET' ? name : `CAP_${name}`;
};

export function* applyLists(spec: ServiceSpec, flags: FlagSet, creating: boolean): Sys<void> {
  const task = spec.TaskTemplate;
  const container = (task.ContainerSpec ??= {});
  const label = creating ? flags.list('label') : flags.list('label-add');
  spec.Labels = changeMap(spec.Labels, label, removals(flags, 'label'));
  if (given(flags, 'container-label')) {
    const labels = changeMap(
      container.Labels,
      additions(flags, creating, 'container-label'),
      removals(flags, 'container-label'),
    );
    container.Labels = labels;
  }
  yield* environment(container, flags, creating);
  applySimpleLists(container, flags, creating);
  applyPlacement(spec, flags, creating);
  if (given(flags, 'publish')) applyPorts(spec, flags, creating);
  // An update always sorts the mounts, as the real client does.
  if (given(flags, 'mount') || (!creating && container.Mounts))
    applyMounts(container, flags, creating);
  applyCapabilities(container, flags);
}

/** The client's own environment fills in `--env NAME` without a value; files come first. */
function* environment(container: ContainerSpec, flags: FlagSet, creating: boolean): Sys<void> {
  if (!given(flags, 'env') && !flags.changed('env-file')) return;
  const lines: string[] = [];
  for (const file of flags.list('env-file')) {
    const text = yield* readUserFile(file);
    for (const line of text.split('\n')) {
      const clean = line.trimStart().replace(/\r$/, '');
      if (clean !== '' && !clean.startsWith('#')) lines.push(clean);
    }
  }
  lines.push(...additions(flags, creating, 'env'));
  const env = changeList(container.Env, lines, removals(flags, 'env'), keyOf);
  if (env) container.Env = env;
  else delete container.Env;
}

function applySimpleLists(container: ContainerSpec, flags: FlagSet, creating: boolean): void {
  const set = (name: string, before: string[] | undefined, store: (list?: string[]) => void) => {
    if (given(flags, name))
      store(changeList(before, additions(flags, creating, name), removals(flags, name)));
  };
  const into =
    <K extends 'Groups' | 'Hosts'>(field: K) =>
    (list?: string[]) => {
      if (list) container[field] = list;
      else delete container[field];
    };
  set('group', container.Groups, into('Groups'));
  if (given(flags, 'host')) {
    const added = [...additions(flags, creating, 'host')];
    const gone = flags.list('host-rm');
    const kept = (container.Hosts ?? []).filter((entry) => {
      const [ip, name] = entry.split(' ');
      return !gone.some((item) => item === name || item === `${name!}:${ip!}`);
    });
    into('Hosts')(changeList(kept, added.map(hostEntry), new Set()));
  }
  const dns = (container.DNSConfig ??= {});
  const dnsList = (field: 'Nameservers' | 'Options' | 'Search') => (list?: string[]) => {
    if (list) dns[field] = list.toSorted(compareText);
    else delete dns[field];
  };
  set('dns', dns.Nameservers, dnsList('Nameservers'));
  set('dns-option', dns.Options, dnsList('Options'));
  set('dns-search', dns.Search, dnsList('Search'));
  if (given(flags, 'sysctl'))
    container.Sysctls = changeMap(
      container.Sysctls,
      additions(flags, creating, 'sysctl'),
      removals(flags, 'sysctl'),
    );
  if (given(flags, 'ulimit')) {
    const limits = new Map((container.Ulimits ?? []).map((item) => [item.Name, item]));
    for (const item of additions<UlimitFlag>(flags, creating, 'ulimit'))
      limits.set(item.Name, item);
    for (const name of removals(flags, 'ulimit')) limits.delete(name);
    container.Ulimits = [...limits.values()].toSorted((a, b) => compareText(a.Name, b.Name));
  }
}

function applyPlacement(spec: ServiceSpec, flags: FlagSet, creating: boolean): void {
  const placement = (spec.TaskTemplate.Placement ??= {});
  if (given(flags, 'constraint')) {
    const list = changeList(
      placement.Constraints,
      additions(flags, creating, 'constraint'),
      removals(flags, 'constraint'),
    );
    if (list) placement.Constraints = creating ? list : list.toSorted(compareText);
    else delete placement.Constraints;
  }
  if (given(flags, 'placement-pref')) {
    const gone = removals(flags, 'placement-pref');
    const kept = (placement.Preferences ?? []).filter(
      (item) => !gone.has(item.Spread.SpreadDescriptor),
    );
    for (const item of additions(flags, creating, 'placement-pref'))
      kept.push({ Spread: { SpreadDescriptor: item } });
    placement.Preferences = kept;
  }
  if (given(flags, 'generic-resource')) applyGenericResources(spec, flags, creating);
}

function applyGenericResources(spec: ServiceSpec, flags: FlagSet, creating: boolean): void {
  const reservations = ((spec.TaskTemplate.Resources ??= {}).Reservations ??= {});
  const kinds = new Map(
    (reservations.GenericResources ?? []).map((item) => [
      item.DiscreteResourceSpec?.Kind ?? '',
      item,
    ]),
  );
  for (const text of additions(flags, creating, 'generic-resource')) {
    const [kind, value] = text.split('=') as [string, string | undefined];
    if (value === undefined || !/^\d+$/.test(value))
      throw new CliError(
        `invalid generic-resource request \`${text}\`, Named Generic Resources is not ` +
          'supported for service create or update',
      );
    kinds.set(kind, { DiscreteResourceSpec: { Kind: kind, Value: Number(value) } });
  }
  for (const kind of removals(flags, 'generic-resource')) kinds.delete(kind);
  reservations.GenericResources = [...kinds.values()];
}

const portKey = (port: PortConfig) =>
  `${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}` +
  `/${port.Protocol ?? 'tcp'}/${port.PublishMode ?? 'ingress'}`;

function applyPorts(spec: ServiceSpec, flags: FlagSet, creating: boolean): void {
  const endpoint = (spec.EndpointSpec ??= {});
  const added = [...additions<readonly PortConfig[]>(flags, creating, 'publish')].flat();
  if (creating) {
    endpoint.Ports = added;
    return;
  }
  const before = new Map((endpoint.Ports ?? []).map((port) => [portKey(port), port]));
  const gone = flags.list<readonly PortConfig[]>('publish-rm').flat();
  const ports = [...before.values()].filter(
    (port) =>
      !gone.some(
        (item) =>
          item.TargetPort === port.TargetPort &&
          (item.Protocol ?? 'tcp') === (port.Protocol ?? 'tcp') &&
          (item.PublishMode ?? 'ingress') === (port.PublishMode ?? 'ingress'),
      ),
  );
  for (const port of added) if (!before.has(portKey(port))) ports.push(port);
  endpoint.Ports = ports.toSorted((a, b) => compareText(portKey(a), portKey(b)));
}

function applyMounts(container: ContainerSpec, flags: FlagSet, creating: boolean): void {
  const added = [...additions<Mount>(flags, creating, 'mount')];
  if (creating) {
    container.Mounts = added;
    return;
  }
  const mounts = new Map<string, Mount>();
  for (const mount of added) {
    if (mounts.has(mount.Target!)) throw new CliError('duplicate mount target');
    mounts.set(mount.Target!, mount);
  }
  for (const mount of container.Mounts ?? [])
    if (!mounts.has(mount.Target!)) mounts.set(mount.Target!, mount);
  for (const target of removals(flags, 'mount')) mounts.delete(target);
  container.Mounts = [...mounts.values()].toSorted(
    (a, b) => compareText(a.Source ?? '', b.Source ?? '') || compareText(a.Target!, b.Target!),
  );
}

function applyCapabilities(container: ContainerSpec, flags: FlagSet): void {
  if (!flags.changed('cap-add') && !flags.changed('cap-drop')) return;
  const add = new Set([...(container.CapabilityAdd ?? [])]);
  const drop = new Set([...(container.CapabilityDrop ?? [])]);
  for (const name of flags.list('cap-drop').map(capability)) {
    if (!add.delete(name)) drop.add(name);
  }
  for (const name of flags.list('cap-add').map(capability)) {
    drop.delete(name);
    add.add(name);
  }
  if (add.has('CAP_ALL')) add.delete('CAP_ALL');
  container.CapabilityAdd = [...add].toSorted(compareText);
  container.CapabilityDrop = [...drop].toSorted(compareText);
}
