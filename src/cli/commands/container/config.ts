/**
 * The body of `POST /containers/create` from the flags of `run` and `create` (docker/cli:
 * cli/command/container/opts.go). Every field is sent, in the order of the Go structs.
 */
import type { Sys } from '../../../kernel';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';
import type { Invocation } from '../../invocation';
import { ValueError } from '../../value-error';
import type { NetworkFlag } from '../../values/network';
import { parsePortSpec } from '../../values/port';
import { checkFlags, checkModes, securityOptions } from './checks';
import { readEnvironment, readLabels } from './environment';
import { hostConfig, restartPolicy } from './host-config';

export interface CreateBody {
  readonly [field: string]: unknown;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly Image: string;
  readonly HostConfig: {
    readonly AutoRemove: boolean;
    readonly OomKillDisable: boolean;
    readonly Memory: number;
    readonly Dns: readonly string[];
  };
}

export interface Volumes {
  readonly binds: readonly string[];
  readonly anonymous: Readonly<Record<string, object>>;
}
export interface Ports {
  readonly exposed: Record<string, object>;
  readonly bindings: Record<string, { HostIp: string; HostPort: string }[]>;
}

const listOrNull = (list: readonly string[]) => (list.length > 0 ? list : null);

/** `detach`: nothing is attached. */
export function* createBody(c: Invocation, detach: boolean): Sys<CreateBody> {
  const { flags, args } = c;
  const [image, ...command] = args as [string, ...string[]];
  checkFlags(flags);
  const attach = attached(flags, detach);
  const tty = flags.bool('tty');
  const interactive = flags.bool('interactive');
  const ports = publishedPorts(flags);
  const env = yield* readEnvironment(flags.list('env-file'), flags.list('env'), c.env);
  const labels = yield* readLabels(flags.list('label-file'), flags.list('label'));
  checkModes(flags);
  const volumes = volumeFlags(flags);
  const restart = restartPolicy(flags.text('restart'));
  if (flags.bool('rm') && !['', 'no'].includes(restart.Name))
    throw new CliError('Conflicting options: --restart and --rm');
  const entrypoint = flags.changed('entrypoint')
    ? flags.text('entrypoint') === ''
      ? ['']
      : [flags.text('entrypoint')]
    : null;
  const security = yield* securityOptions(flags);
  const health = healthcheck(flags);
  return {
    Hostname: flags.text('hostname'),
    Domainname: flags.text('domainname'),
    User: flags.text('user'),
    ...attach,
    ...(Object.keys(ports.exposed).length > 0 ? { ExposedPorts: ports.exposed } : {}),
    Tty: tty,
    OpenStdin: interactive,
    StdinOnce: interactive && attach.AttachStdin,
    Env: listOrNull(env),
    Cmd: listOrNull(command),
    ...(health ? { Healthcheck: health } : {}),
    Image: image,
    Volumes: volumes.anonymous,
    WorkingDir: flags.text('workdir'),
    Entrypoint: entrypoint,
    ...(flags.text('mac-address') ? { MacAddress: flags.text('mac-address') } : {}),
    OnBuild: null,
    Labels: labels,
    ...(flags.changed('stop-signal') ? { StopSignal: flags.text('stop-signal') } : {}),
    ...(flags.changed('stop-timeout') ? { StopTimeout: flags.number('stop-timeout') } : {}),
    HostConfig: hostConfig(flags, volumes, ports, restart, security),
    NetworkingConfig: { EndpointsConfig: endpoints(flags) },
  };
}

function attached(flags: FlagSet, detach: boolean) {
  const given = flags.list('attach').map((name) => name.toLowerCase());
  if (detach) {
    return { AttachStdin: false, AttachStdout: false, AttachStderr: false };
  }
  const all = given.length === 0;
  return {
    AttachStdin: given.includes('stdin') || (all && flags.bool('interactive')),
    AttachStdout: given.includes('stdout') || all,
    AttachStderr: given.includes('stderr') || all,
  };
}

function publishedPorts(flags: FlagSet): Ports {
  const ports: Ports = { exposed: {}, bindings: {} };
  const published = flags
    .list('publish')
    .flatMap((text) => longForm(text))
    .flatMap(spec);
  const keys: string[] = [];
  for (const port of published) {
    const key = `${port.container}/${port.protocol}`;
    keys.push(key);
    (ports.bindings[key] ??= []).push({ HostIp: port.ip, HostPort: port.host });
  }
  for (const text of flags.list('expose')) {
    if (text.includes(':')) throw new CliError(`invalid port format for --expose: ${text}`);
    for (const port of exposed(text)) keys.push(port);
  }
  for (const key of keys.sort()) ports.exposed[key] = {};
  const sorted = Object.keys(ports.bindings).sort();
  return {
    exposed: ports.exposed,
    bindings: Object.fromEntries(sorted.map((key) => [key, ports.bindings[key]!])),
  };
}

