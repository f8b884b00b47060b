/** `docker context`: there is one, the engine of this machine; others are not simulated. */
import type { Command, Group } from '../../command';
import { anyArgs, atLeast, between, exactly, noArgs } from '../../command';
import { notSimulated } from '../../errors';
import { out } from '../../invocation';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('contexts other than "default"');
}

const contextCreate: Command = {
  kind: 'command',
  name: 'create',
  usage: '[OPTIONS] CONTEXT',
  summary: 'Create a context',
  long:
    'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\n' +
    "from                Copy named context's Docker endpoint configuration\n" +
    'host                Docker endpoint on which to connect\nca                  ' +
    'Trust certs signed only by this CA\ncert                Path to TLS ' +
    'certificate file\nkey                 Path to TLS key file\nskip-tls-verify     ' +
    'Skip TLS certificate validation\n\nKubernetes endpoint config:\n\n' +
    "NAME                 DESCRIPTION\nfrom                 Copy named context's " +
    'Kubernetes endpoint configuration\nconfig-file          Path to a Kubernetes ' +
    'config file\ncontext-override     Overrides the context set in the kubernetes ' +
    'config file\nnamespace-override   Overrides the namespace set in the ' +
    'kubernetes config file\n\nExample:\n\n$ docker context create my-context ' +
    '--description "some description" --docker ' +
    '"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  flags: [
    {
      name: 'default-stack-orchestrator',
      type: 'string',
      help:
        'Default orchestrator for stack operations to use with this context ' +
        '(swarm|kubernetes|all)',
    },
    { name: 'description', type: 'string', help: 'Description of the context' },
    { name: 'docker', type: 'stringToString', help: 'set the docker endpoint (default [])' },
    { name: 'from', type: 'string', help: 'create context from a named context' },
    {
      name: 'kubernetes',
      type: 'stringToString',
      help: 'set the kubernetes endpoint (default [])',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const contextExport: Command = {
  kind: 'command',
  name: 'export',
  usage: '[OPTIONS] CONTEXT [FILE|-]',
  summary: 'Export a context to a tar or kubeconfig file',
  flags: [{ name: 'kubeconfig', type: 'bool', help: 'Export as a kubeconfig file' }],
  args: between(1, 2),
  run: refuse,
};

const contextImport: Command = {
  kind: 'command',
  name: 'import',
  usage: 'CONTEXT FILE|-',
  summary: 'Import a context from a tar or zip file',
  flags: [],
  args: exactly(2),
  run: refuse,
};

const contextInspect: Command = {
  kind: 'command',
  name: 'inspect',
  usage: '[OPTIONS] [CONTEXT] [CONTEXT...]',
  summary: 'Display detailed information on one or more contexts',
  flags: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      help: 'Format the output using the given Go template',
    },
  ],
  args: anyArgs,
  run: refuse,
};

const contextLs: Command = {
  kind: 'command',
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'List contexts',
  aliases: ['list'],
  flags: [
    { name: 'format', type: 'string', help: 'Pretty-print contexts using a Go template' },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Only show context names' },
  ],
  args: noArgs,
  *run() {
    yield* out(
      'NAME        DESCRIPTION                               DOCKER ENDPOINT               ' +
        'KUBERNETES ENDPOINT   ORCHESTRATOR\n' +
        'default *   Current DOCKER_HOST based configuration   unix:///var/run/docker.sock   ' +
        '                      swarm\n',
    );
  },
};

const contextRm: Command = {
  kind: 'command',
  name: 'rm',
  usage: 'CONTEXT [CONTEXT...]',
  summary: 'Remove one or more contexts',
  aliases: ['remove'],
  flags: [
    { name: 'force', short: 'f', type: 'bool', help: 'Force the removal of a context in use' },
  ],
  args: atLeast(1),
  run: refuse,
};

const contextUpdate: Command = {
  kind: 'command',
  name: 'update',
  usage: '[OPTIONS] CONTEXT',
  summary: 'Update a context',
  long:
    'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\n' +
    "from                Copy named context's Docker endpoint configuration\n" +
    'host                Docker endpoint on which to connect\nca                  ' +
    'Trust certs signed only by this CA\ncert                Path to TLS ' +
    'certificate file\nkey                 Path to TLS key file\nskip-tls-verify     ' +
    'Skip TLS certificate validation\n\nKubernetes endpoint config:\n\n' +
    "NAME                 DESCRIPTION\nfrom                 Copy named context's " +
    'Kubernetes endpoint configuration\nconfig-file          Path to a Kubernetes ' +
    'config file\ncontext-override     Overrides the context set in the kubernetes ' +
    'config file\nnamespace-override   Overrides the namespace set in the ' +
    'kubernetes config file\n\nExample:\n\n$ docker context update my-context ' +
    '--description "some description" --docker ' +
    '"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  flags: [
    {
      name: 'default-stack-orchestrator',
      type: 'string',
      help:
        'Default orchestrator for stack operations to use with this context ' +
        '(swarm|kubernetes|all)',
    },
    { name: 'description', type: 'string', help: 'Description of the context' },
    { name: 'docker', type: 'stringToString', help: 'set the docker endpoint (default [])' },
    {
      name: 'kubernetes',
      type: 'stringToString',
      help: 'set the kubernetes endpoint (default [])',
    },
  ],
  args: exactly(1),
  run: refuse,
};

const contextUse: Command = {
  kind: 'command',
  name: 'use',
  usage: 'CONTEXT',
  summary: 'Set the current docker context',
  flags: [],
  args: exactly(1),
  run: refuse,
};

export const contextGroup: Group = {
  kind: 'group',
  name: 'context',
  summary: 'Manage contexts',
  commands: [
    contextCreate,
    contextExport,
    contextImport,
    contextInspect,
    contextLs,
    contextRm,
    contextUpdate,
    contextUse,
  ],
};
