/**
 * API answers seen through the Go structs that the real client decodes them into, for `inspect
 * -f` and `info -f`: fields that JSON left out have zero values, durations and times print as
 * such, and unknown fields are errors in Go's words. A struct is described by a short table of
 * its fields.
 */
import { GoDuration, GoTime, NO_FIELD, type GoObject } from '../api';
import { isMap } from '../api';

/**
 * Kind of a field: s string, n number, b bool, d duration, t time, l list, m map, any; `*` in
 * front is a pointer, `[]NAME` a list of structs, NAME a struct.
 */
export type Kind = string;
export interface Shape {
  readonly name: string;
  /** Go field to kind; the JSON name is the same. */
  readonly fields: Readonly<Record<string, Kind>>;
}
export type Shapes = Readonly<Record<string, Readonly<Record<string, Kind>>>>;

/** A nil pointer to a struct: any field of it is an error. */
class NilPointer implements GoObject {
  readonly isGoObject = true;
  readonly isNil = true;
  constructor(readonly goType: string) {}
  get(): unknown {
    return NO_FIELD;
  }
  toJson(): unknown {
    return null;
  }
  values(): readonly unknown[] {
    return [];
  }
}

/** A struct inside a struct, as printing shows it. */
class Embedded implements GoObject {
  readonly isGoObject = true;
  readonly goType = 'swarm.Annotations';
  constructor(private readonly list: readonly unknown[]) {}
  get(): unknown {
    return NO_FIELD;
  }
  toJson(): unknown {
    return null;
  }
  values(): readonly unknown[] {
    return this.list;
  }
}

/** A struct of the tables below with its data. */
export class TypedStruct implements GoObject {
  readonly isGoObject = true;
  constructor(
    private readonly shapes: Shapes,
    readonly goType: string,
    private readonly shape: string,
    private readonly data: Readonly<Record<string, unknown>>,
  ) {}

  get(name: string): unknown {
    const kind = this.shapes[this.shape]![name];
    return kind === undefined || !Object.hasOwn(this.shapes[this.shape]!, name)
      ? NO_FIELD
      : view(this.shapes, kind, this.data[name]);
  }
  toJson(): unknown {
    const json: Record<string, unknown> = {};
    for (const name of Object.keys(this.shapes[this.shape]!))
      if (this.data[name] !== undefined) json[name] = this.get(name);
    return json;
  }
  values(): readonly unknown[] {
    const names = Object.keys(this.shapes[this.shape]!);
    const values = names.map((name) => this.get(name));
    // Name and Labels are an embedded struct of their own (swarm.Annotations).
    const at = names.indexOf('Labels') - 1;
    if (at < 0 || names[at] !== 'Name') return values;
    values.splice(at, 2, new Embedded(values.slice(at, at + 2)));
    return values;
  }
}

const ZERO_TIME = '0001-01-01T00:00:00Z';

function view(shapes: Shapes, kind: Kind, value: unknown): unknown {
  if (kind.startsWith('*')) {
    const inner = kind.slice(1);
    if (value === undefined || value === null)
      return new NilPointer(shapes[inner] ? `*swarm.${inner}` : '*int');
    return view(shapes, inner, value);
  }
  if (kind.startsWith('[]')) {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    return list.map((item) => view(shapes, kind.slice(2), item));
  }
  switch (kind) {
    case 's':
      return value ?? '';
    case 'n':
      return value ?? 0;
    case 'b':
      return value ?? false;
    case 'd':
      return new GoDuration(typeof value === 'number' ? value : 0);
    case 't':
      return new GoTime(typeof value === 'string' ? value : ZERO_TIME);
    case 'l':
      return value ?? [];
    case 'm':
      return value ?? {};
    case 'any':
      return value;
    default: {
      const data = isMap(value) ? value : {};
      return new TypedStruct(shapes, `swarm.${kind}`, kind, data);
    }
  }
}

/** Go field names that differ from the JSON names. */
const GO_NAMES: Readonly<Record<string, string>> = {
  ID: 'Id',
  NanoCPUs: 'NanoCpus',
  CPUShares: 'CpuShares',
  CPUPeriod: 'CpuPeriod',
  CPUQuota: 'CpuQuota',
  CPURealtimePeriod: 'CpuRealtimePeriod',
  CPURealtimeRuntime: 'CpuRealtimeRuntime',
  CPUCount: 'CpuCount',
  CPUPercent: 'CpuPercent',
  DNS: 'Dns',
  DNSOptions: 'DnsOptions',
  DNSSearch: 'DnsSearch',
  HostIP: 'HostIp',
};
const JSON_ONLY = new Set(Object.values(GO_NAMES));

/** Fields whose objects are Go maps, not structs. */
const MAP_FIELDS = new Set([
  'Labels',
  'Ports',
  'Networks',
  'Options',
  'Volumes',
  'ExposedPorts',
  'Sysctls',
  'Tmpfs',
  'StorageOpt',
  'Data',
  'Containers',
  'Services',
  'PortBindings',
  'DriverOpts',
  'LogConfig.Config',
  'IndexConfigs',
  'Runtimes',
  'Attributes',
  'Status',
]);

/** Fields that these structs have also where the JSON leaves them out. */
const LEFT_OUT: Readonly<Record<string, unknown>> = Object.freeze({
  'types.State.Health': new NilPointer('*types.Health'),
  'types.Config.Healthcheck': new NilPointer('*container.HealthConfig'),
  'types.Config.StopSignal': '',
  'types.Config.StopTimeout': new NilPointer('*int'),
  'types.Config.Shell': [],
  'types.HostConfig.Init': new NilPointer('*bool'),
});

/**
 * A struct known only by its data (containers, images, networks, volumes): what is not in the
 * data is an error, after which `inspect` tries the raw JSON, as the real client does.
 */
export class LooseStruct implements GoObject {
  readonly isGoObject = true;
  constructor(
    readonly goType: string,
    private readonly data: Readonly<Record<string, unknown>>,
    private readonly times: readonly string[] = [],
  ) {}

  get(name: string): unknown {
    const key = GO_NAMES[name] !== undefined && !(name in this.data) ? GO_NAMES[name] : name;
    if (!Object.hasOwn(this.data, key)) {
      const full = `${this.goType}.${name}`;
      return Object.hasOwn(LEFT_OUT, full) ? LEFT_OUT[full] : NO_FIELD;
    }
    if (JSON_ONLY.has(name) && name === key) return NO_FIELD;
    const value = this.data[key];
    if (this.times.includes(name) && typeof value === 'string') return new GoTime(value);
    return this.wrap(name, value);
  }
  private wrap(name: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.wrap('', item));
    if (!isMap(value)) return value;
    if (MAP_FIELDS.has(name)) {
      const map: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value)) map[key] = this.wrap('', item);
      return map;
    }
    return new LooseStruct(`types.${name || 'Value'}`, value);
  }
  toJson(): unknown {
    const json: Record<string, unknown> = {};
    for (const key of Object.keys(this.data)) json[key] = this.wrap(key, this.data[key]);
    return json;
  }
  values(): readonly unknown[] {
    return Object.keys(this.data).map((key) => this.wrap(key, this.data[key]));
  }
}
