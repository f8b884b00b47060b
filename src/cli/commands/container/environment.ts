/**
 * `--env` and `--env-file` (docker/cli: opts/file.go): a name alone takes the client's own
 * value.
 */
import type { Sys } from '../../../kernel';
import { CliError } from '../../errors';
import { readUserFile } from '../../files';

export function* readEnvironment(
  files: readonly string[],
  items: readonly string[],
  own: Readonly<Record<string, string>>,
): Sys<string[]> {
  const result: string[] = [];
  for (const file of files) {
    for (const line of (yield* readUserFile(file)).split('\n')) {
      const clean = line.trimStart().replace(/\r$/, '');
      if (clean === '' || clean.startsWith('#')) continue;
      const name = clean.split('=')[0]!;
      if (/\s/.test(name))
        throw new CliError(`poorly formatted environment: variable '${name}' contains whitespaces`);
      if (clean.includes('=')) result.push(clean);
      else if (own[name] !== undefined) result.push(`${name}=${own[name]!}`);
    }
  }
  for (const item of items)
    result.push(item.includes('=') || own[item] === undefined ? item : `${item}=${own[item]!}`);
  return result;
}

/** Lines of label files, then labels. */
export function* readLabels(
  files: readonly string[],
  items: readonly string[],
): Sys<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const text of [...(yield* readEnvironment(files, [], {})), ...items]) {
    const mark = text.indexOf('=');
    labels[mark < 0 ? text : text.slice(0, mark)] = mark < 0 ? '' : text.slice(mark + 1);
  }
  return labels;
}
