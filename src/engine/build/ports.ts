/** EXPOSE's words (docker/go-connections `nat.ParsePortSpecs`): the container's ports they name. */
import { BuildFailure } from './failure';

const PROTOCOLS = ['tcp', 'udp', 'sctp'];

export function parsePortSpecs(specs: readonly string[]): string[] {
  return specs.flatMap(parsePortSpec);
}

function parsePortSpec(spec: string): string[] {
  const parts = spec.split(':');
  const host = parts.at(-2) ?? '';
  const ip = parts
    .slice(0, -2)
    .join(':')
    .replace(/^\[(.*)\]$/, '$1');
  const [port, protocol] = splitProtocol(parts.at(-1)!);
  if (ip !== '' && !/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)$/.test(ip))
    throw new BuildFailure(`Invalid ip address: ${ip}`);
  if (port === '') throw new BuildFailure(`No port specified: ${spec}<empty>`);
  const range = parseRange(port);
  if (!range) throw new BuildFailure(`Invalid containerPort: ${port}`);
  const hostRange = host === '' ? undefined : parseRange(host);
  if (host !== '' && !hostRange) throw new BuildFailure(`Invalid hostPort: ${host}`);
  const [start, end] = range;
  if (hostRange && end - start !== hostRange[1] - hostRange[0] && end !== start) {
    const where = 'container and host Ports';
    throw new BuildFailure(`Invalid ranges specified for ${where}: ${port} and ${host}`);
  }
  const name = protocol.toLowerCase();
  if (!PROTOCOLS.includes(name)) throw new BuildFailure(`Invalid proto: ${protocol}`);
  return Array.from({ length: end - start + 1 }, (_, i) => `${start + i}/${name}`);
}

function splitProtocol(text: string): [string, string] {
  const [port = '', protocol] = text.split('/');
  if (text === '' || port === '') return ['', ''];
  return [port, protocol === undefined || protocol === '' ? 'tcp' : protocol];
}

function parseRange(text: string): [number, number] | undefined {
  const [first = '', last] = text.split('-');
  const start = parsePort(first);
  const end = last === undefined ? start : parsePort(last);
  if (start === undefined || end === undefined || end < start) return undefined;
  return [start, end];
}

function parsePort(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value > 65535 ? undefined : value;
}
