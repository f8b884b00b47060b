/** `docker plugin`: declared, so that its help is right; engine plugins are not simulated. */
import type { Command, Group } from '../../command';
import { atLeast, between, exactly, noArgs } from '../../command';
import { notSimulated } from '../../errors';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('engine plugins');
}

const pluginCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] PLUGIN PLUGIN-DATA-DIR',
  summary:
    'Create a plugin from a rootfs and configuration. Plugin data directory must ' +
    'contain config.json and rootfs directory.',
  flags: [{ name: 'compress', type: 'bool', help: 'Compress the context using gzip' }],
  args: exactly(2),
  run: refuse,
};

const pluginDisable: Command = {
  kind: 'command',
  name: 'disable',
  usage: '[OPTIONS] PLUGIN',
  summary: 'Disable a plugin',
  flags: [
    { name: 'force', short: 'f', type: 'bool', help: 'Force the disable of an active plugin' },
  ],
  args: exactly(1),
  run: refuse,
};

const pluginEnable: Command = {
  kind: 'command',
  name: 'enable',
  usage: '[OPTIONS] PLUGIN',
  summary: 'Enable a plugin',
  flags: [
    {
      name: 'timeout',
      type: 'int',
      help: 'HTTP client timeout (in seconds) (default 30)',
      preset: '30',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const pluginInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] PLUGIN [PLUGIN...]',
  summary: 'Display detailed information on one or more plugins',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
  ],
  args: atLeast(1),
  run: refuse,
};

const pluginInstall: Command = {
  kind: 'command',
  name: 'install',
  usage: '[OPTIONS] PLUGIN [KEY=VALUE...]',
  summary: 'Install a plugin',
  flags: [
    { name: 'alias', type: 'string', help: 'Local name for plugin' },
    { name: 'disable', type: 'bool', help: 'Do not enable the plugin on install' },
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image verification (default true)',
      preset: 'true',
    },
    {
      name: 'grant-all-permissions',
      type: 'bool',
      help: 'Grant all permissions necessary to run the plugin',
    },
  ],
  args: atLeast(1),
  run: refuse,
};

const pluginLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List plugins',
  aliases: ['list'],
  flags: [
    {
      name: 'filter',
      short: 'f',
      type: 'filter',
      help: "Provide filter values (e.g. 'enabled=true')",
    },
    { name: 'format', type: 'string', help: 'Pretty-print plugins using a Go template' },
    { name: 'no-trunc', type: 'bool', help: "Don't truncate output" },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only display plugin IDs' },
  ],
  args: noArgs,
  run: refuse,
};

const pluginPush: Command = {
  kind: 'command',
  name: 'push',
  usage: '[OPTIONS] PLUGIN[:TAG]',
  summary: 'Push a plugin to a registry',
  flags: [
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image signing (default true)',
      preset: 'true',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const pluginRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: '[OPTIONS] PLUGIN [PLUGIN...]',
  summary: 'Remove one or more plugins',
  aliases: ['remove'],
  flags: [
    { name: 'force', short: 'f', type: 'bool', help: 'Force the removal of an active plugin' },
  ],
  args: atLeast(1),
  run: refuse,
};

const pluginSet: Command = {
  kind: 'command',
  name: 'set',
  usage: 'PLUGIN KEY=VALUE [KEY=VALUE...]',
  summary: 'Change settings for a plugin',
  flags: [],
  args: atLeast(2),
  run: refuse,
};

const pluginUpgrade: Command = {
  kind: 'command',
  name: 'upgrade',
  usage: '[OPTIONS] PLUGIN [REMOTE]',
  summary: 'Upgrade an existing plugin',
  flags: [
    {
      name: 'disable-content-trust',
      type: 'bool',
      help: 'Skip image verification (default true)',
      preset: 'true',
    },
    {
      name: 'grant-all-permissions',
      type: 'bool',
      help: 'Grant all permissions necessary to run the plugin',
    },
    {
      name: 'skip-remote-check',
      type: 'bool',
      help: 'Do not check if specified remote plugin matches existing plugin image',
    },
  ],
  args: between(1, 2),
  run: refuse,
};

export const pluginGroup: Group = {
  kind: 'group',
  name: 'plugin',
  summary: 'Manage plugins',
  commands: [
    pluginCreate,
    pluginDisable,
    pluginEnable,
    pluginInspect,
    pluginInstall,
    pluginLs,
    pluginPush,
    pluginRm,
    pluginSet,
    pluginUpgrade,
  ],
};
