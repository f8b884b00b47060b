import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../base';
import type { ImageReference } from '../../api';
import { blobOf, layerFromBlob } from '../content/blob';
import { digestOf } from '../content/digest';
import { findManifest } from '../content/hub';
import { TestMachine } from '../harness';
import { chunkedBody, parseAnswer } from './http-exchange';
import { registryEndpoints } from './endpoints';

const ALPINE: ImageReference = {
  domain: 'docker.io',
  path: 'library/alpine',
  tag: '3.18',
  digest: undefined,
};
const BLOBS = 'docker/registry/v2/blobs/sha256';

interface Line {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

/** A machine with a registry at port 5000 and an image that is named after it. */
class RegistryMachine extends TestMachine {
  constructor() {
    super('stand-in');
    this.kernel.makeDirectories('/etc');
    const { inode: etc } = this.kernel.find('/etc');
    const owner = { type: 'file', mode: 0o644, uid: 0, gid: 0 } as const;
    const hosts = etc.fs.create(etc, 'hosts', owner);
    etc.fs.write(hosts, 0, encodeUtf8('127.0.0.1\tlocalhost\n'));
    this.lines('POST', '/v1.41/images/create?fromImage=registry&tag=2');
    this.lines('POST', '/v1.41/images/create?fromImage=alpine&tag=3.18');
    const HostConfig = { PortBindings: { '5000/tcp': [{ HostPort: '5000' }] } };
    const body = { Image: 'registry:2', HostConfig };
    this.json('POST', '/v1.41/containers/create?name=reg', body);
    this.json('POST', '/v1.41/containers/reg/start');
    this.run(1_000_000);
    this.json('POST', '/v1.41/images/alpine:3.18/tag?repo=localhost:5000/mine&tag=1');
  }

