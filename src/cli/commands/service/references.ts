/**
 * Networks, secrets and configs that a service names: asked from the engine and put into the
 * spec by id.
 */
import type {
  Config,
  FileReference,
  NetworkAttachmentConfig,
  Secret,
  ServiceSpec,
} from '../../../api';
import { compareText } from '../../../api';
import type { Sys } from '../../../kernel';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import type { FileFlag } from '../../values/file-reference';
import type { NetworkFlag } from '../../values/network';

function* networkId(name: string): Sys<string> {
  const query = { scope: 'swarm' };
  const found = yield* get<{ Id: string }>(`/networks/${name}`, {
    query,
    missing: ['network', name],
  });
  return found.Id;
}

export function* applyNetworks(spec: ServiceSpec, flags: FlagSet, creating: boolean): Sys<void> {
  const added = flags.list<NetworkFlag>(creating ? 'network' : 'network-add');
  const removed = flags.list('network-rm');
  if (added.length === 0 && removed.length === 0) return;
  const task = spec.TaskTemplate;
  const before = task.Networks ?? spec.Networks ?? [];
  delete spec.Networks;
  const gone: string[] = [];
  for (const name of removed) gone.push(yield* networkId(name));
  const kept: NetworkAttachmentConfig[] = before.filter(
    (item) => !gone.includes(item.Target ?? ''),
  );
  for (const network of added) {
    const target = yield* networkId(network.target);
    if (!creating && kept.some((item) => item.Target === target))
      throw new CliError(`service is already attached to network ${network.target}`);
    kept.push({
      Target: target,
      ...(network.aliases.length > 0 ? { Aliases: [...network.aliases] } : {}),
      ...(Object.keys(network.driverOpts).length > 0 ? { DriverOpts: network.driverOpts } : {}),
    });
  }
  task.Networks = kept.toSorted((a, b) => compareText(a.Target ?? '', b.Target ?? ''));
}

/** Files by name: `kind` is 'secret' or 'config'. */
export function* applyFiles(
  spec: ServiceSpec,
  flags: FlagSet,
  creating: boolean,
  kind: 'secret' | 'config',
): Sys<void> {
  const added = flags.list<FileFlag>(creating ? kind : `${kind}-add`);
  const gone = new Set(flags.list(`${kind}-rm`));
  if (added.length === 0 && gone.size === 0) return;
  const container = (spec.TaskTemplate.ContainerSpec ??= {});
  const field = kind === 'secret' ? 'Secrets' : 'Configs';
  const name = (item: FileReference) =>
    (kind === 'secret' ? item.SecretName : item.ConfigName) ?? '';
  const references = (container[field] ?? []).filter((item) => !gone.has(name(item)));
  references.push(...(yield* lookUp(added, kind)));
  if (references.length > 0) container[field] = references;
  else delete container[field];
}

function* lookUp(files: readonly FileFlag[], kind: 'secret' | 'config'): Sys<FileReference[]> {
  if (files.length === 0) return [];
  const targets = new Set<string>();
  for (const file of files) {
    if (targets.has(file.target))
      throw new CliError(`duplicate ${kind} target for ${file.source} not allowed`);
    targets.add(file.target);
  }
  const filters = encodeFilters(files.map((file): [string, string] => ['name', file.source]));
  const known = yield* get<(Secret | Config)[]>(`/${kind}s`, { query: { filters } });
  return files.map((file) => {
    const found = known.find((item) => item.Spec.Name === file.source);
    if (!found) throw new CliError(`${kind} not found: ${file.source}`);
    const target = { Name: file.target, UID: file.uid, GID: file.gid, Mode: file.mode };
    return kind === 'secret'
      ? { File: target, SecretID: found.ID, SecretName: file.source }
      : { File: target, ConfigID: found.ID, ConfigName: file.source };
  });
}
