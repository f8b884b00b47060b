import { describe, expect, test } from 'vitest';
import { deepClone } from '../../base';
import { OWNER, WIRE_US, Wire, connectNow, outcome, readText, writeText } from './harness';

function pair() {
  const wire = new Wire();
  const one = wire.add('node1', '192.168.0.11');
  const two = wire.add('node2', '192.168.0.12');
  return { wire, one, two };
}
const ask = (address: string, port: number, timeoutUs?: number) => ({
  address,
  port,
  protocol: 'tcp' as const,
  timeoutUs,
});

describe('loopback', () => {
  test('carries a request and its answer, then both ends close', () => {
    const { wire, one } = pair();
    const server = one.listen(one.host, '0.0.0.0', 80, 'tcp', OWNER);
    const client = connectNow(wire, one, '127.0.0.1', 80);
    const accepted = server.accept()!;
    expect(accepted.peer.address).toBe('127.0.0.1');
    expect(accepted.local).toEqual({ address: '127.0.0.1', port: 80 });
    writeText(client, 'GET /');
    wire.run(1000);
    expect(readText(accepted.file)).toBe('GET /');
    expect(readText(accepted.file)).toBeUndefined();
    writeText(accepted.file, 'hello');
    accepted.file.close();
    wire.run(1000);
    expect(readText(client)).toBe('hello');
    expect(readText(client)).toBe('');
    client.close();
    wire.run(1000);
    expect(one.connections.tracks.size).toBe(0);
    expect(wire.sent).toEqual([]);
  });

  test('refuses at once where nobody listens, and twice the same port', () => {
    const { wire, one } = pair();
    const pending = one.connect(one.host, ask('127.0.0.1', 81), OWNER);
    wire.run(1000);
    expect(outcome(pending)).toBe('ECONNREFUSED');
    one.listen(one.host, '0.0.0.0', 80, 'tcp', OWNER);
    expect(() => one.listen(one.host, '127.0.0.1', 80, 'tcp', OWNER)).toThrow('EADDRINUSE');
    expect(() => one.listen(one.host, '1.2.3.4', 82, 'tcp', OWNER)).toThrow('EADDRNOTAVAIL');
  });

  test('takes 64 KiB and no more until the other side reads', () => {
    const { wire, one } = pair();
    const server = one.listen(one.host, '0.0.0.0', 80, 'tcp', OWNER);
    const client = connectNow(wire, one, '127.0.0.1', 80);
    const { file } = server.accept()!;
    let sent = 0;
    for (let taken = 1; taken > 0; sent += taken) {
      taken = writeText(client, 'x'.repeat(10_000));
      wire.run(1000);
    }
    expect(sent).toBe(2 * 65536);
    let got = 0;
    for (let i = 0; i < 100 && got < sent; i++) {
      got += (readText(file) ?? '').length;
      wire.run(1000);
    }
    expect(got).toBe(sent);
  });
});

