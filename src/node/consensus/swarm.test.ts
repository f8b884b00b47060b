/** Whole swarms over real logs: init, join, services, loss of leader and quorum. */
import { describe, expect, test } from 'vitest';
import type { Node, Service, Task } from '../../api';
import { deepClone } from '../../base';
import { TestLan } from './test-lan';

function nodes(lan: TestLan, at = 1): string[] {
  return (lan.call(at, 'GET', '/nodes').value as Node[]).map((node) => {
    const status = node.ManagerStatus;
    const manager = status ? (status.Leader ? 'leader' : status.Reachability) : '';
    return `${node.Description.Hostname} ${node.Status.State} ${manager}`.trim();
  });
}

function managers(count: number, seed = 1): TestLan {
  const lan = new TestLan(seed, count);
  lan.init();
  for (let i = 2; i <= count; i++) expect(lan.join(i, 'Manager').status).toBe(200);
  lan.seconds(3);
  return lan;
}

const WEB = { Name: 'web', TaskTemplate: { ContainerSpec: { Image: 'nginx:1.12' } } };

describe('a swarm', () => {
  test('begins with one manager and takes workers', () => {
    const lan = new TestLan(1, 3);
    lan.init();
    expect(nodes(lan)).toEqual(['node1 ready leader']);
    expect(lan.join(2, 'Worker').status).toBe(200);
    expect(lan.join(3, 'Worker').status).toBe(200);
    lan.seconds(1);
    expect(nodes(lan)).toEqual(['node1 ready leader', 'node2 ready', 'node3 ready']);
    expect(lan.call(2, 'GET', '/nodes').status).toBe(503);
  });

  test('runs a service', () => {
    const lan = new TestLan(1, 2);
    lan.init();
    lan.join(2, 'Worker');
    lan.seconds(1);
    const spec = { ...WEB, Mode: { Replicated: { Replicas: 3 } } };
    expect(lan.call(1, 'POST', '/services/create', spec).status).toBe(201);
    lan.seconds(5);
    const tasks = lan.call(1, 'GET', '/tasks').value as Task[];
    expect(tasks.map((task) => task.Status.State)).toEqual(['running', 'running', 'running']);
    const [service] = lan.call(1, 'GET', '/services?status=true').value as Service[];
    expect(service!.ServiceStatus).toEqual({ RunningTasks: 3, DesiredTasks: 3, CompletedTasks: 0 });
  });

  test('has three managers and answers on all of them', () => {
    const lan = managers(3);
    const all = ['node1 ready leader', 'node2 ready reachable', 'node3 ready reachable'];
    for (const at of [1, 2, 3]) expect(nodes(lan, at)).toEqual(all);
  });

  test('elects another leader; commands on the others wait for it', () => {
    const lan = managers(3);
    lan.node(1).powerOff();
    lan.seconds(1);
    const begun = lan.now;
    const answer = lan.call(2, 'POST', '/services/create', WEB);
    expect(answer.status).toBe(201);
    expect(lan.now - begun).toBeGreaterThan(7_000_000);
    expect(lan.now - begun).toBeLessThan(20_000_000);
    lan.seconds(8);
    const found = nodes(lan, 2).sort();
    expect(found[0]).toBe('node1 unknown unreachable');
    expect(found.filter((line) => line.includes('ready')).length).toBe(2);
    lan.seconds(45);
    expect(nodes(lan, 2).sort()[0]).toBe('node1 down unreachable');
    lan.node(1).boot();
    lan.seconds(10);
    expect(nodes(lan, 1).sort()[0]).toBe('node1 ready reachable');
  });

  test('loses its quorum: hangs, then says so at once, and recovers', () => {
    const lan = managers(3);
    lan.node(2).powerOff();
    lan.node(3).powerOff();
    const written = lan.ask(1, 'POST', '/services/create', WEB);
    expect(lan.call(1, 'GET', '/services').status).toBe(200);
    lan.seconds(40);
    expect(written.message).toBe(
      'rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status',
    );
    const answer = lan.call(1, 'GET', '/nodes');
    expect(answer.status).toBe(500);
    expect(answer.message).toContain('The swarm does not have a leader.');
    lan.node(2).boot();
    lan.seconds(40);
    // What was in the log is carried out after all.
    const services = lan.call(1, 'GET', '/services').value as Service[];
    expect(services.map((service) => service.Spec.Name)).toEqual(['web']);
  });

  test('is rebuilt from one manager by force', () => {
    const lan = managers(3);
    lan.call(1, 'POST', '/services/create', WEB);
    lan.node(2).powerOff();
    lan.node(3).powerOff();
    lan.seconds(40);
    const body = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'eth0', ForceNewCluster: true };
    expect(lan.call(1, 'POST', '/swarm/init', body).status).toBe(200);
    expect(nodes(lan).sort()).toEqual(['node1 ready leader', 'node2 unknown', 'node3 unknown']);
    lan.node(2).boot();
    lan.seconds(60);
    expect(nodes(lan).sort()).toEqual([
      'node1 ready leader',
      'node2 ready reachable',
      'node3 down',
    ]);
  });

  test('promotes and demotes', () => {
    const lan = new TestLan(1, 3);
    lan.init();
    lan.join(2, 'Worker');
    lan.join(3, 'Worker');
    lan.seconds(1);
    const change = (name: string, Role: string): number => {
      const node = lan.call(1, 'GET', `/nodes/${name}`).value as Node;
      const path = `/nodes/${node.ID}/update?version=${node.Version.Index}`;
      return lan.call(1, 'POST', path, { Role, Availability: 'active' }).status;
    };
    expect(change('node2', 'manager')).toBe(200);
    lan.seconds(3);
    expect(nodes(lan, 2)).toContain('node2 ready reachable');
    expect(change('node2', 'worker')).toBe(200);
    lan.seconds(3);
    expect(nodes(lan)).toContain('node2 ready');
    expect(lan.call(2, 'GET', '/nodes').status).toBe(503);
    expect(change('node1', 'worker')).toBe(400);
  });

  test('locks its managers', () => {
    const lan = managers(1);
    const swarm = lan.call(1, 'GET', '/swarm').value as { Version: { Index: number } };
    const spec = { Name: 'default', EncryptionConfig: { AutoLockManagers: true } };
    lan.call(1, 'POST', `/swarm/update?version=${swarm.Version.Index}`, spec);
    const key = lan.call(1, 'GET', '/swarm/unlockkey').value as { UnlockKey: string };
    lan.node(1).powerOff();
    lan.node(1).boot();
    lan.seconds(1);
    expect(lan.call(1, 'GET', '/swarm').message).toContain('Swarm is encrypted');
    expect(lan.call(1, 'POST', '/swarm/unlock', key).status).toBe(200);
    lan.seconds(3);
    expect(nodes(lan)).toEqual(['node1 ready leader']);
  });

  test('idles fast', () => {
    const lan = new TestLan(1, 7);
    lan.init();
    for (const i of [2, 3]) lan.join(i, 'Manager');
    for (const i of [4, 5, 6, 7]) lan.join(i, 'Worker');
    lan.call(1, 'POST', '/services/create', { ...WEB, Mode: { Replicated: { Replicas: 50 } } });
    lan.seconds(30);
    const before = lan.messages;
    lan.seconds(100);
    // Heartbeats of raft and of the agents, nothing else.
    expect((lan.messages - before) / 100).toBeLessThan(12);
  });
});

test('a clone of a running swarm goes on alike and apart', () => {
  const lan = managers(3);
  lan.call(1, 'POST', '/services/create', WEB);
  lan.seconds(2);
  const copy = deepClone(lan);
  for (const each of [lan, copy]) {
    each.node(1).powerOff();
    each.seconds(60);
  }
  expect(nodes(copy, 2)).toEqual(nodes(lan, 2));
  expect(copy.messages).toBe(lan.messages);
  lan.node(1).boot();
  lan.seconds(20);
  expect(nodes(copy, 2)).not.toEqual(nodes(lan, 2));
});
