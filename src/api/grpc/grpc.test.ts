import { connect, createServer, type IncomingHttpHeaders } from 'node:http2';
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../base';
import { GrpcConnection, type GrpcEvent } from './grpc';
import { ProtoWriter, readProto, textOf, varint } from './protobuf';

/** Both sides in turn until neither has anything to say. */
function exchange(a: GrpcConnection, b: GrpcConnection): { a: GrpcEvent[]; b: GrpcEvent[] } {
  const seen = { a: [] as GrpcEvent[], b: [] as GrpcEvent[] };
  for (;;) {
    const fromA = a.takeOutput();
    const fromB = b.takeOutput();
    if (fromA.length + fromB.length === 0) return seen;
    seen.b.push(...b.receive(fromA));
    seen.a.push(...a.receive(fromB));
  }
}

describe('gRPC', () => {
  test('a call, messages both ways, a status with words', () => {
    const client = new GrpcConnection('client');
    const server = new GrpcConnection('server');
    const stream = client.call('/a.B/C', [['dir-name', 'context']]);
    client.message(stream, encodeUtf8('one'));
    client.halfClose(stream);
    const { b } = exchange(client, server);
    expect(b.map((event) => event.kind)).toEqual(['call', 'message', 'half-closed']);
    server.message(stream, encodeUtf8('answer'));
    server.status(stream, { code: 5, message: 'secret ü not found' });
    const { a } = exchange(client, server);
    expect(a).toEqual([
      { kind: 'message', stream, data: encodeUtf8('answer') },
      { kind: 'status', stream, status: { code: 5, message: 'secret ü not found' } },
    ]);
  });

  test('data beyond the window waits for room and arrives whole', () => {
    const client = new GrpcConnection('client');
    const server = new GrpcConnection('server');
    const stream = client.call('/a.B/C', []);
    const big = new Uint8Array(1_000_000).fill(7);
    client.message(stream, big);
    const { b } = exchange(client, server);
    const message = b.find((event) => event.kind === 'message');
    expect(message?.kind === 'message' && message.data.length).toBe(big.length);
  });
});

/** A connection of Node's own HTTP/2 whose other end is ours. */
class Pipe extends Duplex {
  readonly sent: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk);
    done();
  }
  override _read(): void {}
}

describe('against another implementation', () => {
  test('headers that are compressed and indexed are read', async () => {
    const pipe = new Pipe();
    const session = connect('http://localhost', { createConnection: () => pipe });
    const answers: IncomingHttpHeaders[] = [];
    const server = new GrpcConnection('server');
    const events: GrpcEvent[] = [];
    const settle = async () => {
      for (let i = 0; i < 20; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        for (const chunk of pipe.sent.splice(0)) events.push(...server.receive(chunk));
        const out = server.takeOutput();
        if (out.length > 0) pipe.push(Buffer.from(out));
      }
    };
    for (let i = 0; i < 2; i++) {
      const request = session.request({
        ':method': 'POST',
        ':path': '/x.Y/Z',
        'dir-name': 'docker',
      });
      request.on('response', (headers) => answers.push(headers));
      request.end(Buffer.from([0, 0, 0, 0, 1, 65]));
      await settle();
      const call = events.findLast((event) => event.kind === 'call')!;
      server.message(call.stream, encodeUtf8('hello'));
      server.status(call.stream, { code: 0, message: '' });
      await settle();
    }
    session.destroy();
    const calls = events.filter((event) => event.kind === 'call');
    expect(calls.map((event) => event.method)).toEqual(['/x.Y/Z', '/x.Y/Z']);
    expect(calls[1]!.metadata).toContainEqual(['dir-name', 'docker']);
    expect(answers.map((headers) => headers[':status'])).toEqual([200, 200]);
    void createServer;
  });
});

describe('Protocol Buffers', () => {
  test('numbers, texts and embedded messages come back', () => {
    const inner = new ProtoWriter().number(1, 300).finish();
    const bytes = new ProtoWriter().text(1, 'ü').number(2, -5).message(3, inner).finish();
    const fields = readProto(bytes)!;
    expect(textOf(fields[0]!)).toBe('ü');
    expect(fields[1]!.number).toBe(-5);
    expect(readProto(fields[2]!.bytes)![0]!.number).toBe(300);
    expect(decodeUtf8(fields[0]!.bytes)).toBe('ü');
  });
  test('a varint of nanoseconds is exact', () => {
    const fields = readProto(new ProtoWriter().nanoseconds(1, 1_795_470_000_123_456).finish())!;
    expect(fields[0]!.big).toBe(1_795_470_000_123_456_000n);
    expect(varint(2 ** 40)).toHaveLength(6);
  });
  test('damage is seen', () => {
    expect(readProto(Uint8Array.of(0x0a, 5, 1))).toBeUndefined();
  });
});
