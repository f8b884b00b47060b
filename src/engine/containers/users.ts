/** Users and groups of a container's own /etc/passwd and /etc/group (opencontainers `libcontainer/user`). */
import { decodeUtf8 } from '../../base';
import type { ApiError } from '../../api';
import type { UnionFs } from '../files/union-fs';
import type { Inode } from '../../kernel';

const ID_MAX = 2_147_483_647;
const RANGE = `uids and gids must be in range 0-${ID_MAX}`;

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Text of a file of the container's filesystem; '' where there is none. */
export function readContainerFile(fs: UnionFs, path: string): string {
  let at: Inode | undefined = fs.root;
  for (const part of path.split('/').filter((text) => text !== '')) {
    if (at?.type !== 'dir') return '';
    at = fs.lookup(at, part);
  }
  if (at?.type !== 'file') return '';
  return decodeUtf8(fs.read(at, 0, fs.stat(at).size));
}

/** `Config.User`: name or number, with or without a group. */
export function resolveUser(fs: UnionFs, spec: string): ContainerUser | ApiError {
  const [user = '', group] = spec.split(':') as [string?, string?];
  const users = readContainerFile(fs, '/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'));
  const wanted = user === '' ? '0' : user;
  const entry = users.find((fields) => fields[0] === wanted || fields[2] === wanted);
  if (!entry && !/^-?\d+$/.test(wanted)) {
    const message = `unable to find user ${user}: no matching entries in passwd file`;
    return { status: 500, message };
  }
  const uid = entry ? Number(entry[2]) : Number(wanted);
  if (uid < 0 || uid > ID_MAX) return { status: 500, message: RANGE };
  let gid = entry ? Number(entry[3]) : 0;
  if (group !== undefined && group !== '') {
    const found = resolveGroup(fs, group);
    if (typeof found !== 'number') {
      const message = `unable to find group ${group}: no matching entries in group file`;
      return { status: 500, message };
    }
    gid = found;
  }
  return { uid, gid, home: entry?.[5] || '/' };
}

export function resolveGroup(fs: UnionFs, group: string): number | undefined {
  const groups = readContainerFile(fs, '/etc/group')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = groups.find((fields) => fields[0] === group || fields[2] === group);
  if (entry) return Number(entry[2]);
  return /^\d+$/.test(group) ? Number(group) : undefined;
}