describe('the LAN', () => {
  test('carries a connection and a clone of it goes on alike', () => {
    const { wire, one, two } = pair();
    const server = two.listen(two.host, '0.0.0.0', 80, 'tcp', OWNER);
    const client = connectNow(wire, one, '192.168.0.12', 80);
    const { file, peer } = server.accept()!;
    expect(peer.address).toBe('192.168.0.11');
    writeText(client, 'ping');
    const world = deepClone({ wire, client, file });
    for (const { wire: w, client: c, file: f } of [{ wire, client, file }, world]) {
      w.run(1000);
      expect(readText(f)).toBe('ping');
      writeText(f, 'pong');
      f.close();
      w.run(1000);
      expect(readText(c)).toBe('pong');
      expect(readText(c)).toBe('');
      c.close();
    }
  });

  test('repairs loss', () => {
    const { wire, one, two } = pair();
    const server = two.listen(two.host, '0.0.0.0', 80, 'tcp', OWNER);
    wire.loseEvery = 7;
    const pending = one.connect(one.host, ask('192.168.0.12', 80), OWNER);
    wire.run(20_000_000);
    const client = outcome(pending);
    if (typeof client === 'string') throw new Error(client);
    const { file } = server.accept()!;
    let got = '';
    const text = 'abcdefghij'.repeat(9000);
    let at = 0;
    for (let i = 0; i < 200 && got.length < text.length; i++) {
      if (at < text.length) at += writeText(client, text.slice(at));
      wire.run(1_000_000);
      got += readText(file) ?? '';
    }
    expect(got === text).toBe(true);
  });

  test('knows refused, unreachable and timed out apart', () => {
    const { wire, one } = pair();
    const refused = one.connect(one.host, ask('192.168.0.12', 80), OWNER);
    wire.run(2 * WIRE_US + 200);
    expect(outcome(refused)).toBe('ECONNREFUSED');
    const nobody = one.connect(one.host, ask('192.168.0.99', 80), OWNER);
    wire.run(3_000_000);
    expect(outcome(nobody)).toBe('pending');
    wire.run(100_000);
    expect(outcome(nobody)).toBe('EHOSTUNREACH');
    wire.cut.add('192.168.0.12');
    const silent = one.connect(one.host, ask('192.168.0.12', 80), OWNER);
    const short = one.connect(one.host, ask('192.168.0.12', 80, 5_000_000), OWNER);
    wire.run(5_000_000);
    expect(outcome(short)).toBe('ETIMEDOUT');
    wire.run(121_000_000);
    expect(outcome(silent)).toBe('pending');
    wire.run(2_000_000);
    expect(outcome(silent)).toBe('ETIMEDOUT');
    const outside = one.connect(one.host, ask('8.8.8.8', 80), OWNER);
    wire.run(1000);
    expect(outcome(outside)).toBe('ENETUNREACH');
    expect(wire.runtime.nextAt()).toBe(Infinity);
  });

  test('tells of a host whose processes are gone', () => {
    const { wire, one, two } = pair();
    const server = two.listen(two.host, '0.0.0.0', 80, 'tcp', OWNER);
    const client = connectNow(wire, one, '192.168.0.12', 80);
    server.accept();
    wire.dead.add('192.168.0.12');
    writeText(client, 'x');
    wire.run(1000);
    expect(readText(client)).toBe('ECONNRESET');
    const again = one.connect(one.host, ask('192.168.0.12', 80), OWNER);
    wire.run(1000);
    expect(outcome(again)).toBe('ECONNREFUSED');
  });

  test('answers pings', () => {
    const { wire, one } = pair();
    const echo = (address: string) =>
      one.ping(one.host, { address, bytes: 56, ttl: 64, timeoutUs: 10_000_000 });
    const [other, self, router, nobody] = [
      echo('192.168.0.12'),
      echo('127.0.0.1'),
      echo('192.168.0.1'),
      echo('192.168.0.77'),
    ];
    wire.run(4_000_000);
    expect(outcome(other)).toMatchObject({ ttl: 64, from: '192.168.0.12', roundTripUs: 472 });
    expect(outcome(self)).toMatchObject({ ttl: 64 });
    expect(outcome(router)).toMatchObject({ from: '192.168.0.1' });
    expect(outcome(nobody)).toBe('EHOSTUNREACH');
  });
});

test('names come from the hosts file first', () => {
  const { one, wire } = pair();
  const request = {
    name: 'Node2',
    type: 'A' as const,
    hostsFile: '127.0.0.1 localhost\n192.168.0.12 node2 # the second\n',
    resolvConf: 'nameserver 192.168.0.1\n',
  };
  expect(outcome(one.resolve(one.host, request))).toEqual({
    addresses: ['192.168.0.12'],
    server: '',
  });
  const unknown = one.resolve(one.host, { ...request, name: 'nosuch' });
  wire.run(10_000);
  expect(outcome(unknown)).toBe('ENOTFOUND');
});
