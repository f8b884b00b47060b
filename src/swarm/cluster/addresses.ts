/** Listen and advertise addresses (moby `daemon/cluster/listen_addr.go`). */
import type { ApiError } from '../../api';

export interface NetworkInterface {
  readonly name: string;
  /** "192.168.0.11" */
  readonly address: string;
}

const PORT = '2377';

function invalid(message: string): ApiError {
  return { status: 400, message };
}
const ERR_LISTEN = invalid(
  'listen address must be an IP address or network interface (with optional port number)',
);
const ERR_ADVERTISE = invalid(
  'advertise address must be a non-zero IP address or network interface (with optional port number)',
);

function split(text: string): [host: string, port: string] {
  const match = /^(.*):(\d+)$/.exec(text);
  return match ? [match[1]!, match[2]!] : [text, PORT];
}

export function isIpv4(text: string): boolean {
  return (
    /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
  );
}

export interface NodeAddresses {
  readonly listen: string;
  readonly advertise: string;
}

/** The two addresses in full, or the daemon's complaint. */
export function resolveAddresses(
  listenAddr: string,
  advertiseAddr: string,
  interfaces: readonly NetworkInterface[],
): NodeAddresses | ApiError {
  const [listenHost, listenPort] = split(listenAddr);
  const listenIp = isIpv4(listenHost)
    ? listenHost
    : interfaces.find((each) => each.name === listenHost)?.address;
  if (listenIp === undefined) return ERR_LISTEN;
  const listen = `${listenIp}:${listenPort}`;
  if (advertiseAddr !== '') {
    const mark = /^(.*):(\d+)$/.exec(advertiseAddr);
    const host = mark ? mark[1]! : advertiseAddr;
    const port = mark ? mark[2]! : listenPort;
    const ip = isIpv4(host) ? host : interfaces.find((each) => each.name === host)?.address;
    if (ip === undefined || ip === '0.0.0.0') return ERR_ADVERTISE;
    return { listen, advertise: `${ip}:${port}` };
  }
  if (listenIp !== '0.0.0.0') return { listen, advertise: listen };
  return chooseAddress(listen, listenPort, interfaces);
}

/** `resolveSystemAddr`: the only address of the host, or an error that lists them. */
function chooseAddress(
  listen: string,
  port: string,
  interfaces: readonly NetworkInterface[],
): NodeAddresses | ApiError {
  const [first, second] = interfaces;
  if (!first)
    return invalid("could not find the system's IP address - specify one with --advertise-addr");
  if (second) {
    const place =
      first.name === second.name
        ? `on interface ${first.name} (${first.address} and ${second.address})`
        : `on different interfaces (${first.address} on ${first.name} and ${second.address} on ${second.name})`;
    return invalid(
      'could not choose an IP address to advertise since this system has multiple addresses ' +
        `${place} - specify one with --advertise-addr`,
    );
  }
  return { listen, advertise: `${first.address}:${port}` };
}
