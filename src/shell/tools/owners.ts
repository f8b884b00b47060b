/** Names of users and groups from /etc/passwd and /etc/group. */
import { sys, SysError, type Sys } from '../../kernel';

export interface Names {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export function* readTable(path: string): Sys<string[][]> {
  try {
    const text = yield* sys.readText(path);
    return text
      .split('\n')
      .filter((l) => l.includes(':'))
      .map((l) => l.split(':'));
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

export function* readNames(): Sys<Names> {
  const users = new Map<number, string>();
  const groups = new Map<number, string>();
  for (const [name, , id] of yield* readTable('/etc/passwd'))
    if (!users.has(Number(id))) users.set(Number(id), name!);
  for (const [name, , id] of yield* readTable('/etc/group'))
    if (!groups.has(Number(id))) groups.set(Number(id), name!);
  return { users, groups };
}

export const userName = (names: Names, id: number) => names.users.get(id) ?? String(id);
export const groupName = (names: Names, id: number) => names.groups.get(id) ?? String(id);
