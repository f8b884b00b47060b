/**
 * Names of users and groups on the machine: Debian's engine (without the later `NoLookups`) writes
 * them into the archives that it makes, and so into diff ids. Numbers without a name get none.
 */
import { debianGroup, debianPasswd } from './rootfs';

function namesIn(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , id] = line.split(':');
    if (id !== undefined) names.set(Number(id), name);
  }
  return names;
}

const USERS = namesIn(debianPasswd());
const GROUPS = namesIn(debianGroup());

export function withNames<T extends { readonly uid: number; readonly gid: number }>(
  entry: T,
): T & { readonly uname: string; readonly gname: string } {
  return { ...entry, uname: USERS.get(entry.uid) ?? '', gname: GROUPS.get(entry.gid) ?? '' };
}
