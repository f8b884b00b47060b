/** Permission bits as chmod reads and ls writes them. Models gnulib `modechange.c`, `filemode.c`. */
import type { FileStat, FileType } from '../../kernel';

/** `755` or `u+x,go=r`; undefined when it is no mode. */
export function applyMode(
  text: string,
  mode: number,
  isDirectory: boolean,
  umask = 0o022,
): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return parseInt(text, 8) & 0o7777;
  let result = mode;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$/.exec(clause);
    if (!match) return undefined;
    const everyone = match[1] === '' || match[1]!.includes('a');
    const who = everyone ? 'ugo' : match[1]!;
    for (const action of match[2]!.match(/[-+=](?:[ugo]|[rwxXst]*)/g)!) {
      result = applyAction(result, action, who, match[1] === '' ? umask : 0, isDirectory);
    }
  }
  return result;
}

function applyAction(
  mode: number,
  action: string,
  who: string,
  mask: number,
  isDirectory: boolean,
): number {
  const op = action[0]!;
  const perms = action.slice(1);
  let result = mode;
  for (const ch of who) {
    const shift = ch === 'u' ? 6 : ch === 'g' ? 3 : 0;
    let bits = 0;
    if (/^[ugo]$/.test(perms)) bits = (mode >> (perms === 'u' ? 6 : perms === 'g' ? 3 : 0)) & 7;
    else {
      if (perms.includes('r')) bits |= 4;
      if (perms.includes('w')) bits |= 2;
      if (perms.includes('x') || (perms.includes('X') && (isDirectory || (mode & 0o111) !== 0)))
        bits |= 1;
    }
    bits &= ~(mask >> shift) & 7;
    if (op === '+') result |= bits << shift;
    else if (op === '-') result &= ~(bits << shift);
    else result = (result & ~(7 << shift)) | (bits << shift);
  }
  let special = 0;
  if (perms.includes('s'))
    special |= (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0);
  if (perms.includes('t')) special |= 0o1000;
  if (op === '-') return result & ~special;
  return result | special;
}

const TYPE_LETTERS: Readonly<Record<FileType, string>> = {
  file: '-',
  dir: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  char: 'c',
  block: 'b',
};

export function permissionText(mode: number): string {
  const part = (shift: number, special: number, letter: string) => {
    const bits = mode >> shift;
    const x = (bits & 1) !== 0;
    const s = (mode & special) !== 0;
    return (
      (bits & 4 ? 'r' : '-') +
      (bits & 2 ? 'w' : '-') +
      (s ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-')
    );
  };
  return part(6, 0o4000, 's') + part(3, 0o2000, 's') + part(0, 0o1000, 't');
}

export function modeText(stat: FileStat): string {
  return TYPE_LETTERS[stat.type] + permissionText(stat.mode);
}
