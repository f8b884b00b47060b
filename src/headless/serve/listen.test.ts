import { connect, type AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO } from '../../sim';
import { createToyMachine } from '../../sim/testdata/toy-machine';
import { connectLocal } from '../../host/local-connection';
import { MessageHost } from '../../host/message-host';
import { listen } from './listen';

const host = new MessageHost(
  { scenario: DEFAULT_SCENARIO, speed: 1, paused: false, workers: 0 },
  connectLocal(createToyMachine),
);
let server: Server;
let port = 0;

beforeAll(async () => {
  await host.start();
  server = await listen(host, 'node2', 0);
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await host.stop();
});

/** Sends text as it stands, closes its side, and answers all that came back. */
function talk(text: string, half = true): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk.toString();
      if (half && !socket.writableEnded && got.includes('body of')) socket.end('typed\n');
    });
    socket.on('end', () => {
      socket.end();
      resolve(got);
    });
    socket.on('error', reject);
    socket.write(text);
  });
}

describe('a served node', () => {
  it('answers requests', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1.41/_ping`);
    expect([answer.status, await answer.text()]).toEqual([200, 'GET /v1.41/_ping on node2']);
  });

  it('turns a connection into a stream and closes each side on its own', async () => {
    const answer = await talk(
      `POST /attach HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\n` +
        'Upgrade: tcp\r\nContent-Length: 5\r\n\r\nabcde',
    );
    expect(answer).toBe(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/x-raw\r\nConnection: Upgrade\r\n' +
        'Upgrade: tcp\r\n\r\nbody of 5\ntyped\nbye\n',
    );
  });

  it.each([
    ['Host: evil.example', 403],
    ['Host: 127.0.0.1.evil.example', 403],
    [`Host: localhost\r\nOrigin: https://evil.example`, 403],
    [`Host: localhost\r\nOrigin: null`, 403],
    [`Host: localhost\r\nOrigin: http://localhost:5173`, 200],
    ['Host: [::1]:2375', 200],
  ])('judges %j', async (headers, status) => {
    const answer = await talk(
      `GET /_ping HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`,
      false,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('breaks things and sets the clock', async () => {
    const post = async (path: string, body: string) => {
      const answer = await fetch(`http://localhost:${port}${path}`, { method: 'POST', body });
      return [answer.status, await answer.json()];
    };
    expect(await post('/_drydock/chaos', 'freeze node1')).toMatchObject([
      200,
      { text: 'freeze node1\n', exitCode: 0 },
    ]);
    expect(await post('/_drydock/chaos', '{"line":"freeze node9"}')).toMatchObject([
      400,
      { exitCode: 1 },
    ]);
    expect(await post('/_drydock/clock', '{"speed":"max"}')).toMatchObject([200, { speed: 'max' }]);
    expect(await post('/_drydock/clock', '{"speed":0}')).toMatchObject([200, { paused: true }]);
    expect((await post('/_drydock/clock', 'fast'))[0]).toBe(400);
  });
});
