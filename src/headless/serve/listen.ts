/**
 * The doors of a served cluster: one HTTP server a node, on the loopback interface only.
 */
import { createServer, type Server } from 'node:http';
import type { SimulatedHost } from '../../host';
import { bridgeRequest, bridgeUpgrade } from './bridge';
import { serveControl } from './control';
import { objection } from './guard';

/** Listens for one node; rejects if the port is taken. */
export function listen(host: SimulatedHost, node: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const refusal = objection(request.headers);
    if (refusal !== undefined) {
      response.writeHead(403, { 'Content-Type': 'application/json' });
      response.end(`${JSON.stringify({ message: refusal })}\n`);
      return;
    }
    const served = (request.url ?? '').startsWith('/_drydock/')
      ? serveControl(host, request, response)
      : bridgeRequest(host, node, request, response);
    served.catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, first) => {
    if (objection(request.headers) !== undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    // Only `Upgrade: tcp` turns a connection into a stream; docker clients ask for "h2c" elsewhere.
    bridgeUpgrade(host, node, request, socket, first);
  });
  // `docker events` and `logs -f` may say nothing for hours.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
