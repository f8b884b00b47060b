import { expect, test } from 'vitest';
import { joinNames, rangesOf } from './words';

test('lists read as a person would say them', () => {
  expect(joinNames(['a'])).toBe('a');
  expect(joinNames(['a', 'b', 'c'])).toBe('a, b and c');
});

test('numbered names become ranges', () => {
  expect(rangesOf(['web.3', 'web.1', 'web.2', 'web.5'])).toBe('web.1 to web.3 and web.5');
  expect(rangesOf(['web.1', 'web.2'])).toBe('web.1 and web.2');
  expect(rangesOf(['agent.node1'])).toBe('agent.node1');
});
