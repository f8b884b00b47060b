/** The user of a RUN (moby/buildkit `executor/oci/user.go`), with the words for one that is not there. */
import { isApiError } from '../../api';
import { resolveUser } from '../containers/users';
import { findIn } from '../build/source';
import type { UnionFs } from '../files/union-fs';

export interface ExecUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A sentence where there is none. */
export function execUser(fs: UnionFs, spec: string): ExecUser | string {
  if (spec === '') return { uid: 0, gid: 0, home: homeOf(fs, 0) };
  const name = spec.split(':')[0]!;
  const numeric = /^-?\d+$/.test(name);
  if (!numeric && !findIn(fs, '/etc/passwd'))
    return `unable to find user ${name}: invalid argument`;
  const user = resolveUser(fs, spec);
  return isApiError(user) ? user.message : user;
}

function homeOf(fs: UnionFs, uid: number): string {
  const user = resolveUser(fs, String(uid));
  return isApiError(user) ? '/' : user.home;
}
