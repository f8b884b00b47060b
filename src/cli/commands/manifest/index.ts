/** `docker manifest`: declared, so that its help is right; manifest lists are not simulated. */
import type { Command, Group } from '../../command';
import { atLeast, between, exactly } from '../../command';
import { notSimulated } from '../../errors';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('manifest lists');
}

const manifestAnnotate: Command = {
  kind: 'command',
  name: 'annotate',
  usage: '[OPTIONS] MANIFEST_LIST MANIFEST',
  summary: 'Add additional information to a local image manifest',
  long:
    'Add additional information to a local image manifest\n\nEXPERIMENTAL:\n  docker ' +
    'manifest annotate is an experimental feature.\n  Experimental features provide ' +
    'early access to product functionality. These\n  features may change between ' +
    'releases without warning, or can be removed from a\n  future release. Learn ' +
    'more about experimental features in our documentation:\n  ' +
    'https://docs.docker.com/go/experimental/',
  flags: [
    { name: 'arch', type: 'string', help: 'Set architecture' },
    { name: 'os', type: 'string', help: 'Set operating system' },
    { name: 'os-features', type: 'strings', help: 'Set operating system feature' },
    { name: 'os-version', type: 'string', help: 'Set operating system version' },
    { name: 'variant', type: 'string', help: 'Set architecture variant' },
  ],
  args: exactly(2),
  run: refuse,
};

const manifestCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
  summary: 'Create a local manifest list for annotating and pushing to a registry',
  long:
    'Create a local manifest list for annotating and pushing to a registry\n\n' +
    'EXPERIMENTAL:\n  docker manifest create is an experimental feature.\n  ' +
    'Experimental features provide early access to product functionality. These\n  ' +
    'features may change between releases without warning, or can be removed from ' +
    'a\n  future release. Learn more about experimental features in our ' +
    'documentation:\n  https://docs.docker.com/go/experimental/',
  flags: [
    { name: 'amend', short: 'a', type: 'bool', help: 'Amend an existing manifest list' },
    { name: 'insecure', type: 'bool', help: 'Allow communication with an insecure registry' },
  ],
  args: atLeast(2),
  run: refuse,
};

const manifestInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
  summary: 'Display an image manifest, or manifest list',
  long:
    'Display an image manifest, or manifest list\n\nEXPERIMENTAL:\n  docker manifest ' +
    'inspect is an experimental feature.\n  Experimental features provide early ' +
    'access to product functionality. These\n  features may change between releases ' +
    'without warning, or can be removed from a\n  future release. Learn more about ' +
    'experimental features in our documentation:\n  ' +
    'https://docs.docker.com/go/experimental/',
  flags: [
    { name: 'insecure', type: 'bool', help: 'Allow communication with an insecure registry' },
    {
      name: 'verbose',
      short: 'v',
      type: 'bool',
      help: 'Output additional info including layers and platform',
    },
  ],
  args: between(1, 2),
  run: refuse,
};

const manifestPush: Command = {
  kind: 'command',
  name: 'push',
  usage: '[OPTIONS] MANIFEST_LIST',
  summary: 'Push a manifest list to a repository',
  long:
    'Push a manifest list to a repository\n\nEXPERIMENTAL:\n  docker manifest push is ' +
    'an experimental feature.\n  Experimental features provide early access to ' +
    'product functionality. These\n  features may change between releases without ' +
    'warning, or can be removed from a\n  future release. Learn more about ' +
    'experimental features in our documentation:\n  ' +
    'https://docs.docker.com/go/experimental/',
  flags: [
    { name: 'insecure', type: 'bool', help: 'Allow push to an insecure registry' },
    { name: 'purge', short: 'p', type: 'bool', help: 'Remove the local manifest list after push' },
  ],
  args: exactly(1),
  run: refuse,
};

const manifestRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'MANIFEST_LIST [MANIFEST_LIST...]',
  summary: 'Delete one or more manifest lists from local storage',
  long:
    'Delete one or more manifest lists from local storage\n\nEXPERIMENTAL:\n  docker ' +
    'manifest rm is an experimental feature.\n  Experimental features provide early ' +
    'access to product functionality. These\n  features may change between releases ' +
    'without warning, or can be removed from a\n  future release. Learn more about ' +
    'experimental features in our documentation:\n  ' +
    'https://docs.docker.com/go/experimental/',
  flags: [],
  args: atLeast(1),
  run: refuse,
};

export const manifestGroup: Group = {
  kind: 'group',
  name: 'manifest',
  summary: 'Manage Docker image manifests and manifest lists',
  long:
    'The **docker manifest** command has subcommands for managing image manifests ' +
    'and\nmanifest lists. A manifest list allows you to use one name to refer to ' +
    'the same image\nbuilt for multiple architectures.\n\nTo see help for a ' +
    'subcommand, use:\n\n    docker manifest CMD --help\n\nFor full details on using ' +
    'docker manifest lists, see the registry v2 specification.\n\nEXPERIMENTAL:\n  ' +
    'docker manifest is an experimental feature.\n  Experimental features provide ' +
    'early access to product functionality. These\n  features may change between ' +
    'releases without warning, or can be removed from a\n  future release. Learn ' +
    'more about experimental features in our documentation:\n  ' +
    'https://docs.docker.com/go/experimental/',
  commands: [manifestAnnotate, manifestCreate, manifestInspect, manifestPush, manifestRm],
};
