/** `docker stack deploy` (docker/cli: cli/command/stack/swarm/deploy_composefile.go). */
import { compareText, type Service, type ServiceSpec, type SwarmStatus } from '../../../api';
import { decodeUtf8, toBase64 } from '../../../base';
import { SysError, sys, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { exactly } from '../../command';
import { get, post, remove } from '../../client';
import {
  Namespace,
  LABEL_IMAGE,
  absolute,
  ignoredText,
  isDict,
  labelsOf,
  loadCompose,
  parseCompose,
  serviceSpec,
  strings,
  type Compose,
  type ComposeFile,
  type Dict,
  type ServiceContext,
} from '../../compose';
import { CliError } from '../../errors';
import { errnoText, readUserFile } from '../../files';
import type { FlagSet } from '../../flags';
import { err, line } from '../../invocation';
import { registryAuth } from '../../registry-auth';
import { resolveImage } from '../service/image';
import { orderSpec } from '../service/order';
import { checkStackName, stackNetworks, stackServices } from './find';

const NOT_A_MANAGER =
  'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect ' +
  'this node to swarm and try again';

type Env = Readonly<Record<string, string>>;

export const stackDeploy: Command = {
  kind: 'command',
  name: 'deploy',
  usage: '[OPTIONS] STACK',
  summary: 'Deploy a new stack or update an existing stack',
  aliases: ['up'],
  flags: [
    {
      name: 'compose-file',
      short: 'c',
      type: 'strings',
      help: 'Path to a Compose file, or "-" to read from stdin',
    },
    { name: 'orchestrator', type: 'string', help: 'Orchestrator to use (swarm|kubernetes|all)' },
    { name: 'prune', type: 'bool', help: 'Prune services that are no longer referenced' },
    {
      name: 'resolve-image',
      type: 'string',
      help:
        'Query the registry to resolve image digest and supported platforms ' +
        '("always"|"changed"|"never") (default "always")',
      preset: 'always',
    },
    {
      name: 'with-registry-auth',
      type: 'bool',
      help: 'Send registry authentication details to Swarm agents',
    },
  ],
  args: exactly(1),
  completes: ['stack', 'none'],
  *run({ flags, name, env }) {
    yield* checkStackName(name);
    const files = flags.words('compose-file');
    if (files.length === 0)
      throw new CliError('Please specify a Compose file (with --compose-file)');
    const loaded = yield* readFiles(files);
    const compose = loadCompose(loaded, env);
    yield* err(ignoredText(loaded.map(({ config }) => config)));
    const info = yield* get<{ Swarm: SwarmStatus }>('/info');
    if (!info.Swarm.ControlAvailable) throw new CliError(NOT_A_MANAGER);
    yield* new Deployment(new Namespace(name), compose, env, flags).run();
  },
};

function* readFiles(names: readonly string[]): Sys<ComposeFile[]> {
  const cwd = yield* sys.getcwd();
  const files: ComposeFile[] = [];
  for (const name of names) {
    const content = name === '-' ? decodeUtf8(yield* sys.readAll(0)) : yield* readUserFile(name);
    const path = name === '-' ? `${cwd}/-` : absolute(cwd, name, '');
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    files.push({ folder, config: parseCompose(content) });
  }
  return files;
}

interface Stored {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string };
}

class Deployment {
  constructor(
    private readonly namespace: Namespace,
    private readonly compose: Compose,
    private readonly env: Env,
    private readonly flags: FlagSet,
  ) {}

  *run(): Sys<void> {
    const { compose } = this;
    if (this.flags.bool('prune')) yield* this.prune();
    const used = this.usedNetworks();
    yield* this.checkExternalNetworks(used);
    yield* this.createNetworks(used);
    yield* this.createFiles('secret', compose.secrets);
    yield* this.createFiles('config', compose.configs);
    const context: ServiceContext = {
      compose,
      namespace: this.namespace,
      env: this.env,
      envFiles: yield* this.readEnvFiles(),
      secretIds: yield* this.idsOf('secret'),
      configIds: yield* this.idsOf('config'),
    };
    const specs: [string, ServiceSpec][] = [];
    for (const name of this.serviceNames()) {
      try {
        specs.push([name, serviceSpec(name, compose.services[name]!, context)]);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        throw new CliError(`service ${name}: ${error.message}`);
      }
    }
    yield* this.createServices(specs);
  }

