/** Finds commands and groups by their words. */
import type { Command, Group } from './command';
import { root } from './commands';

/** Finds a command or group by words; undefined where the words lead nowhere. */
export function find(
  words: readonly string[],
): readonly [path: string, item: Command | Group] | undefined {
  let item: Command | Group = root;
  let path = 'docker';
  for (const word of words) {
    if (item.kind !== 'group') return undefined;
    const next: Command | Group | undefined = item.commands.find(
      (child) =>
        child.name === word || (child.kind === 'command' && child.aliases?.includes(word) === true),
    );
    if (!next) return undefined;
    item = next;
    path += ` ${next.name}`;
  }
  return [path, item];
}
