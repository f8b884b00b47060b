/**
 * Published ports of services: `80:8080/udp`, `8000-8002:80-82` and
 * `published=80,target=8080,protocol=tcp,mode=host` (docker/cli: opts/port.go,
 * go-connections/nat).
 */
import type { PortConfig, PortProtocol } from '../../api';
import { ValueError } from '../value-error';
import { isIp } from './ip';
import { splitCsv } from './words';

export function parsePorts(text: string): readonly PortConfig[] {
  return /\w+=\w+(,\w+=\w+)*/.test(text) && text.includes('=') ? longPort(text) : shortPort(text);
}

const number = (value: string): number => {
  if (!/^\d+$/.test(value))
    throw new ValueError(`strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`);
  const port = Number(value);
  if (port > 65535)
    throw new ValueError(`strconv.ParseUint: parsing ${JSON.stringify(value)}: value out of range`);
  return port;
};

function longPort(text: string): PortConfig[] {
  const port: PortConfig = {};
  for (const field of splitCsv(text)) {
    const mark = field.indexOf('=');
    if (mark < 0) throw new ValueError(`invalid field ${field}`);
    const key = field.slice(0, mark).toLowerCase();
    const value = field.slice(mark + 1).toLowerCase();
    if (key === 'protocol') {
      if (!['tcp', 'udp', 'sctp'].includes(value))
        throw new ValueError(`invalid protocol value ${value}`);
      port.Protocol = value as PortProtocol;
    } else if (key === 'mode') {
      if (value !== 'host' && value !== 'ingress')
        throw new ValueError(`invalid publish mode value ${value}`);
      port.PublishMode = value;
    } else if (key === 'target') {
      port.TargetPort = number(value);
    } else if (key === 'published') {
      port.PublishedPort = number(value);
    } else throw new ValueError(`invalid field key ${key}`);
  }
  if (!port.TargetPort) throw new ValueError(`missing mandatory field "target"`);
  return [
    ordered({
      ...port,
      PublishMode: port.PublishMode ?? 'ingress',
      Protocol: port.Protocol ?? 'tcp',
    }),
  ];
}

function ordered(port: PortConfig): PortConfig {
  return {
    ...(port.Protocol === undefined ? {} : { Protocol: port.Protocol }),
    ...(port.TargetPort ? { TargetPort: port.TargetPort } : {}),
    ...(port.PublishedPort ? { PublishedPort: port.PublishedPort } : {}),
    ...(port.PublishMode === undefined ? {} : { PublishMode: port.PublishMode }),
  };
}

/** First and last port of `80` or `80-90`, or undefined. */
export function portRange(text: string): readonly [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  if (first > 65535 || last > 65535 || last < first) return undefined;
  return [first, last];
}

export interface PublishedPort {
  readonly ip: string;
  /** '' where the engine is to choose. */
  readonly host: string;
  readonly container: number;
  readonly protocol: string;
}

/** `[[IP:]HOST:]CONTAINER[/PROTO]` with ranges (nat.ParsePortSpec). Throws ValueError. */
export function parsePortSpec(spec: string): PublishedPort[] {
  const match = /^(?:(.*):)?(?:([^:]*):)?([^:]+)$/.exec(spec);
  let rest = spec;
  let ip = '';
  let host = '';
  if (match) {
    const parts = spec.split(':');
    rest = parts.pop()!;
    host = parts.pop() ?? '';
    ip = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  }
  const slash = rest.indexOf('/');
  const protocol = slash < 0 ? 'tcp' : rest.slice(slash + 1);
  const container = slash < 0 ? rest : rest.slice(0, slash);
  if (ip !== '' && !isIp(ip)) throw new ValueError(`Invalid ip address: ${ip}`);
  if (container === '') throw new ValueError(`No port specified: ${spec}<empty>`);
  const target = portRange(container);
  if (!target) throw new ValueError(`Invalid containerPort: ${container}`);
  const published = host === '' ? undefined : portRange(host);
  if (host !== '' && !published) throw new ValueError(`Invalid hostPort: ${host}`);
  const count = target[1] - target[0];
  if (published && published[1] - published[0] !== count && count !== 0)
    throw new ValueError(
      `Invalid ranges specified for container and host Ports: ${container} and ${host}`,
    );
  const lower = protocol.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(lower)) throw new ValueError(`Invalid proto: ${protocol}`);
  const ports: PublishedPort[] = [];
  for (let i = 0; i <= count; i++) {
    let hostPort = published ? String(published[0] + i) : '';
    // One container port and a range on the host: the engine takes a free one of the range.
    if (published && count === 0 && published[1] !== published[0]) hostPort = host;
    ports.push({ ip, host: hostPort, container: target[0] + i, protocol: lower });
  }
  return ports;
}

function shortPort(text: string): PortConfig[] {
  return parsePortSpec(text).map((port) => {
    if (port.ip !== '') throw new ValueError('hostip is not supported');
    return ordered({
      Protocol: port.protocol as PortProtocol,
      TargetPort: port.container,
      ...(port.host === '' ? {} : { PublishedPort: Number(port.host.split('-')[0]) }),
      PublishMode: 'ingress',
    });
  });
}
