/**
 * One HTTP/1.1 request of the daemon over the simulated network, in the host's network namespace: name
 * look-up, connection, request, answer (Go's net/http, one connection a request). A server that answers
 * a TLS greeting in plain HTTP is noticed as there; TLS itself is not modelled.
 */
import { concatBytes, decodeUtf8, encodeUtf8, type Wakeable } from '../../base';
import {
  SysError,
  type Errno,
  type Kernel,
  type NetworkNamespace,
  type PendingCall,
  type StreamSocket,
  type Waiter,
} from '../../kernel';
import { readHostFile } from './host-file';

export interface HttpTarget {
  /** As in the URL: a name or an address, with its port where one is given. */
  readonly host: string;
  readonly secure: boolean;
}

export interface HttpAsk {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Told once, never before the exchange's constructor has returned. */
export interface HttpListener {
  httpAnswered(tag: string, answer: HttpAnswer): void;
  /** `reason` is Go's text after the URL. */
  httpFailed(tag: string, reason: string): void;
}

/** What the exchange needs of the network stack. */
export interface Dialler {
  connect(
    namespace: NetworkNamespace,
    request: {
      readonly address: string;
      readonly port: number;
      readonly protocol: 'tcp';
      readonly timeoutUs: number;
    },
    owner: { readonly pid: number; readonly program: string },
  ): PendingCall<StreamSocket>;
  resolve(
    namespace: NetworkNamespace,
    request: {
      readonly name: string;
      readonly type: 'A';
      readonly hostsFile: string;
      readonly resolvConf: string;
    },
  ): PendingCall<{ readonly addresses: readonly string[]; readonly server: string }>;
}

const DIAL_TIMEOUT_US = 30_000_000;
const OWNER = { pid: 0, program: 'dockerd' } as const;
/** The head of a TLS record with a ClientHello, as much as a server that speaks HTTP reads of it. */
const CLIENT_HELLO = encodeUtf8('\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n');

const ERRNO_TEXT: Readonly<Partial<Record<Errno, string>>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

export function splitHost({ host, secure }: HttpTarget): { name: string; port: number } {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return { name, port: port === undefined ? (secure ? 443 : 80) : Number(port) };
}

export class HttpExchange implements Waiter, Wakeable {
  private lookUp: PendingCall<{ readonly addresses: readonly string[] }> | undefined;
  private dial: PendingCall<StreamSocket> | undefined;
  private socket: StreamSocket | undefined;
  private address = '';
  private readonly outgoing: Uint8Array[];
  private readonly received: Uint8Array[] = [];
  private scheduled = false;
  /** Bytes that the answer has at least. */
  private needed = 0;
  private over = false;

  constructor(
    private readonly kernel: Kernel,
    private readonly net: Dialler,
    private readonly target: HttpTarget,
    private readonly ask: HttpAsk,
    private readonly listener: HttpListener,
    private readonly tag: string,
  ) {
    this.outgoing = target.secure ? [CLIENT_HELLO] : requestBytes(target, ask);
    this.wakeUp();
  }

  wakeUp(): void {
    if (this.scheduled || this.over) return;
    this.scheduled = true;
    this.kernel.runtime.setTimer(0, this, 'go');
  }

  wake(): void {
    this.scheduled = false;
    if (this.over) return;
    try {
      this.advance();
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.fail(this.errorText(error.errno));
    }
  }

  private get namespace(): NetworkNamespace {
    return this.kernel.namespaces.net!;
  }

  private advance(): void {
    const socket = this.socket ?? this.connected();
    if (!socket) return;
    while (this.outgoing.length > 0) {
      const first = this.outgoing[0]!;
      const taken = socket.write(first);
      if (taken === 0) break;
      if (taken === first.length) this.outgoing.shift();
      else this.outgoing[0] = first.subarray(taken);
    }
    for (;;) {
      const bytes = socket.read(1 << 20);
      if (bytes === undefined) break;
      if (bytes.length === 0) return this.finish(true);
      this.received.push(bytes);
    }
    if (!this.finishedBody()) socket.waitQueue.add(this);
  }

  /** Undefined while the name is looked up or the connection is made. */
  private connected(): StreamSocket | undefined {
    const { name, port } = splitHost(this.target);
    this.lookUp ??= this.net.resolve(this.namespace, {
      name,
      type: 'A',
      hostsFile: readHostFile(this.kernel, '/etc/hosts'),
      resolvConf: readHostFile(this.kernel, '/etc/resolv.conf'),
    });
    const found = this.lookUp.result();
    if (!found) {
      this.lookUp.waitQueue.add(this);
      return undefined;
    }
    this.address = found.addresses[0] ?? name;
    this.dial ??= this.net.connect(
      this.namespace,
      { address: this.address, port, protocol: 'tcp', timeoutUs: DIAL_TIMEOUT_US },
      OWNER,
    );
    const socket = this.dial.result();
    if (!socket) this.dial.waitQueue.add(this);
    this.socket = socket;
    return socket;
  }

