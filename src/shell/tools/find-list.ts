/** The line of `find -ls`. */
import { type FileStat, type Sys } from '../../kernel';
import { formatTime } from '../time-format';
import { modeText } from './mode';
import { groupName, readNames, userName } from './owners';

export function* longLine(path: string, stat: FileStat): Sys<string> {
  const names = yield* readNames();
  const blocks = stat.type === 'symlink' ? 0 : Math.ceil(stat.size / 4096) * 4;
  const owner = `${userName(names, stat.uid).padEnd(8)} ${groupName(names, stat.gid).padEnd(8)}`;
  return `${String(stat.ino).padStart(9)} ${String(blocks).padStart(6)} ${modeText(stat)} ${String(stat.nlink).padStart(3)} ${owner} ${String(stat.size).padStart(8)} ${formatTime('%b %e  %Y', stat.mtimeUs)} ${path}\n`;
}
