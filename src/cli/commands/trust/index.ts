/** `docker trust`: declared, so that its help is right; content trust are not simulated. */
import type { Command, Group } from '../../command';
import { atLeast, exactly } from '../../command';
import { notSimulated } from '../../errors';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('content trust');
}

const trustKeyGenerate: Command = {
  kind: 'command',
  name: 'generate',
  usage: 'NAME',
  summary: 'Generate and load a signing key-pair',
  flags: [
    {
      name: 'dir',
      type: 'string',
      help: 'Directory to generate key in, defaults to current directory',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const trustKeyLoad: Command = {
  kind: 'command',
  name: 'load',
  usage: '[OPTIONS] KEYFILE',
  summary: 'Load a private key file for signing',
  flags: [
    {
      name: 'name',
      type: 'string',
      help: 'Name for the loaded key (default "signer")',
      preset: 'signer',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const trustKeyGroup: Group = {
  kind: 'group',
  name: 'key',
  summary: 'Manage keys for signing Docker images',
  commands: [trustKeyGenerate, trustKeyLoad],
};

const trustSignerAdd: Command = {
  kind: 'command',
  name: 'add',
  usage: 'OPTIONS NAME REPOSITORY [REPOSITORY...] ',
  summary: 'Add a signer',
  flags: [{ name: 'key', type: 'list', help: "Path to the signer's public key file" }],
  args: atLeast(3),
  run: refuse,
};

const trustSignerRemove: Command = {
  kind: 'command',
  name: 'remove',
  usage: '[OPTIONS] NAME REPOSITORY [REPOSITORY...]',
  summary: 'Remove a signer',
  flags: [
    {
      name: 'force',
      short: 'f',
      type: 'bool',
      help: 'Do not prompt for confirmation before removing the most recent signer',
    },
  ],
  args: atLeast(2),
  run: refuse,
};

const trustSignerGroup: Group = {
  kind: 'group',
  name: 'signer',
  summary: 'Manage entities who can sign Docker images',
  commands: [trustSignerAdd, trustSignerRemove],
};

const trustInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: 'IMAGE[:TAG] [IMAGE[:TAG]...]',
  summary: 'Return low-level information about keys and signatures',
  flags: [
    { name: 'pretty', type: 'bool', help: 'Print the information in a human friendly format' },
  ],
  args: atLeast(1),
  run: refuse,
};

const trustRevoke: Command = {
  kind: 'command',
  name: 'revoke',
  usage: '[OPTIONS] IMAGE[:TAG]',
  summary: 'Remove trust for an image',
  flags: [{ name: 'yes', short: 'y', type: 'bool', help: 'Do not prompt for confirmation' }],
  args: exactly(1),
  run: refuse,
};

const trustSign: Command = {
  kind: 'command',
  name: 'sign',
  usage: 'IMAGE:TAG',
  summary: 'Sign an image',
  flags: [{ name: 'local', type: 'bool', help: 'Sign a locally tagged image' }],
  args: exactly(1),
  run: refuse,
};

export const trustGroup: Group = {
  kind: 'group',
  name: 'trust',
  summary: 'Manage trust on Docker images',
  commands: [trustKeyGroup, trustSignerGroup, trustInspect, trustRevoke, trustSign],
};
