/** Flags of `docker` itself, before any command. */
import type { Flag } from './command';

/** `home` is where the help says the client's files are. */
export function globalFlags(home: string): readonly Flag[] {
  const directory = `${home}/.docker`;
  return [
    {
      name: 'config',
      type: 'string',
      help: `Location of client config files (default "${directory}")`,
      accepted: true,
    },
    {
      name: 'context',
      short: 'c',
      type: 'string',
      help:
        'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and ' +
        'default context set with "docker context use")',
    },
    { name: 'debug', short: 'D', type: 'bool', help: 'Enable debug mode', accepted: true },
    { name: 'host', short: 'H', type: 'list', help: 'Daemon socket(s) to connect to' },
    {
      name: 'log-level',
      short: 'l',
      type: 'string',
      help: 'Set the logging level ("debug"|"info"|"warn"|"error"|"fatal") (default "info")',
      accepted: true,
    },
    { name: 'tls', type: 'bool', help: 'Use TLS; implied by --tlsverify' },
    {
      name: 'tlscacert',
      type: 'string',
      help: `Trust certs signed only by this CA (default "${directory}/ca.pem")`,
    },
    {
      name: 'tlscert',
      type: 'string',
      help: `Path to TLS certificate file (default "${directory}/cert.pem")`,
    },
    {
      name: 'tlskey',
      type: 'string',
      help: `Path to TLS key file (default "${directory}/key.pem")`,
    },
    { name: 'tlsverify', type: 'bool', help: 'Use TLS and verify the remote' },
    { name: 'version', short: 'v', type: 'bool', help: 'Print version information and quit' },
  ];
}