  private errorText(errno: Errno): string {
    const { name, port } = splitHost(this.target);
    if (errno === 'ENOTFOUND') {
      const server = /^nameserver\s+(\S+)/m.exec(
        readHostFile(this.kernel, '/etc/resolv.conf'),
      )?.[1];
      return `dial tcp: lookup ${name} on ${server ?? '127.0.0.1'}:53: no such host`;
    }
    // Go tries the first address of the name, ::1, too, and reports that.
    const shown = name === 'localhost' ? '[::1]' : this.address;
    const peer = `${shown}:${port}`;
    if (this.socket) return `read tcp ${peer}: read: connection reset by peer`;
    return `dial tcp ${peer}: ${ERRNO_TEXT[errno] ?? errno}`;
  }

  /** True if the answer is complete. */
  private finishedBody(): boolean {
    const length = this.received.reduce((sum, part) => sum + part.length, 0);
    if (length < this.needed) return false;
    const bytes = concatBytes(this.received);
    const parsed = parseAnswer(bytes, this.ask.method, false);
    if (parsed === undefined) {
      this.needed = lengthOf(bytes);
      return false;
    }
    this.end(parsed);
    return true;
  }

  private finish(closed: boolean): void {
    const parsed = parseAnswer(concatBytes(this.received), this.ask.method, closed);
    if (parsed) this.end(parsed);
    else this.fail('EOF');
  }

  private end(answer: HttpAnswer): void {
    if (this.target.secure) return this.fail('http: server gave HTTP response to HTTPS client');
    this.close();
    this.listener.httpAnswered(this.tag, answer);
  }

  private fail(reason: string): void {
    this.close();
    this.listener.httpFailed(this.tag, reason);
  }

  /** Gives up; nobody is told. */
  close(): void {
    this.over = true;
    this.socket?.close();
    this.socket?.waitQueue.remove(this);
    if (!this.socket) this.dial?.cancel();
    this.lookUp?.waitQueue.remove(this);
    this.dial?.waitQueue.remove(this);
  }
}

function requestBytes(target: HttpTarget, ask: HttpAsk): Uint8Array[] {
  const { method, path, headers = {}, body } = ask;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${target.host}`,
    'User-Agent: docker/20.10.24 go/go1.19.8 git-commit/5d6db84 kernel/6.1.0 os/linux arch/amd64 ' +
      'UpstreamClient(Docker-Client/20.10.24 \\(linux\\))',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`Content-Length: ${body.length}`] : method === 'POST' ? ['Content-Length: 0'] : []),
    'Accept-Encoding: gzip',
    'Connection: close',
  ];
  const head = encodeUtf8(`${lines.join('\r\n')}\r\n\r\n`);
  return body && body.length > 0 ? [head, body] : [head];
}

/** Undefined while it is not complete; with `closed` what is there has to do. */
export function parseAnswer(
  bytes: Uint8Array,
  method: string,
  closed: boolean,
): HttpAnswer | undefined {
  const end = headEnd(bytes);
  if (end < 0) return undefined;
  const [first = '', ...lines] = decodeUtf8(bytes.subarray(0, end)).split('\r\n');
  const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? '0');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = bytes.subarray(end + 4);
  if (method === 'HEAD' || status === 204 || status === 304)
    return { status, headers, body: rest.subarray(0, 0) };
  if (headers['transfer-encoding'] === 'chunked') {
    const body = chunkedBody(rest);
    return body && { status, headers, body };
  }
  const length = headers['content-length'];
  if (length === undefined) return closed ? { status, headers, body: rest } : undefined;
  if (rest.length < Number(length)) return undefined;
  return { status, headers, body: rest.subarray(0, Number(length)) };
}

/** Length of the whole answer, as far as its head tells. */
function lengthOf(bytes: Uint8Array): number {
  const end = headEnd(bytes);
  if (end < 0) return 0;
  const head = decodeUtf8(bytes.subarray(0, end));
  return end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? '0');
}

/** Where the empty line after the head begins; -1 before it has come. */
export function headEnd(bytes: Uint8Array): number {
  for (let i = 0; i + 3 < bytes.length; i++)
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10)
      return i;
  return -1;
}

/** Undefined while the last chunk has not come. */
export function chunkedBody(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (let at = 0; ;) {
    let eol = at;
    while (eol < bytes.length && bytes[eol] !== 10) eol++;
    if (eol >= bytes.length) return undefined;
    const size = Number.parseInt(decodeUtf8(bytes.subarray(at, eol)), 16);
    if (!(size >= 0)) return undefined;
    if (size === 0) return concatBytes(parts);
    if (bytes.length < eol + 1 + size + 2) return undefined;
    parts.push(bytes.subarray(eol + 1, eol + 1 + size));
    at = eol + 1 + size + 2;
  }
}