/** Port range of `--expose`, as `80/tcp` each (nat.ParsePortRange). */
function exposed(text: string): string[] {
  const slash = text.indexOf('/');
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1);
  const range = slash < 0 ? text : text.slice(0, slash);
  const fail = (why: string) =>
    new CliError(`invalid range format for --expose: ${range}, error: ${why}`);
  if (range === '') throw fail('empty string specified for ports');
  const parts = range.includes('-') ? [...range.split('-', 2)] : [range, range];
  for (const part of parts) {
    const quoted = JSON.stringify(part);
    if (!/^\d+$/.test(part)) throw fail(`strconv.ParseUint: parsing ${quoted}: invalid syntax`);
    if (Number(part) > 65535)
      throw fail(`strconv.ParseUint: parsing ${quoted}: value out of range`);
  }
  const [first, last] = parts.map(Number) as [number, number];
  if (last < first) throw fail(`invalid range specified for the Port: ${range}`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase()))
    throw new CliError(`invalid proto: ${protocol}`);
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${protocol}`);
}

/** `published=8080,target=80` as the short form. */
function longForm(text: string): string[] {
  if (!text.includes('=')) return [text];
  const parts = new Map(
    text
      .split(',')
      .map((item): [string, string] => [
        item.split('=')[0]!.toLowerCase(),
        item.slice(item.indexOf('=') + 1),
      ]),
  );
  const published = parts.has('published') ? `${parts.get('published')!}:` : '';
  return [`${published}${parts.get('target') ?? ''}/${parts.get('protocol') ?? 'tcp'}`];
}

function spec(text: string) {
  try {
    return parsePortSpec(text);
  } catch (error) {
    if (error instanceof ValueError) throw new CliError(error.message);
    throw error;
  }
}

function volumeFlags(flags: FlagSet): Volumes {
  const binds: string[] = [];
  const anonymous: Record<string, object> = {};
  for (const text of flags.list('volume')) {
    if (text === '') throw new CliError('invalid empty volume spec');
    if (text.includes(':')) binds.push(text);
    else anonymous[text] = {};
  }
  return { binds, anonymous };
}

function healthcheck(flags: FlagSet): object | undefined {
  const names = ['cmd', 'interval', 'timeout', 'start-period', 'retries'];
  const any = names.some((name) => flags.changed(`health-${name}`));
  if (flags.bool('no-healthcheck')) {
    if (any) throw new CliError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!any) return undefined;
  const positive = (name: string, text: string) => {
    if (flags.number(name) < 0)
      throw new CliError(`--${name} cannot be negative`.replace(name, text));
    return flags.number(name);
  };
  const interval = positive('health-interval', 'health-interval');
  const timeout = positive('health-timeout', 'health-timeout');
  const start = positive('health-start-period', 'health-start-period');
  const retries = positive('health-retries', 'health-retries');
  return {
    ...(flags.text('health-cmd') ? { Test: ['CMD-SHELL', flags.text('health-cmd')] } : {}),
    ...(interval ? { Interval: interval } : {}),
    ...(timeout ? { Timeout: timeout } : {}),
    ...(start ? { StartPeriod: start } : {}),
    ...(retries ? { Retries: retries } : {}),
  };
}

/** Networks beyond the default ones, with what was asked of the endpoint. */
function endpoints(flags: FlagSet): Record<string, object> {
  const networks = [...flags.list<NetworkFlag>('network'), ...flags.list<NetworkFlag>('net')];
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  const links = flags.list('link');
  const own = (name: string) =>
    !['default', 'bridge', 'host', 'none', ''].includes(name) && !name.startsWith('container:');
  if (networks.length > 1 && networks.some((item) => !own(item.target)))
    throw new CliError(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  const result: Record<string, object> = {};
  networks.forEach((network, i) => {
    const first = i === 0;
    const all = [...network.aliases, ...(first ? aliases : [])];
    if (all.length > 0 && !own(network.target))
      throw new CliError('network-scoped aliases are only supported for user-defined networks');
    const address = {
      ...(first && flags.text('ip') ? { IPv4Address: flags.text('ip') } : {}),
      ...(first && flags.text('ip6') ? { IPv6Address: flags.text('ip6') } : {}),
    };
    const special =
      all.length > 0 || Object.keys(address).length > 0 || (first && links.length > 0);
    if (!own(network.target) || (networks.length === 1 && !special)) return;
    result[network.target] = {
      IPAMConfig: Object.keys(address).length > 0 ? address : null,
      Links: first ? listOrNull(links) : null,
      Aliases: listOrNull(all),
      NetworkID: '',
      EndpointID: '',
      Gateway: '',
      IPAddress: '',
      IPPrefixLen: 0,
      IPv6Gateway: '',
      GlobalIPv6Address: '',
      GlobalIPv6PrefixLen: 0,
      MacAddress: '',
      DriverOpts: Object.keys(network.driverOpts).length > 0 ? network.driverOpts : null,
    };
  });
  return result;
}
