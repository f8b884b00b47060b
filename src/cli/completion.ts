/**
 * `docker __complete WORD...`: candidates for the last word, one a line, for the shell's line
 * editor. Commands and flags come from the declarations, names from the engine. (The real
 * client prints descriptions and a directive too; its bash script asks the engine itself.)
 */
import type { ContainerSummary, ImageSummary, Node, Service, Task } from '../api';
import type { Sys } from '../kernel';
import { get } from './client';
import type { ArgumentKind, Command, Flag, Group } from './command';
import { CliError } from './errors';
import { root } from './commands';
import { globalFlags } from './global-flags';
import { out } from './invocation';

/** Values that some flags take. */
const FLAG_VALUES: Readonly<Record<string, readonly string[]>> = {
  availability: ['active', 'drain', 'pause'],
  role: ['manager', 'worker'],
  mode: ['global', 'global-job', 'replicated', 'replicated-job'],
  'endpoint-mode': ['dnsrr', 'vip'],
  'restart-condition': ['any', 'none', 'on-failure'],
  'update-order': ['start-first', 'stop-first'],
  'rollback-order': ['start-first', 'stop-first'],
  'update-failure-action': ['continue', 'pause', 'rollback'],
  'rollback-failure-action': ['continue', 'pause'],
  restart: ['always', 'no', 'on-failure', 'unless-stopped'],
  pull: ['always', 'missing', 'never'],
};

export function* complete(words: readonly string[]): Sys<number> {
  const current = words[words.length - 1] ?? '';
  const candidates = yield* candidatesFor(words.slice(0, -1), current);
  const fitting = [...new Set(candidates)].filter((item) => item.startsWith(current)).sort();
  yield* out(fitting.map((item) => `${item}\n`).join(''));
  return 0;
}

function* candidatesFor(before: readonly string[], current: string): Sys<string[]> {
  let item: Command | Group = root;
  let flags: readonly Flag[] = globalFlags('');
  const args: string[] = [];
  let pending: Flag | undefined;
  for (const word of before) {
    if (pending) {
      pending = undefined;
      continue;
    }
    if (word.startsWith('-') && word !== '-') {
      pending = word.includes('=') ? undefined : waiting(flags, word);
      continue;
    }
    if (item.kind === 'group') {
      const next: Command | Group | undefined = item.commands.find(
        (child) =>
          child.name === word ||
          (child.kind === 'command' && child.aliases?.includes(word) === true),
      );
      if (!next) return [];
      item = next;
      flags = next.kind === 'command' ? next.flags : [];
      continue;
    }
    args.push(word);
  }
  if (pending) return yield* flagValues(pending);
  if (current.startsWith('-')) return flagNames(flags);
  if (item.kind === 'group')
    return item.commands.filter((child) => !child.hidden).map((child) => child.name);
  const kinds: readonly ArgumentKind[] = item.completes ?? [];
  const kind = kinds[Math.min(args.length, kinds.length - 1)];
  const names = kind ? yield* namesOf(kind, current) : [];
  return names.filter((name) => !args.includes(name));
}

function waiting(flags: readonly Flag[], word: string): Flag | undefined {
  const flag = word.startsWith('--')
    ? flags.find((item) => item.name === word.slice(2))
    : flags.find((item) => item.short === word[word.length - 1]);
  return flag && flag.type !== 'bool' ? flag : undefined;
}

function flagNames(flags: readonly Flag[]): string[] {
  const names = flags.filter((flag) => !flag.hidden).map((flag) => `--${flag.name}`);
  return [...names, '--help'];
}

function* flagValues(flag: Flag): Sys<string[]> {
  const known = FLAG_VALUES[flag.name];
  if (known) return [...known];
  if (flag.type === 'network' || flag.name === 'network') return yield* namesOf('network', '');
  if (flag.name === 'image') return yield* namesOf('image', '');
  if (flag.type === 'secret') return yield* namesOf('secret', '');
  if (flag.type === 'config') return yield* namesOf('config', '');
  return [];
}

/** Names that the engine knows; none where it refuses. */
function* namesOf(kind: ArgumentKind, current: string): Sys<string[]> {
  try {
    return yield* ask(kind, current);
  } catch (error) {
    if (error instanceof CliError) return [];
    throw error;
  }
}

function* ask(kind: ArgumentKind, current: string): Sys<string[]> {
  const named = function* (path: string) {
    const items = yield* get<{ Spec: { Name: string } }[]>(path);
    return items.map((item) => item.Spec.Name);
  };
  switch (kind) {
    case 'container': {
      const list = yield* get<ContainerSummary[]>('/containers/json', { query: { all: 1 } });
      return list.flatMap((item) => item.Names.map((name) => name.replace(/^\//, '')));
    }
    case 'image': {
      const list = yield* get<ImageSummary[]>('/images/json');
      const tags = list.flatMap((item) => item.RepoTags ?? []);
      return tags
        .filter((tag) => tag !== '<none>:<none>')
        .flatMap((tag) => (current.includes(':') ? [tag] : [tag, tag.replace(/:[^:/]*$/, '')]));
    }
    case 'network': {
      const list = yield* get<{ Name: string }[]>('/networks');
      return list.map((item) => item.Name);
    }
    case 'volume': {
      const list = yield* get<{ Volumes: { Name: string }[] | null }>('/volumes');
      return (list.Volumes ?? []).map((item) => item.Name);
    }
    case 'node': {
      const list = yield* get<Node[]>('/nodes');
      return [...list.map((item) => item.Description.Hostname), 'self'];
    }
    case 'service':
      return yield* named('/services');
    case 'service-or-task': {
      const services = yield* get<Service[]>('/services');
      const tasks = current === '' ? [] : yield* get<Task[]>('/tasks');
      return [...services.map((item) => item.Spec.Name ?? ''), ...tasks.map((item) => item.ID)];
    }
    case 'secret':
      return yield* named('/secrets');
    case 'config':
      return yield* named('/configs');
    case 'stack': {
      const services = yield* get<Service[]>('/services');
      return services
        .map((item) => item.Spec.Labels?.['com.docker.stack.namespace'] ?? '')
        .filter((name) => name !== '');
    }
    case 'object':
      return [...(yield* ask('container', current)), ...(yield* ask('image', current))];
    case 'join-token':
      return ['manager', 'worker'];
    default:
      return [];
  }
}