  private serviceNames(): string[] {
    return Object.keys(this.compose.services).sort(compareText);
  }

  private *prune(): Sys<void> {
    const known = new Set(this.serviceNames().map((name) => this.namespace.scope(name)));
    const services = yield* stackServices(this.namespace.name);
    const gone = services.filter((service) => !known.has(service.Spec.Name ?? ''));
    for (const { ID, Spec } of gone.toSorted((a, b) =>
      compareText(a.Spec.Name ?? '', b.Spec.Name ?? ''),
    )) {
      yield* line(`Removing service ${Spec.Name ?? ''}`);
      yield* remove(`/services/${ID}`);
    }
  }

  // --- networks

  private usedNetworks(): string[] {
    const used = new Set<string>();
    for (const service of Object.values(this.compose.services)) {
      const { networks } = service;
      const names = isDict(networks) ? Object.keys(networks) : strings(networks);
      for (const name of names.length > 0 ? names : ['default']) used.add(name);
    }
    return [...used].sort(compareText);
  }

  private *checkExternalNetworks(used: readonly string[]): Sys<void> {
    for (const name of used) {
      const entry = this.compose.networks[name];
      if (!entry?.['external']) continue;
      const target = this.namespace.nameOf(name, entry);
      let scope: string;
      try {
        scope = (yield* get<{ Scope: string }>(`/networks/${target}`)).Scope;
      } catch (error) {
        if (!(error instanceof CliError) || error.status !== 404) throw error;
        throw new CliError(
          `network ${JSON.stringify(target)} is declared as external, but could not be found. ` +
            'You need to create a swarm-scoped network before the stack is deployed',
        );
      }
      if (scope !== 'swarm' && target !== 'host')
        throw new CliError(
          `network ${JSON.stringify(target)} is declared as external, but it is not in the right ` +
            `scope: ${JSON.stringify(scope)} instead of "swarm"`,
        );
    }
  }

  private *createNetworks(used: readonly string[]): Sys<void> {
    const { namespace, compose } = this;
    const known = new Set((yield* stackNetworks(namespace.name)).map(({ Name }) => Name));
    for (const name of used) {
      const entry: Dict = compose.networks[name] ?? {};
      if (entry['external']) continue;
      const target = namespace.nameOf(name, entry);
      if (known.has(target)) continue;
      yield* line(`Creating network ${target}`);
      const body = { Name: target, ...this.networkOptions(entry) };
      try {
        yield* post('/networks/create', { body });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        throw new CliError(`failed to create network ${target}: ${error.message}`);
      }
    }
  }

  private networkOptions(entry: Dict): Dict {
    const ipam = isDict(entry['ipam']) ? entry['ipam'] : undefined;
    const configs = (ipam?.['config'] as Dict[] | undefined) ?? [];
    return {
      CheckDuplicate: false,
      Driver: entry['driver'] ?? 'overlay',
      EnableIPv6: false,
      IPAM: ipam
        ? {
            Driver: ipam['driver'] ?? '',
            Config: configs.map(({ subnet }) => ({ Subnet: subnet })),
          }
        : null,
      Internal: entry['internal'] === true,
      Attachable: entry['attachable'] === true,
      Options: labelsOf(entry['driver_opts']),
      Labels: this.namespace.labels(labelsOf(entry['labels'])),
    };
  }

  // --- secrets and configs

