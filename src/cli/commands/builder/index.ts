/**
 * `docker builder`: declared, so that its help is right; BuildKit and its cache are not
 * simulated.
 */
import type { Command, Group } from '../../command';
import { exactly, noArgs } from '../../command';
import { notSimulated } from '../../errors';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('BuildKit and its cache');
}

const builderBuild: Command = {
  kind: 'command',
  name: 'build',
  usage: '[OPTIONS] PATH | URL | -',
  summary: 'Build an image from a Dockerfile',
  flags: [
    { name: 'add-host', type: 'list', help: 'Add a custom host-to-IP mapping (host:ip)' },
    { name: 'build-arg', type: 'list', help: 'Set build-time variables' },
    { name: 'cache-from', type: 'strings', help: 'Images to consider as cache sources' },
    { name: 'cgroup-parent', type: 'string', help: 'Optional parent cgroup for the container' },
    { name: 'compress', type: 'bool', help: 'Compress the build context using gzip' },
    {
      name: 'cpu-period',
      type: 'int',
      help: 'Limit the CPU CFS (Completely Fair Scheduler) period',
    },
    { name: 'cpu-quota', type: 'int', help: 'Limit the CPU CFS (Completely Fair Scheduler) quota' },
    { name: 'cpu-shares', short: 'c', type: 'int', help: 'CPU shares (relative weight)' },
    { name: 'cpuset-cpus', type: 'string', help: 'CPUs in which to allow execution (0-3, 0,1)' },
    { name: 'cpuset-mems', type: 'string', help: 'MEMs in which to allow execution (0-3, 0,1)' },
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image verification (default true)',
      preset: 'true',
    },
    {
      name: 'file',
      short: 'f',
      type: 'string',
      help: "Name of the Dockerfile (Default is 'PATH/Dockerfile')",
    },
    { name: 'force-rm', type: 'bool', help: 'Always remove intermediate containers' },
    { name: 'iidfile', type: 'string', help: 'Write the image ID to the file' },
    { name: 'isolation', type: 'string', help: 'Container isolation technology' },
    { name: 'label', type: 'list', help: 'Set metadata for an image' },
    { name: 'memory', short: 'm', type: 'bytes', help: 'Memory limit' },
    {
      name: 'memory-swap',
      type: 'bytes',
      help: "Swap limit equal to memory plus swap: '-1' to enable unlimited swap",
    },
    {
      name: 'network',
      type: 'string',
      help:
        'Set the networking mode for the RUN instructions during build (default ' + '"default")',
      preset: 'default',
    },
    { name: 'no-cache', type: 'bool', help: 'Do not use cache when building the image' },
    { name: 'pull', type: 'bool', help: 'Always attempt to pull a newer version of the image' },
    {
      name: 'quiet',
      short: 'q',
      type: 'bool',
      help: 'Suppress the build output and print image ID on success',
    },
    {
      name: 'rm',
      type: 'bool',
      help: 'Remove intermediate containers after a successful build (default true)',
      preset: 'true',
    },
    { name: 'security-opt', type: 'strings', help: 'Security options' },
    { name: 'shm-size', type: 'bytes', help: 'Size of /dev/shm' },
    {
      name: 'tag',
      short: 't',
      type: 'list',
      help: "Name and optionally a tag in the 'name:tag' format",
    },
    { name: 'target', type: 'string', help: 'Set the target build stage to build.' },
    { name: 'ulimit', type: 'ulimit', help: 'Ulimit options (default [])' },
  ],
  args: exactly(1),
  run: refuse,
};

const builderPrune: Command = {
  kind: 'command',
  name: 'prune',
  usage: '',
  summary: 'Remove build cache',
  flags: [
    {
      name: 'all',
      short: 'a',
      type: 'bool',
      help: 'Remove all unused build cache, not just dangling ones',
    },
    { name: 'filter', type: 'filter', help: "Provide filter values (e.g. 'until=24h')" },
    { name: 'force', short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
    { name: 'keep-storage', type: 'bytes', help: 'Amount of disk space to keep for cache' },
  ],
  args: noArgs,
  run: refuse,
};

export const builderGroup: Group = {
  kind: 'group',
  name: 'builder',
  summary: 'Manage builds',
  commands: [builderBuild, builderPrune],
};
