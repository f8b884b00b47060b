import { expect, test } from 'vitest';
import { parseSolution } from '../../labs';
import { linesBefore } from './lines-before';

const SOLUTION = `# One
node1$ docker swarm init
node1$ docker node ls
# Two
node1$ docker service create nginx
wait service web has 1 running task
node1$ curl localhost
# Three
node1$ docker service rm web
`;

test('what comes before a step, without the looks', () => {
  const lines = linesBefore(2, parseSolution('x', SOLUTION));
  expect(lines.map((l) => (l.kind === 'command' ? l.command.text : l.kind))).toEqual([
    'docker swarm init',
    'docker service create nginx',
    'wait',
  ]);
  expect(linesBefore(0, parseSolution('x', SOLUTION))).toEqual([]);
});
