/** Tasks on an engine: prepared, started, ended, stopped, with the events that the agent hears. */
import { describe, expect, it } from 'vitest';
import { TestMachine } from '../engine/harness';
import { sys, type ProcessStart, type Sys } from '../kernel';
import type { ExecutorEvent, StoredTask } from '../swarm';
import { TaskExecutor } from './executor';

function* sleep(start: ProcessStart): Sys<number> {
  yield* sys.sleep(Number(start.argv[1]) * 1_000_000);
  return 0;
}

const FILES = { secrets: [], configs: [] };

function task(spec: StoredTask['Spec']['ContainerSpec'], more: Partial<StoredTask> = {}) {
  return {
    ID: 'taskid1taskid1taskid1tas',
    ServiceID: 'serviceid',
    NodeID: 'nodeid',
    Slot: 1,
    ServiceAnnotations: { Name: 'web', Labels: {} },
    Spec: { ContainerSpec: spec, ForceUpdate: 0 },
    ...more,
  } as unknown as StoredTask;
}

function lab() {
  const machine = new TestMachine('real', [['sleep', sleep]]);
  const executor = new TaskExecutor(machine.runtime, machine.engine, 'node1');
  const events: ExecutorEvent[] = [];
  executor.listener = { onExecutor: (event) => void events.push(event) };
  return { machine, executor, events };
}

describe('tasks', () => {
  it('go from prepare to stopped', () => {
    const { machine, executor, events } = lab();
    const web = task({ Image: 'nginx:1.12' });
    executor.prepare(web, FILES);
    expect(events).toEqual([]);
    machine.run(20_000_000);
    expect(events).toMatchObject([{ kind: 'prepared', taskId: web.ID }]);
    executor.start(web.ID);
    machine.run(1_000_000);
    expect(events[1]).toMatchObject({ kind: 'started', ports: [] });
    expect(executor.adopt()).toEqual([{ taskId: web.ID, state: 'running', exitCode: 0 }]);
    executor.shutdown(web);
    machine.run(1_000_000);
    expect(events.slice(2)).toEqual([{ kind: 'stopped', taskId: web.ID, exitCode: 0 }]);
    executor.remove(web.ID);
    machine.run(1_000_000);
    expect(events[3]).toEqual({ kind: 'removed', taskId: web.ID });
    expect(machine.json('GET', '/containers/json?all=1').value).toEqual([]);
  });

  it('say why they cannot run', () => {
    const { machine, executor, events } = lab();
    executor.prepare(task({ Image: 'nosuchimage:1' }), FILES);
    machine.run(5_000_000);
    expect(events).toMatchObject([{ kind: 'failed', error: 'No such image: nosuchimage:1' }]);
    const mount = { Type: 'bind', Source: '/nosuch', Target: '/x' } as const;
    executor.prepare(task({ Image: 'ubuntu', Mounts: [mount] }), FILES);
    machine.run(20_000_000);
    expect(events[1]).toMatchObject({
      error: 'invalid mount config for type "bind": bind source path does not exist: /nosuch',
    });
  });

  it('end by themselves, and their logs can be followed', () => {
    const { machine, executor, events } = lab();
    const hello = task({ Image: 'hello-world' });
    executor.prepare(hello, FILES);
    machine.run(10_000_000);
    executor.start(hello.ID);
    const all = { stdout: true, stderr: true, follow: true, tail: -1, since: '' };
    executor.followLogs(hello.ID, 's1', all);
    machine.run(2_000_000);
    expect(events.map((event) => event.kind)).toEqual(
      expect.arrayContaining(['started', 'exited', 'log', 'log-end']),
    );
    const exited = events.find((event) => event.kind === 'exited');
    expect(exited).toMatchObject({ exitCode: 0, error: '' });
  });

  it('are killed when they do not stop in time', () => {
    const { machine, executor, events } = lab();
    const slow = task({
      Image: 'ubuntu',
      Args: ['sleep', '1000'],
      Hostname: '{{.Node.Hostname}}-{{.Task.Slot}}',
      StopGracePeriod: 3e9,
    });
    executor.prepare(slow, FILES);
    machine.run(20_000_000);
    executor.start(slow.ID);
    machine.run(1_000_000);
    const { value } = machine.json('GET', '/containers/json');
    const [{ Id: id }] = value as [{ Id: string }];
    expect(machine.json('GET', `/containers/${id}/json`).value).toMatchObject({
      Name: `/web.1.${slow.ID}`,
      Config: { Hostname: 'node1-1', Labels: { 'com.docker.swarm.service.name': 'web' } },
    });
    executor.shutdown(slow);
    machine.run(2_900_000);
    expect(events.at(-1)?.kind).toBe('started');
    machine.run(1_000_000);
    expect(events.at(-1)).toEqual({ kind: 'stopped', taskId: slow.ID, exitCode: 137 });
  });
});
