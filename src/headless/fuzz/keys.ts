/** Random keystrokes: control keys, escape sequences whole and broken, text of all alphabets, pastes. */
import type { RandomStream } from '../../base';
import { randomLine } from './lines';

const ESC = '\u001b';
const SEQUENCES = [
  ...['[A', '[B', '[C', '[D', '[H', '[F', '[3~', '[5~', '[6~', '[1;5C', '[1;5D', '[Z', 'OP', 'OA'],
  ...['b', 'f', 'd', '.', '\u007f', '[200~', '[201~', '[', '', '[999;999H', '[?1;2c', ']0;x\u0007'],
].map((rest) => ESC + rest);
const TEXT = [
  ...[
    'a',
    'docker ',
    'ser',
    'é',
    'ß',
    '中文',
    '👩‍👩‍👧',
    'e\u0301',
    '\u200b',
    '\ud83d',
    '\ufeff',
    '  ',
    '"',
    "'",
  ],
  ...[
    '\\',
    '$',
    '`',
    '|',
    '!!',
    '!$',
    '^a^b',
    '#',
    '~',
    '\u0000',
    '\u007f',
    '\u0085',
    'ｗｉｄｅ',
    '\r',
    '\t\t',
  ],
];

/** Control characters, without those that would only stop the terminal. */
function control(random: RandomStream): string {
  const code = random.between(0, 31);
  return code === 19 ? '\u0011' : String.fromCharCode(code);
}

export function randomKeys(random: RandomStream): string {
  let keys = '';
  for (let i = random.between(1, 12); i > 0; i--) {
    keys += random.pick([
      () => random.pick(TEXT),
      () => random.pick(TEXT),
      () => random.pick(SEQUENCES),
      () => control(random),
      () => randomLine(random).slice(0, 1 + random.below(30)),
      () => `${ESC}[200~${randomLine(random)}${ESC}[201~`,
      () => 'x'.repeat(random.below(200)),
    ])();
  }
  return keys;
}
