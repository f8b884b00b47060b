/** Reads one key from the terminal: a character, a control, or an escape sequence by name. */
import { decodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';

export interface Key {
  /** `char`, or a name: `up`, `home`, `ctrl-a`, `meta-f`, ... */
  readonly name: string;
  /** For `char`: what was typed. */
  readonly text: string;
}

const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
};
const TILDES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
  200: 'paste-begin',
  201: 'paste-end',
};

function* readByte(fd: number): Sys<number | undefined> {
  const got = yield* sys.read(fd, 1);
  return got.length === 0 ? undefined : got[0]!;
}

function* readSequence(fd: number): Sys<Key> {
  let parameters = '';
  for (;;) {
    const byte = yield* readByte(fd);
    if (byte === undefined) return { name: 'eof', text: '' };
    const ch = String.fromCharCode(byte);
    if (byte < 0x40) {
      parameters += ch;
      continue;
    }
    if (ch === '~') return { name: TILDES[parameters.split(';')[0]!] ?? 'unknown', text: '' };
    const name = FINALS[ch] ?? 'unknown';
    const modified = /;[3-8]$/.test(parameters);
    if (modified && name === 'left') return { name: 'meta-b', text: '' };
    if (modified && name === 'right') return { name: 'meta-f', text: '' };
    return { name, text: '' };
  }
}

/**
 * The next key; `eof` when the terminal is gone. EINTR is thrown through. With `loneEscape` an escape
 * that nothing follows is a key of its own.
 */
export function* readKey(fd: number, loneEscape = false): Sys<Key> {
  const first = yield* readByte(fd);
  if (first === undefined) return { name: 'eof', text: '' };
  if (first === 0x1b) {
    const alone = loneEscape && (yield* sys.poll([{ fd, read: true }], 0)).length === 0;
    if (alone) return { name: 'meta-', text: '' };
    const second = yield* readByte(fd);
    if (second === undefined) return { name: 'eof', text: '' };
    if (second === 0x5b || second === 0x4f) return yield* readSequence(fd);
    if (second === 0x7f || second === 8) return { name: 'meta-backspace', text: '' };
    return { name: `meta-${String.fromCharCode(second)}`, text: '' };
  }
  if (first === 13 || first === 10) return { name: 'enter', text: '\n' };
  if (first === 9) return { name: 'tab', text: '\t' };
  if (first === 127 || first === 8) return { name: 'backspace', text: '' };
  if (first < 32) {
    const name = first === 31 ? 'ctrl-_' : `ctrl-${String.fromCharCode(first + 96)}`;
    return { name, text: String.fromCharCode(first) };
  }
  if (first < 0x80) return { name: 'char', text: String.fromCharCode(first) };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const bytes = [first];
  while (bytes.length < length) {
    const more = yield* readByte(fd);
    if (more === undefined) break;
    bytes.push(more);
  }
  return { name: 'char', text: decodeUtf8(Uint8Array.from(bytes)) };
}
