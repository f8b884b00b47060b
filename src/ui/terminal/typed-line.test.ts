import { expect, test } from 'vitest';
import { TypedLine } from './typed-line';

/** Types keys while the screen shows `before` behind the prompt, then Return while it shows `after`. */
function check(keys: readonly string[], before: string | undefined, after: string | undefined) {
  const typed = new TypedLine();
  for (const key of keys) typed.add(key, () => before);
  return typed.take(() => after);
}

test('what was typed counts, however late its echo is', () => {
  expect(check(['l', 's', 'x', '\x7f'], '', '')).toBe('ls');
  expect(check(['docker ps'], '', 'dock')).toBe('docker ps');
  expect(check(['\x1b[200~ls -l\x1b[201~'], '', '')).toBe('ls -l');
});

test('the screen is asked after history and completion', () => {
  expect(check(['\x1b[A'], '', 'docker node ls')).toBe('docker node ls');
  expect(check(['d', 'o', '\t'], '', 'docker ')).toBe('docker ');
});

test('what goes to a program is no command', () => {
  expect(check(['y'], undefined, undefined)).toBeUndefined();
});
