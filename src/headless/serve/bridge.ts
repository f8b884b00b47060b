/**
 * Plain HTTP/1.1 on one side, an `ApiExchange` with a simulated node on the other: whole and chunked
 * answers, streams without end, and connections that become raw streams (attach, exec), each side
 * closing on its own, as docker clients use them.
 */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiHead, ApiRequest } from '../../api';
import type { ApiExchange, ClusterHost } from '../../host';

/** A request body beyond this is refused, as no client of a simulated engine needs it. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** Answers one request in full. */
export async function bridgeRequest(
  host: ClusterHost,
  node: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!body) {
    response.writeHead(413).end();
    return;
  }
  let ended = false;
  const exchange = host.openApi(node, apiRequest(request, body), {
    head: ({ status, headers, hijacked }) => {
      response.writeHead(status, { ...headers, ...(hijacked ? { Connection: 'close' } : {}) });
      response.flushHeaders();
    },
    data: (bytes) => void response.write(bytes),
    end: () => {
      ended = true;
      // No head means that no daemon is there: the connection just breaks.
      if (response.headersSent) response.end();
      else response.destroy();
    },
  });
  response.on('close', () => {
    if (!ended) exchange.hangUp();
  });
}

/** Answers a request that asked to turn its connection into a raw stream. */
export function bridgeUpgrade(
  host: ClusterHost,
  node: string,
  request: IncomingMessage,
  socket: Duplex,
  first: Buffer,
): void {
  const length = Number(request.headers['content-length'] ?? 0);
  let held = first;
  let exchange: ApiExchange | undefined;
  let inputClosed = false;
  const begin = () => {
    const body = held.subarray(0, length);
    const rest = held.subarray(length);
    exchange = openRaw(host, node, apiRequest(request, body), socket);
    if (rest.length > 0) exchange.send(new Uint8Array(rest));
    if (inputClosed) exchange.closeInput();
  };
  socket.on('data', (chunk: Buffer) => {
    if (exchange) {
      exchange.send(new Uint8Array(chunk));
      return;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length >= length) begin();
  });
  socket.on('end', () => {
    inputClosed = true;
    exchange?.closeInput();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => exchange?.hangUp());
  if (held.length >= length) begin();
}

function openRaw(
  host: ClusterHost,
  node: string,
  request: ApiRequest,
  socket: Duplex,
): ApiExchange {
  return host.openApi(node, request, {
    head: (head) => void socket.write(rawHead(head)),
    data: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
  });
}

/** The head as it stands on the wire. An answer that is no raw stream ends with its connection. */
function rawHead({ status, headers, hijacked }: ApiHead): string {
  const named = status === 101 && !headers['Upgrade'] ? 'UPGRADED' : STATUS_CODES[status];
  const reason = named ?? '';
  const lines = [`HTTP/1.1 ${status} ${reason}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (status === 101 && !headers['Upgrade']) lines.push('Connection: Upgrade', 'Upgrade: tcp');
  else if (status !== 101 && !hijacked) lines.push('Connection: close');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function apiRequest(request: IncomingMessage, body: Buffer): ApiRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    body: new Uint8Array(body),
  };
}

/** The whole body; undefined if it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length > MAX_BODY_BYTES) return undefined;
  }
  return Buffer.concat(parts);
}
