/** `.dockerignore` and COPY's patterns, as recorded from Docker 20.10. */
import { expect, it } from 'vitest';
import { ignoreRules, IgnoreRules, readIgnoreFile, shellPattern } from './ignore-patterns';

function left(text: string, path: string): unknown {
  const rules = ignoreRules(readIgnoreFile(text));
  return rules instanceof IgnoreRules ? rules.matches(path) : rules.patternError;
}

it.each([
  ['*.log\n!keep.log\n', 'b.log', true],
  ['*.log\n!keep.log\n', 'keep.log', false],
  ['deep', 'src/deep', false],
  ['/dir/', 'dir/b.txt', true],
  ['**/*.js', 'node_modules/m/i.js', true],
  ['# dir\n', 'dir', false],
  ['[', 'a', 'syntax error in pattern'],
  ['!', 'a', 'illegal exclusion pattern: "!"'],
])('%j on %s', (text, path, result) => {
  expect(left(text, path)).toBe(result);
});

it('matches as filepath.Match does', () => {
  expect(shellPattern('[a-b].t?t')?.test('a.txt')).toBe(true);
  expect(shellPattern('*')?.test('a/b')).toBe(false);
  expect(shellPattern('a[')).toBeUndefined();
  expect(shellPattern('[]a]')).toBeUndefined();
});
