/** `docker port`. */
import { compareText } from '../../../api';
import type { Command } from '../../command';
import { between } from '../../command';
import { get } from '../../client';
import { CliError } from '../../errors';
import { out } from '../../invocation';

type Bindings = Record<string, { HostIp: string; HostPort: string }[] | null>;

export const containerPort: Command = {
  kind: 'command',
  name: 'port',
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  summary: 'List port mappings or a specific mapping for the container',
  flags: [],
  args: between(1, 2),
  completes: ['container', 'none'],
  *run({ name, args }) {
    const container = yield* get<{ NetworkSettings: { Ports: Bindings } }>(
      `/containers/${name}/json`,
      { missing: ['container', name] },
    );
    const ports = container.NetworkSettings.Ports ?? {};
    const wanted = args[1];
    if (wanted === undefined) {
      const lines = Object.keys(ports)
        .sort(compareText)
        .flatMap((port) =>
          (ports[port] ?? []).map((item) => `${port} -> ${item.HostIp}:${item.HostPort}\n`),
        );
      yield* out(lines.join(''));
      return;
    }
    const [number = '', protocol = 'tcp'] = wanted.split('/');
    if (!/^\d+$/.test(number) || Number(number) > 65535)
      throw new CliError(`Invalid containerPort: ${number}`);
    const bindings = ports[`${number}/${protocol}`];
    if (!bindings)
      throw new CliError(`Error: No public port '${number}/${protocol}' published for ${name}`);
    yield* out(bindings.map((item) => `${item.HostIp}:${item.HostPort}\n`).join(''));
  },
};
