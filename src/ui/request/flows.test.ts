import { expect, test } from 'vitest';
import type { HopRecord } from '../../api';
import { flowsOf, formatTime, stretchesOf, targetOf } from './flows';

function hop(at: number, node: string, step: HopRecord['step'], text: string, container?: string) {
  const record: HopRecord = { kind: 'hop', flow: 'node1/1', step, text };
  return { at, node, cause: 7, record: container ? { ...record, container } : record };
}

const WAY = [
  hop(0, 'node1', 'connect', 'curl in the host connects to 127.0.0.1:80'),
  hop(20, 'node1', 'ipvs', 'chooses 10.0.0.7 of 5'),
  hop(30, 'node1', 'vxlan', 'to node 192.168.0.13'),
  hop(400, 'node3', 'accept', '10.0.0.7:80 sees 10.0.0.2', 'abc'),
  hop(900, 'node1', 'answer', 'hears from 127.0.0.1:80'),
];

test('hops become a way from machine to machine', () => {
  const flow = flowsOf(WAY)[0]!;
  expect(flow.outcome).toBe('answered');
  expect(targetOf(flow)).toBe('127.0.0.1:80');
  expect(stretchesOf(flow).map((s) => [s.node, s.hops.length, s.container])).toEqual([
    ['node1', 3, ''],
    ['node3', 1, 'abc'],
  ]);
});

test('times have units', () => {
  expect([20, 1900, 3_000_000].map(formatTime)).toEqual(['20 µs', '1.9 ms', '3.0 s']);
});
