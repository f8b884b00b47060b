import { expect, test } from 'vitest';
import { crossed, cutLines, groupsOf } from './cut';

const three = ['node1', 'node2', 'node3'];

test('a line cuts the links that it crosses', () => {
  const links = [
    { from: 'node1', to: 'node2', start: { x: 0, y: 0 }, end: { x: 100, y: 100 } },
    { from: 'node1', to: 'node3', start: { x: 0, y: 0 }, end: { x: -100, y: 100 } },
  ];
  expect(crossed(links, { x: 0, y: 50 }, { x: 100, y: 40 })).toEqual([links[0]]);
  expect(crossed(links, { x: 0, y: 50 }, { x: 20, y: 50 })).toEqual([]);
});

test('all links between two groups are a partition', () => {
  const links = [
    { from: 'node1', to: 'node3' },
    { from: 'node2', to: 'node3' },
  ];
  expect(cutLines(three, links)).toEqual(['partition node1,node2 / node3']);
  expect(cutLines(three, links.slice(1))).toEqual(['cut node2 node3']);
  expect(cutLines(['node1', 'node2'], [{ from: 'node1', to: 'node2' }])).toEqual([
    'cut node1 node2',
  ]);
});

test('groups are those that reach each other, if only by way of others', () => {
  const linked = (a: string, b: string) => [a, b].includes('node2');
  expect(groupsOf(three, linked)).toEqual([three]);
  expect(groupsOf(three, () => false)).toEqual([['node1'], ['node2'], ['node3']]);
});