  lines(method: string, path: string): Line[] {
    const { text } = this.call(method, path, {});
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  push(name: string, tag: string): string[] {
    return this.lines('POST', `/v1.41/images/${name}/push?tag=${tag}`).map(
      (line) => line.error ?? line.status ?? '',
    );
  }

  /** Folder of the registry's volume on the host. */
  get volume(): string {
    const { value } = this.json('GET', '/v1.41/containers/reg/json');
    return (value as { Mounts: { Source: string }[] }).Mounts[0]!.Source;
  }

  /** Changes the bytes of a blob behind the registry's back. */
  alter(digest: string): void {
    const hex = digest.slice(7);
    const path = `${this.volume}/${BLOBS}/${hex.slice(0, 2)}/${hex}/data`;
    const { inode } = this.kernel.find(path);
    const open = inode.fs.openInode(inode, true);
    open.fs.write(open, 3, encodeUtf8('x'));
  }
}

const without = (lines: readonly string[]) => lines.filter((line) => line !== 'Pushing');

describe('a registry on the network', () => {
  const found = findManifest('stand-in', ALPINE);
  if (typeof found === 'string') throw new Error(found);
  const layer = found.image.layers[0]!;

  test('takes an image once, then has it, then gives it to its other repositories', () => {
    const machine = new RegistryMachine();
    expect(without(machine.push('localhost:5000/mine', '1'))).toEqual([
      'The push refers to repository [localhost:5000/mine]',
      'Preparing',
      'Pushed',
      expect.stringMatching(/^1: digest: sha256:[0-9a-f]{64} size: 528$/),
      '',
    ]);
    expect(machine.push('localhost:5000/mine', '1')).toContain('Layer already exists');
    machine.json('POST', '/v1.41/images/alpine:3.18/tag?repo=localhost:5000/other&tag=1');
    expect(machine.push('localhost:5000/other', '1')).toContain('Mounted from mine');
  });

  test('refuses to push what is not there', () => {
    const machine = new RegistryMachine();
    expect(machine.push('localhost:5000/mine', '2').at(-1)).toBe(
      'tag does not exist: localhost:5000/mine:2',
    );
    expect(machine.push('localhost:5000/no', '2').at(-1)).toBe(
      'An image does not exist locally with the tag: localhost:5000/no',
    );
  });

  test('gives back what was pushed, sizes too', () => {
    const machine = new RegistryMachine();
    machine.push('localhost:5000/mine', '1');
    const { images } = machine.engine.core.disk.images;
    const before = images.get(machine.engine.core.disk.images.resolveName(ALPINE)!)!;
    images.clear();
    const path = '/v1.41/images/create?fromImage=localhost:5000/mine&tag=1';
    expect(machine.lines('POST', path).at(-1)?.status).toBe(
      'Status: Image is up to date for localhost:5000/mine:1',
    );
    const after = images.get(before.id)!;
    expect(after.configText).toBe(before.configText);
    expect(after.layers.map(({ size, blobSize }) => [size, blobSize])).toEqual(
      before.layers.map(({ size, blobSize }) => [size, blobSize]),
    );
  });

  test('a layer that was altered is refused', () => {
    const machine = new RegistryMachine();
    machine.push('localhost:5000/mine', '1');
    machine.alter(layer.blobDigest);
    // Nothing that is here makes the download needless.
    machine.engine.core.disk.images.images.clear();
    const lines = machine.lines('POST', '/v1.41/images/create?fromImage=localhost:5000/mine&tag=1');
    expect(lines.at(-1)?.error).toBe(
      `filesystem layer verification failed for digest ${layer.blobDigest}`,
    );
  });

  test('an altered manifest is refused where its digest is asked for', () => {
    const machine = new RegistryMachine();
    const stored = machine
      .push('localhost:5000/mine', '1')
      .find((line) => line.includes('digest'))!;
    const digest = /sha256:[0-9a-f]{64}/.exec(stored)![0];
    machine.alter(digest);
    const path = `/v1.41/images/create?fromImage=localhost:5000/mine&tag=${digest}`;
    expect(machine.json('POST', path, {}).value).toEqual({
      message: `manifest verification failed for digest ${digest}`,
    });
  });

  test('where nobody listens', () => {
    const machine = new RegistryMachine();
    const path = '/v1.41/images/create?fromImage=localhost:5001/x&tag=1';
    expect(machine.json('POST', path, {}).value).toEqual({
      message: 'Get "http://localhost:5001/v2/": dial tcp [::1]:5001: connect: connection refused',
    });
  });

  test('a secure one that speaks plain HTTP is not asked further', () => {
    const machine = new RegistryMachine();
    const path = '/v1.41/images/create?fromImage=172.17.0.2:5000/x&tag=1';
    expect(machine.json('POST', path, {}).value).toEqual({
      message: 'Get "https://172.17.0.2:5000/v2/": http: server gave HTTP response to HTTPS client',
    });
  });

  test('login asks it', () => {
    const machine = new RegistryMachine();
    const login = { username: 'a', password: 'b', serveraddress: 'localhost:5000' };
    expect(machine.json('POST', '/v1.41/auth', login).value).toEqual({
      IdentityToken: '',
      Status: 'Login Succeeded',
    });
  });
});

test('what counts as insecure', () => {
  const { kernel } = new TestMachine('stand-in');
  const secure = (domain: string, more: string[] = []) =>
    registryEndpoints(kernel, domain, more).length === 1;
  expect(secure('127.0.0.1:5000')).toBe(false);
  expect(secure('192.168.0.12:5000')).toBe(false);
  expect(secure('10.0.0.1:5000')).toBe(true);
  expect(secure('10.0.0.1:5000', ['10.0.0.0/8'])).toBe(false);
  expect(secure('hub.example.com')).toBe(true);
  expect(secure('hub.example.com', ['hub.example.com'])).toBe(false);
});

test('a layer goes through its blob and back', () => {
  const manifest = findManifest('real', { ...ALPINE });
  if (typeof manifest !== 'object') throw new Error(manifest);
  const [layer] = manifest.image.layers;
  const blob = blobOf(layer!);
  expect(digestOf(blob.bytes)).toBe(layer!.blobDigest);
  const again = layerFromBlob(blob.bytes, blob.size, layer!.diffId);
  expect([again.size, again.blobSize, again.blobDigest]).toEqual([
    layer!.size,
    layer!.blobSize,
    layer!.blobDigest,
  ]);
  expect([...again.tree.children!.keys()]).toEqual([...layer!.tree.children!.keys()]);
});

test('answers are read as they come', () => {
  const bytes = encodeUtf8('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc');
  expect(parseAnswer(bytes.subarray(0, 20), 'GET', false)).toBeUndefined();
  expect(parseAnswer(bytes.subarray(0, bytes.length - 1), 'GET', false)).toBeUndefined();
  expect(decodeUtf8(parseAnswer(bytes, 'GET', false)!.body)).toBe('abc');
  expect(parseAnswer(bytes.subarray(0, bytes.length - 3), 'HEAD', false)!.status).toBe(200);
  expect(chunkedBody(encodeUtf8('3\r\nabc\r\n1\r\nd\r\n'))).toBeUndefined();
  expect(decodeUtf8(chunkedBody(encodeUtf8('3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n'))!)).toBe('abcd');
});
