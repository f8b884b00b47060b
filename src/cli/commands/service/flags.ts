/**
 * The flags of `service create` and `service update`, each written once; apply.ts says what
 * they change.
 */
import type { Flag } from '../../command';

/** On both commands, with the same meaning. */
const SHARED: readonly Flag[] = [
  { name: 'cap-add', type: 'list', help: 'Add Linux capabilities' },
  { name: 'cap-drop', type: 'list', help: 'Drop Linux capabilities' },
  {
    name: 'credential-spec',
    type: 'credential-spec',
    help: 'Credential spec for managed service account (Windows only)',
  },
  {
    name: 'detach',
    short: 'd',
    type: 'bool',
    help: 'Exit immediately instead of waiting for the service to converge',
  },
  { name: 'entrypoint', type: 'command', help: 'Overwrite the default ENTRYPOINT of the image' },
  { name: 'health-cmd', type: 'string', help: 'Command to run to check health' },
  { name: 'health-interval', type: 'duration', help: 'Time between running the check (ms|s|m|h)' },
  { name: 'health-retries', type: 'int', help: 'Consecutive failures needed to report unhealthy' },
  {
    name: 'health-start-period',
    type: 'duration',
    help:
      'Start period for the container to initialize before counting retries towards ' +
      'unstable (ms|s|m|h)',
  },
  {
    name: 'health-timeout',
    type: 'duration',
    help: 'Maximum time to allow one check to run (ms|s|m|h)',
  },
  { name: 'hostname', type: 'string', help: 'Container hostname' },
  {
    name: 'init',
    type: 'bool',
    help: 'Use an init inside each service container to forward signals and reap ' + 'processes',
  },
  { name: 'isolation', type: 'string', help: 'Service container isolation mode' },
  { name: 'limit-cpu', type: 'decimal', help: 'Limit CPUs' },
  { name: 'limit-memory', type: 'bytes', help: 'Limit Memory' },
  {
    name: 'limit-pids',
    type: 'int',
    help: 'Limit maximum number of processes (default 0 = unlimited)',
  },
  { name: 'log-driver', type: 'string', help: 'Logging driver for service' },
  { name: 'log-opt', type: 'list', help: 'Logging driver options' },
  {
    name: 'max-concurrent',
    type: 'uint',
    help: 'Number of job tasks to run concurrently (default equal to --replicas)',
  },
  { name: 'no-healthcheck', type: 'bool', help: 'Disable any container-specified HEALTHCHECK' },
  {
    name: 'no-resolve-image',
    type: 'bool',
    help: 'Do not query the registry to resolve image digest and supported platforms',
  },
  { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress progress output' },
  { name: 'read-only', type: 'bool', help: "Mount the container's root filesystem as read only" },
  { name: 'replicas', type: 'uint', help: 'Number of tasks' },
  {
    name: 'replicas-max-per-node',
    type: 'uint',
    help: 'Maximum number of tasks per node (default 0 = unlimited)',
  },
  { name: 'reserve-cpu', type: 'decimal', help: 'Reserve CPUs' },
  { name: 'reserve-memory', type: 'bytes', help: 'Reserve Memory' },
  {
    name: 'restart-max-attempts',
    type: 'uint',
    help: 'Maximum number of restarts before giving up',
  },
  {
    name: 'restart-window',
    type: 'duration',
    help: 'Window used to evaluate the restart policy (ns|us|ms|s|m|h)',
  },
  { name: 'stop-signal', type: 'string', help: 'Signal to stop the container' },
  { name: 'tty', short: 't', type: 'bool', help: 'Allocate a pseudo-TTY' },
  {
    name: 'user',
    short: 'u',
    type: 'string',
    help: 'Username or UID (format: <name|uid>[:<group|gid>])',
  },
  {
    name: 'with-registry-auth',
    type: 'bool',
    help: 'Send registry authentication details to swarm agents',
  },
  { name: 'workdir', short: 'w', type: 'string', help: 'Working directory inside the container' },
];

export const CREATE_FLAGS: readonly Flag[] = [
  ...SHARED,
  { name: 'config', type: 'config', help: 'Specify configurations to expose to the service' },
  { name: 'constraint', type: 'list', help: 'Placement constraints' },
  { name: 'container-label', check: 'label', type: 'list', help: 'Container labels' },
  { name: 'dns', check: 'ip', type: 'list', help: 'Set custom DNS servers' },
  { name: 'dns-option', type: 'list', help: 'Set DNS options' },
  { name: 'dns-search', check: 'dns-search', type: 'list', help: 'Set custom DNS search domains' },
  {
    name: 'endpoint-mode',
    type: 'string',
    help: 'Endpoint mode (vip or dnsrr) (default "vip")',
    preset: 'vip',
  },
  { name: 'env', check: 'env', short: 'e', type: 'list', help: 'Set environment variables' },
  { name: 'env-file', type: 'list', help: 'Read in a file of environment variables' },
  { name: 'generic-resource', type: 'list', help: 'User defined resources' },
  {
    name: 'group',
    type: 'list',
    help: 'Set one or more supplementary user groups for the container',
  },
  {
    name: 'host',
    check: 'extra-host',
    type: 'list',
    help: 'Set one or more custom host-to-IP mappings (host:ip)',
  },
  { name: 'label', check: 'label', short: 'l', type: 'list', help: 'Service labels' },
  {
    name: 'mode',
    type: 'string',
    help:
      'Service mode (replicated, global, replicated-job, or global-job) (default ' +
      '"replicated")',
    preset: 'replicated',
  },
  { name: 'mount', type: 'mount', help: 'Attach a filesystem mount to the service' },
  { name: 'name', type: 'string', help: 'Service name' },
  { name: 'network', type: 'network', help: 'Network attachments' },
  { name: 'placement-pref', type: 'pref', help: 'Add a placement preference' },
  { name: 'publish', short: 'p', type: 'port', help: 'Publish a port as a node port' },
  {
    name: 'restart-condition',
    type: 'string',
    help: 'Restart when condition is met ("none"|"on-failure"|"any") (default "any")',
    preset: 'any',
  },
  {
    name: 'restart-delay',
    type: 'duration',
    help: 'Delay between restart attempts (ns|us|ms|s|m|h) (default 5s)',
    preset: '5s',
  },
  {
    name: 'rollback-delay',
    type: 'duration',
    help: 'Delay between task rollbacks (ns|us|ms|s|m|h) (default 0s)',
  },
  {
    name: 'rollback-failure-action',
    type: 'string',
    help: 'Action on rollback failure ("pause"|"continue") (default "pause")',
    preset: 'pause',
  },
  {
    name: 'rollback-max-failure-ratio',
    type: 'float',
    help: 'Failure rate to tolerate during a rollback (default 0)',
  },
  {
    name: 'rollback-monitor',
    type: 'duration',
    help:
      'Duration after each task rollback to monitor for failure (ns|us|ms|s|m|h) ' + '(default 5s)',
    preset: '5s',
  },
  {
    name: 'rollback-order',
    type: 'string',
    help: 'Rollback order ("start-first"|"stop-first") (default "stop-first")',
    preset: 'stop-first',
  },
  {
    name: 'rollback-parallelism',
    type: 'uint',
    help:
      'Maximum number of tasks rolled back simultaneously (0 to roll back all at ' +
      'once) (default 1)',
    preset: '1',
  },
  { name: 'secret', type: 'secret', help: 'Specify secrets to expose to the service' },
  {
    name: 'stop-grace-period',
    type: 'duration',
    help: 'Time to wait before force killing a container (ns|us|ms|s|m|h) (default 10s)',
    preset: '10s',
  },
  { name: 'sysctl', type: 'list', help: 'Sysctl options' },
  { name: 'ulimit', type: 'ulimit', help: 'Ulimit options (default [])' },
  {
    name: 'update-delay',
    type: 'duration',
    help: 'Delay between updates (ns|us|ms|s|m|h) (default 0s)',
  },
  {
    name: 'update-failure-action',
    type: 'string',
    help: 'Action on update failure ("pause"|"continue"|"rollback") (default "pause")',
    preset: 'pause',
  },
  {
    name: 'update-max-failure-ratio',
    type: 'float',
    help: 'Failure rate to tolerate during an update (default 0)',
  },
  {
    name: 'update-monitor',
    type: 'duration',
    help:
      'Duration after each task update to monitor for failure (ns|us|ms|s|m|h) ' + '(default 5s)',
    preset: '5s',
  },
  {
    name: 'update-order',
    type: 'string',
    help: 'Update order ("start-first"|"stop-first") (default "stop-first")',
    preset: 'stop-first',
  },
  {
    name: 'update-parallelism',
    type: 'uint',
    help:
      'Maximum number of tasks updated simultaneously (0 to update all at once) ' + '(default 1)',
    preset: '1',
  },
];

export const UPDATE_FLAGS: readonly Flag[] = [
  ...SHARED,
  { name: 'args', type: 'command', help: 'Service command args' },
  { name: 'config-add', type: 'config', help: 'Add or update a config file on a service' },
  { name: 'config-rm', type: 'list', help: 'Remove a configuration file' },
  { name: 'constraint-add', type: 'list', help: 'Add or update a placement constraint' },
  { name: 'constraint-rm', type: 'list', help: 'Remove a constraint' },
  {
    name: 'container-label-add',
    check: 'label',
    type: 'list',
    help: 'Add or update a container label',
  },
  { name: 'container-label-rm', type: 'list', help: 'Remove a container label by its key' },
  { name: 'dns-add', check: 'ip', type: 'list', help: 'Add or update a custom DNS server' },
  { name: 'dns-option-add', type: 'list', help: 'Add or update a DNS option' },
  { name: 'dns-option-rm', type: 'list', help: 'Remove a DNS option' },
  { name: 'dns-rm', type: 'list', help: 'Remove a custom DNS server' },
  { name: 'dns-search-add', type: 'list', help: 'Add or update a custom DNS search domain' },
  { name: 'dns-search-rm', type: 'list', help: 'Remove a DNS search domain' },
  { name: 'endpoint-mode', type: 'string', help: 'Endpoint mode (vip or dnsrr)' },
  { name: 'env-add', check: 'env', type: 'list', help: 'Add or update an environment variable' },
  { name: 'env-rm', type: 'list', help: 'Remove an environment variable' },
  { name: 'force', type: 'bool', help: 'Force update even if no changes require it' },
  { name: 'generic-resource-add', type: 'list', help: 'Add a Generic resource' },
  { name: 'generic-resource-rm', type: 'list', help: 'Remove a Generic resource' },
  {
    name: 'group-add',
    type: 'list',
    help: 'Add an additional supplementary user group to the container',
  },
  {
    name: 'group-rm',
    type: 'list',
    help: 'Remove a previously added supplementary user group from the container',
  },
  {
    name: 'host-add',
    check: 'extra-host',
    type: 'list',
    help: 'Add a custom host-to-IP mapping (host:ip)',
  },
  { name: 'host-rm', type: 'list', help: 'Remove a custom host-to-IP mapping (host:ip)' },
  { name: 'image', type: 'string', help: 'Service image tag' },
  { name: 'label-add', check: 'label', type: 'list', help: 'Add or update a service label' },
  { name: 'label-rm', type: 'list', help: 'Remove a label by its key' },
  { name: 'mount-add', type: 'mount', help: 'Add or update a mount on a service' },
  { name: 'mount-rm', type: 'list', help: 'Remove a mount by its target path' },
  { name: 'network-add', type: 'network', help: 'Add a network' },
  { name: 'network-rm', type: 'list', help: 'Remove a network' },
  { name: 'placement-pref-add', type: 'pref', help: 'Add a placement preference' },
  { name: 'placement-pref-rm', type: 'pref', help: 'Remove a placement preference' },
  { name: 'publish-add', type: 'port', help: 'Add or update a published port' },
  { name: 'publish-rm', type: 'port', help: 'Remove a published port by its target port' },
  {
    name: 'restart-condition',
    type: 'string',
    help: 'Restart when condition is met ("none"|"on-failure"|"any")',
  },
  {
    name: 'restart-delay',
    type: 'duration',
    help: 'Delay between restart attempts (ns|us|ms|s|m|h)',
  },
  { name: 'rollback', type: 'bool', help: 'Rollback to previous specification' },
  {
    name: 'rollback-delay',
    type: 'duration',
    help: 'Delay between task rollbacks (ns|us|ms|s|m|h)',
  },
  {
    name: 'rollback-failure-action',
    type: 'string',
    help: 'Action on rollback failure ("pause"|"continue")',
  },
  {
    name: 'rollback-max-failure-ratio',
    type: 'float',
    help: 'Failure rate to tolerate during a rollback',
  },
  {
    name: 'rollback-monitor',
    type: 'duration',
    help: 'Duration after each task rollback to monitor for failure (ns|us|ms|s|m|h)',
  },
  { name: 'rollback-order', type: 'string', help: 'Rollback order ("start-first"|"stop-first")' },
  {
    name: 'rollback-parallelism',
    type: 'uint',
    help: 'Maximum number of tasks rolled back simultaneously (0 to roll back all at ' + 'once)',
  },
  { name: 'secret-add', type: 'secret', help: 'Add or update a secret on a service' },
  { name: 'secret-rm', type: 'list', help: 'Remove a secret' },
  {
    name: 'stop-grace-period',
    type: 'duration',
    help: 'Time to wait before force killing a container (ns|us|ms|s|m|h)',
  },
  { name: 'sysctl-add', type: 'list', help: 'Add or update a Sysctl option' },
  { name: 'sysctl-rm', type: 'list', help: 'Remove a Sysctl option' },
  { name: 'ulimit-add', type: 'ulimit', help: 'Add or update a ulimit option (default [])' },
  { name: 'ulimit-rm', type: 'list', help: 'Remove a ulimit option' },
  { name: 'update-delay', type: 'duration', help: 'Delay between updates (ns|us|ms|s|m|h)' },
  {
    name: 'update-failure-action',
    type: 'string',
    help: 'Action on update failure ("pause"|"continue"|"rollback")',
  },
  {
    name: 'update-max-failure-ratio',
    type: 'float',
    help: 'Failure rate to tolerate during an update',
  },
  {
    name: 'update-monitor',
    type: 'duration',
    help: 'Duration after each task update to monitor for failure (ns|us|ms|s|m|h)',
  },
  { name: 'update-order', type: 'string', help: 'Update order ("start-first"|"stop-first")' },
  {
    name: 'update-parallelism',
    type: 'uint',
    help: 'Maximum number of tasks updated simultaneously (0 to update all at once)',
  },
];