  private *createFiles(kind: 'secret' | 'config', entries: Record<string, Dict>): Sys<void> {
    const { namespace, compose } = this;
    const bodies: Dict[] = [];
    for (const [key, entry] of Object.entries(entries)) {
      if (entry['external']) continue;
      const file = typeof entry['file'] === 'string' ? entry['file'] : '';
      const path = absolute(compose.folder, file, this.env['HOME'] ?? '');
      const data = entry['driver'] === undefined ? yield* readBytes(path) : undefined;
      bodies.push({
        Name: namespace.nameOf(key, entry),
        Labels: namespace.labels(labelsOf(entry['labels'])),
        ...(data ? { Data: toBase64(data) } : {}),
      });
    }
    if (bodies.length === 0) return;
    const known = yield* get<Stored[]>(`/${kind}s`);
    for (const body of bodies) {
      const name = String(body['Name']);
      const stored = known.find(({ Spec }) => Spec.Name === name);
      if (!stored) yield* line(`Creating ${kind} ${name}`);
      try {
        if (stored)
          yield* post(`/${kind}s/${stored.ID}/update`, {
            query: { version: stored.Version.Index },
            body,
          });
        else yield* post(`/${kind}s/create`, { body });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        const verb = stored ? 'update' : 'create';
        throw new CliError(`failed to ${verb} ${kind} ${name}: ${error.message}`);
      }
    }
  }

  private *idsOf(kind: 'secret' | 'config'): Sys<ReadonlyMap<string, string>> {
    const section = kind === 'secret' ? this.compose.secrets : this.compose.configs;
    if (Object.keys(section).length === 0) return new Map();
    const all = yield* get<Stored[]>(`/${kind}s`);
    return new Map(all.map(({ ID, Spec }) => [Spec.Name, ID]));
  }

  private *readEnvFiles(): Sys<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const service of Object.values(this.compose.services))
      for (const file of strings(service['env_file'])) {
        const path = absolute(this.compose.folder, file, this.env['HOME'] ?? '');
        texts.set(path, decodeUtf8(yield* readBytes(path)));
      }
    return texts;
  }

  // --- services

  private *createServices(specs: readonly [string, ServiceSpec][]): Sys<void> {
    const existing = new Map<string, Service>();
    for (const service of yield* stackServices(this.namespace.name))
      existing.set(service.Spec.Name ?? '', service);
    for (const [, spec] of specs) {
      const headers = this.flags.bool('with-registry-auth')
        ? yield* registryAuth(this.env, spec.TaskTemplate.ContainerSpec?.Image)
        : {};
      const name = spec.Name ?? '';
      const service = existing.get(name);
      if (service) yield* line(`Updating service ${name} (id: ${service.ID})`);
      else yield* line(`Creating service ${name}`);
      try {
        if (service) yield* this.updateService(service, spec, headers);
        else yield* this.createService(spec, headers);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        const verb = service ? 'update' : 'create';
        throw new CliError(`failed to ${verb} service ${name}: ${error.message}`);
      }
    }
  }

  private *createService(spec: ServiceSpec, headers: Env): Sys<void> {
    const ask = this.flags.text('resolve-image') !== 'never';
    yield* resolveImage(spec.TaskTemplate, ask, headers);
    yield* post('/services/create', { body: orderSpec(spec), headers });
  }

  private *updateService(service: Service, spec: ServiceSpec, headers: Env): Sys<void> {
    const task = spec.TaskTemplate;
    const before = service.Spec.TaskTemplate;
    const image = task.ContainerSpec?.Image ?? '';
    const isSame = image === (service.Spec.Labels ?? {})[LABEL_IMAGE];
    const policy = this.flags.text('resolve-image');
    const ask = policy === 'always' || (policy === 'changed' && !isSame);
    if (!ask && isSame) task.ContainerSpec!.Image = before.ContainerSpec?.Image ?? image;
    task.ForceUpdate = before.ForceUpdate;
    yield* resolveImage(task, ask, headers);
    const answer = yield* post<{ Warnings?: string[] | null }>(`/services/${service.ID}/update`, {
      query: { version: service.Version.Index },
      body: orderSpec(spec),
      headers,
    });
    for (const warning of answer?.Warnings ?? []) yield* err(`${warning}\n`);
  }
}

function* readBytes(path: string): Sys<Uint8Array> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (error instanceof SysError) throw new CliError(`open ${path}: ${errnoText(error)}`);
    throw error;
  }
}
