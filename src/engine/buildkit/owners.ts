/** `--chown` as BuildKit reads it: a name that is not there is root, silently (`file/user_linux.go`). */
import { readContainerFile } from '../containers/users';
import type { UnionFs } from '../files/union-fs';
import type { FileOwner } from './file-target';

export function ownerNamed(fs: UnionFs, text: string): FileOwner {
  if (text === '') return { uid: 0, gid: 0 };
  const mark = text.indexOf(':');
  const user = mark < 0 ? text : text.slice(0, mark);
  const group = mark < 0 ? '' : text.slice(mark + 1);
  let uid = 0;
  let gid = 0;
  if (/^\d+$/.test(user)) uid = Number(user);
  else {
    const entry = entryOf(fs, '/etc/passwd', user);
    if (entry) {
      uid = Number(entry[2]);
      gid = Number(entry[3]);
    }
  }
  if (/^\d+$/.test(group)) gid = Number(group);
  else if (group !== '') gid = Number(entryOf(fs, '/etc/group', group)?.[2] ?? gid);
  return { uid, gid };
}

function entryOf(fs: UnionFs, file: string, name: string): string[] | undefined {
  for (const line of readContainerFile(fs, file).split('\n')) {
    const fields = line.split(':');
    if (name !== '' && fields[0] === name) return fields;
  }
  return undefined;
}
