import { expect, test } from 'vitest';
import { changesSomething } from './telling';

test('what changes something or asks a service is explained', () => {
  for (const line of [
    'docker service update -d --image nginx:1.13 web',
    'docker swarm init --advertise-addr eth0',
    'docker node promote node2 node3',
    'for i in 1 2 3; do curl -s localhost; done',
    'docker run --rm -it alpine sh',
    'clear; docker service rm web',
    'chaos partition node1',
    'curl -s localhost | head -3',
    'add node4',
  ]) {
    expect(changesSomething(line), line).toBe(true);
  }
});

test('a look is not', () => {
  for (const line of [
    'docker service ps web',
    'docker service ls | grep create',
    'watch -n 1 docker service ps web',
    'docker node inspect self --pretty',
    'docker service create --help',
    'docker ps',
    'clear',
    'hostname',
    'chaos',
    '',
  ]) {
    expect(changesSomething(line), line).toBe(false);
  }
});
