/** `/docker-entrypoint.sh` of the newer nginx images: what it says, then the command itself. */
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';

const NAME = '/docker-entrypoint.sh';

export function* nginxEntrypoint(start: ProcessStart): Sys<number> {
  // Run as a script, the interpreter line puts the script's path first.
  const args = start.argv.slice(1);
  const command = args[0] ?? '';
  if (command === 'nginx' || command === 'nginx-debug') {
    const part = (text: string) => `${NAME}: ${text}\n`;
    const ipv6 = '10-listen-on-ipv6-by-default.sh: info:';
    yield* sys.write(
      1,
      part('/docker-entrypoint.d/ is not empty, will attempt to perform configuration') +
        part('Looking for shell scripts in /docker-entrypoint.d/') +
        part('Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh') +
        `${ipv6} Getting the checksum of /etc/nginx/conf.d/default.conf\n` +
        `${ipv6} Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n` +
        part('Sourcing /docker-entrypoint.d/15-local-resolvers.envsh') +
        part('Launching /docker-entrypoint.d/20-envsubst-on-templates.sh') +
        part('Launching /docker-entrypoint.d/30-tune-worker-processes.sh') +
        part('Configuration complete; ready for start up'),
    );
  }
  const path = yield* which(command, start.env['PATH'] ?? '');
  if (path === undefined) {
    yield* sys.write(2, `${NAME}: exec: line 47: ${command}: not found\n`);
    return 127;
  }
  return yield* sys.exec(path, args, start.env);
}

function* which(command: string, path: string): Sys<string | undefined> {
  if (command.includes('/')) return command;
  for (const folder of path.split(':')) {
    try {
      const full = `${folder}/${command}`;
      yield* sys.access(full, { execute: true });
      return full;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  return undefined;
}

/** One of /docker-entrypoint.d: run by hand it has nothing to do. */
// oxlint-disable-next-line require-yield
export function* nginxEntrypointPart(): Sys<number> {
  return 0;
}
