/**
 * What a compose file of version 3 may hold: docker/cli's JSON schemas (cli/compose/schema/data)
 * as a table. A type in front of the keys: o mapping, l list, s string, i integer, n number, b
 * boolean, z null.
 */

export interface Rule {
  /** JSON types, in the schema's order. */
  readonly types: readonly string[];
  readonly fields?: Readonly<Record<string, Rule>>;
  /** Of mappings whose keys are the user's, and of lists. */
  readonly items?: Rule;
  /** Exactly one of these fits. */
  readonly oneOf?: readonly Rule[];
  readonly required?: readonly string[];
  /** "duration", "ports": texts that Go can read as such. */
  readonly format?: 'duration' | 'ports';
  /** First version that has it: 33 is 3.3. */
  readonly since?: number;
}

const of = (...types: string[]): Rule => ({ types });
const S = of('string');
const I = of('integer');
const N = of('number');
const B = of('boolean');
const SI = of('string', 'number');
const any: Rule = { types: [] };
const list = (items: Rule): Rule => ({ types: ['array'], items });
const map = (items: Rule, ...more: string[]): Rule => ({ types: ['object', ...more], items });
const struct = (fields: Record<string, Rule>, ...more: string[]): Rule => ({
  types: ['object', ...more],
  fields,
});
const one = (...oneOf: Rule[]): Rule => ({ types: [], oneOf });
const since = (version: number, rule: Rule): Rule => ({ ...rule, since: version });

const LIST = list(S);
const STRING_OR_LIST = one(S, LIST);
const LIST_OR_DICT = one(map(of('string', 'number', 'null')), LIST);
const DURATION: Rule = { types: ['string'], format: 'duration' };

const updateConfig = struct({
  parallelism: I,
  delay: DURATION,
  failure_action: S,
  monitor: DURATION,
  max_failure_ratio: N,
  order: since(34, S),
});
const generic = list(struct({ discrete_resource_spec: struct({ kind: S, value: N }) }));
const deploy = struct(
  {
    mode: S,
    endpoint_mode: since(33, S),
    replicas: I,
    labels: LIST_OR_DICT,
    rollback_config: since(37, updateConfig),
    update_config: updateConfig,
    resources: struct({
      limits: struct({ cpus: SI, memory: S, pids: since(39, I) }),
      reservations: struct({ cpus: SI, memory: S, generic_resources: since(35, generic) }),
    }),
    restart_policy: struct({
      condition: S,
      delay: DURATION,
      max_attempts: I,
      window: DURATION,
    }),
    placement: struct({
      constraints: LIST,
      preferences: since(33, list(struct({ spread: S }))),
      max_replicas_per_node: since(38, I),
    }),
  },
  'null',
);
const ports: Rule = {
  types: ['array'],
  items: one(
    { types: ['number'], format: 'ports' },
    { types: ['string'], format: 'ports' },
    struct({ mode: S, target: I, published: I, protocol: S }),
  ),
};
const fileReference = list(one(S, struct({ source: S, target: S, uid: S, gid: S, mode: N })));
const volumes = list(
  one(S, {
    ...struct({
      type: S,
      source: S,
      target: S,
      read_only: B,
      consistency: S,
      bind: struct({ propagation: S }),
      volume: struct({ nocopy: B }),
      tmpfs: struct({ size: I }),
    }),
    required: ['type'],
  }),
);
const healthcheck = struct({
  disable: B,
  interval: DURATION,
  retries: N,
  test: one(S, LIST),
  timeout: DURATION,
  start_period: since(34, DURATION),
});
const build = one(S, map(any));
const attachment = struct({ aliases: LIST, ipv4_address: S, ipv6_address: S }, 'null');

const service = struct({
  build,
  cap_add: LIST,
  cap_drop: LIST,
  cgroupns_mode: since(38, S),
  cgroup_parent: S,
  command: STRING_OR_LIST,
  configs: since(33, fileReference),
  container_name: S,
  credential_spec: since(33, map(S)),
  depends_on: LIST,
  deploy,
  devices: LIST,
  dns: STRING_OR_LIST,
  dns_search: STRING_OR_LIST,
  domainname: S,
  entrypoint: STRING_OR_LIST,
  env_file: STRING_OR_LIST,
  environment: LIST_OR_DICT,
  expose: list(SI),
  external_links: LIST,
  extra_hosts: LIST_OR_DICT,
  healthcheck,
  hostname: S,
  image: S,
  init: since(37, B),
  ipc: S,
  isolation: since(35, S),
  labels: LIST_OR_DICT,
  links: LIST,
  logging: struct({ driver: S, options: map(of('string', 'number', 'null')) }),
  mac_address: S,
  network_mode: S,
  networks: one(LIST, map(attachment)),
  pid: of('string', 'null'),
  ports,
  privileged: B,
  read_only: B,
  restart: S,
  secrets: since(31, fileReference),
  security_opt: LIST,
  shm_size: SI,
  stdin_open: B,
  stop_grace_period: DURATION,
  stop_signal: S,
  sysctls: LIST_OR_DICT,
  tmpfs: STRING_OR_LIST,
  tty: B,
  ulimits: map(one(I, { ...struct({ hard: I, soft: I }), required: ['soft', 'hard'] })),
  user: S,
  userns_mode: S,
  volumes,
  working_dir: S,
});

const external = of('boolean', 'object');
const options = map(of('string', 'number'));
const network = struct(
  {
    name: since(35, S),
    driver: S,
    driver_opts: options,
    ipam: struct({
      driver: S,
      config: list(struct({ subnet: S })),
      options: since(38, map(S)),
    }),
    external,
    internal: B,
    attachable: since(32, B),
    labels: LIST_OR_DICT,
  },
  'null',
);
const volume = struct(
  { name: since(34, S), driver: S, driver_opts: options, external, labels: LIST_OR_DICT },
  'null',
);
const file = struct({
  name: since(35, S),
  file: S,
  external,
  labels: LIST_OR_DICT,
  driver: since(38, S),
  driver_opts: since(38, options),
  template_driver: since(38, S),
});

export const COMPOSE: Rule = struct({
  version: S,
  services: map(service),
  networks: map(network),
  volumes: map(volume),
  secrets: since(31, map(file)),
  configs: since(33, map(file)),
});
export const VERSIONS_MAX = 39;
