/** Bytes as Docker prints them, and other small texts of the lens. */
import { humanSize } from '../../api';

export function sizeText(bytes: number): string {
  return humanSize(bytes, 3).replace(/([A-Za-z]+)$/, ' $1');
}

/** "drwxr-xr-x" without the type's letter. */
export function modeText(mode: number): string {
  const bits = 'rwxrwxrwx';
  return Array.from(bits, (letter, i) => (mode & (1 << (8 - i)) ? letter : '-')).join('');
}
