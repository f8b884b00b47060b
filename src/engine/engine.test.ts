/** Whole exchanges with one engine: pull, create, start, answer requests, logs, stop, remove. */
import { describe, expect, it } from 'vitest';
import { decodeUtf8, deepClone } from '../base';
import { sys, type ProcessStart, type Sys } from '../kernel';
import { TestMachine } from './harness';

/** `sleep`, and a tiny curl: `get URL-HOST PORT PATH`. */
function* sleep(start: ProcessStart): Sys<number> {
  yield* sys.sleep(Number(start.argv[1]) * 1_000_000);
  return 0;
}
function* get(start: ProcessStart): Sys<number> {
  const [, host = '', port = '80', path = '/'] = start.argv;
  const fd = yield* sys.connect(host, Number(port));
  yield* sys.write(fd, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  yield* sys.write(1, yield* sys.readAll(fd));
  return 0;
}
function* fail(): Sys<number> {
  yield* sys.write(2, 'going down\n');
  return 3;
}
const EXTRA = [
  ['sleep', sleep],
  ['get', get],
  ['false', fail],
] as const;

function pulled(image: string, tag: string, hub: 'real' | 'stand-in' = 'real'): TestMachine {
  const machine = new TestMachine(hub, EXTRA);
  const pull = machine.call('POST', `/images/create?fromImage=${image}&tag=${tag}`);
  expect(pull.text).toContain(`Status: Downloaded newer image for`);
  return machine;
}

function create(machine: TestMachine, name: string, body: unknown): string {
  const { status, value } = machine.json('POST', `/containers/create?name=${name}`, body);
  expect(status).toBe(201);
  return (value as { Id: string }).Id;
}

/** Runs a program on the machine itself and answers what it wrote. */
function onHost(machine: TestMachine, argv: readonly string[]): string {
  const out = { text: '' };
  const listener = {
    onOutput: (_tag: string, data: Uint8Array) => void (out.text += decodeUtf8(data)),
    onOutputEnd: () => undefined,
  };
  const { kernel } = machine;
  kernel.startProcess({
    program: argv[0]!,
    argv,
    env: {},
    stdio: [kernel.nullFile(), kernel.openOutput(listener, '1'), kernel.openOutput(listener, '2')],
  });
  machine.run(2_000_000);
  return out.text;
}

describe('nginx in a container', () => {
  it('serves its page, logs the request and stops on SIGTERM', () => {
    const machine = pulled('nginx', '1.12');
    create(machine, 'web', { Image: 'nginx:1.12' });
    expect(machine.call('POST', '/containers/web/start').head?.status).toBe(204);
    machine.run(200_000);
    const { value } = machine.json('GET', '/containers/web/json');
    const { NetworkSettings: net, State: state } = value as {
      NetworkSettings: { IPAddress: string };
      State: { Status: string };
    };
    expect(state.Status).toBe('running');
    const page = onHost(machine, ['get', net.IPAddress]);
    expect(page).toContain('HTTP/1.1 200 OK\r\nServer: nginx/1.12.2\r\n');
    expect(page).toContain('<h1>Welcome to nginx!</h1>');
    expect(onHost(machine, ['get', net.IPAddress, '80', '/nosuch'])).toContain('404 Not Found');
    const logs = machine.call('GET', '/containers/web/logs?stdout=1&stderr=1').text;
    expect(logs).toContain('"GET / HTTP/1.1" 200 612 "-" "-" "-"');
    expect(logs).toContain('open() "/usr/share/nginx/html/nosuch" failed (2: No such file');
    const before = machine.runtime.now;
    expect(machine.call('POST', '/containers/web/stop').head?.status).toBe(204);
    expect(machine.runtime.now - before).toBeLessThan(1_000_000);
    const listed = machine.json('GET', '/containers/json?all=1').value as { Status: string }[];
    expect(listed[0]?.Status).toMatch(/^Exited \(0\)/);
    expect(machine.call('DELETE', '/containers/web').head?.status).toBe(204);
  });

  it('goes on in a clone', () => {
    const machine = pulled('nginx', '1.12');
    create(machine, 'web', { Image: 'nginx:1.12' });
    machine.call('POST', '/containers/web/start');
    machine.run(500_000);
    const clone = deepClone(machine);
    for (const each of [machine, clone]) {
      const { value } = each.json('GET', '/containers/web/json');
      const { IPAddress: address } = (value as { NetworkSettings: { IPAddress: string } })
        .NetworkSettings;
      expect(onHost(each, ['get', address])).toContain('Welcome to nginx!');
    }
  });
});

describe('containers', () => {
  it('restarts by policy with growing delays, and tells of exit codes', () => {
    const machine = pulled('ubuntu', 'latest');
    create(machine, 'crash', {
      Image: 'ubuntu',
      Cmd: ['false'],
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    });
    machine.call('POST', '/containers/crash/start');
    machine.run(10_000_000);
    const { value } = machine.json('GET', '/containers/crash/json');
    expect(value).toMatchObject({
      RestartCount: 3,
      State: { Status: 'exited', ExitCode: 3, Running: false },
    });
  });

  it('kills after the grace period', () => {
    const machine = pulled('ubuntu', 'latest');
    create(machine, 'sleeper', { Image: 'ubuntu', Cmd: ['sleep', '1000'] });
    machine.call('POST', '/containers/sleeper/start');
    const before = machine.runtime.now;
    machine.call('POST', '/containers/sleeper/stop?t=2');
    expect(machine.runtime.now - before).toBeGreaterThanOrEqual(2_000_000);
    const { value } = machine.json('GET', '/containers/sleeper/json');
    expect(value).toMatchObject({ State: { ExitCode: 137 } });
  });

  it('says what cannot be run', () => {
    const machine = pulled('ubuntu', 'latest');
    create(machine, 'nocmd', { Image: 'ubuntu', Cmd: ['nosuchcommand'] });
    expect(machine.json('POST', '/containers/nocmd/start')).toEqual({
      status: 400,
      value: {
        message:
          'failed to create shim task: OCI runtime create failed: runc create failed: unable to ' +
          'start container process: exec: "nosuchcommand": executable file not found in $PATH: unknown',
      },
    });
  });

  it('runs hello-world to its end', () => {
    const machine = pulled('hello-world', 'latest', 'stand-in');
    const id = create(machine, 'hello', { Image: 'hello-world' });
    const wait = machine.open('POST', `/containers/${id}/wait?condition=next-exit`);
    machine.call('POST', `/containers/${id}/start`);
    machine.run(1_000_000);
    expect(wait.text).toBe('{"Error":null,"StatusCode":0}\n');
    expect(machine.call('GET', '/containers/hello/logs?stdout=1').text).toContain(
      'Hello from Docker!',
    );
  });
});

describe('images', () => {
  it('removes what it pulled, names first', () => {
    const machine = pulled('alpine', '3.18', 'stand-in');
    const { value } = machine.json('GET', '/images/json');
    const [image] = value as { Id: string; RepoDigests: string[]; Size: number }[];
    expect(image?.Size).toBe(1984495);
    const digest = image!.RepoDigests[0]!;
    const { RootFS } = machine.json('GET', '/images/alpine:3.18/json').value as {
      RootFS: { Layers: string[] };
    };
    expect(machine.json('DELETE', '/images/alpine:3.18').value).toEqual([
      { Untagged: 'alpine:3.18' },
      { Untagged: digest },
      { Deleted: image!.Id },
      { Deleted: RootFS.Layers[0] },
    ]);
  });

  it('refuses what the Hub does not have', () => {
    const machine = new TestMachine('real');
    expect(machine.json('POST', '/images/create?fromImage=nosuchrepo&tag=1')).toEqual({
      status: 404,
      value: {
        message:
          "pull access denied for nosuchrepo, repository does not exist or may require 'docker login': " +
          'denied: requested access to the resource is denied',
      },
    });
  });
});
