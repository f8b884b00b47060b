/** Whatever a learner types, the compiler makes code of it or says a syntax error. */
import { expect, test } from 'vitest';
import { RandomStream } from '../../base';
import { compilePython } from './compiler';
import { PySyntaxError } from './lexer';
import { parsePython } from './parser';

const PIECES = [
  ...'( ) [ ] { } : , . = == + - * ** / // % @ -> := \\ ; ` $ ? ~ < > !='.split(' '),
  ...'def class if elif else for while try except finally with as return yield from import'.split(
    ' ',
  ),
  ...'lambda not in is and or None True global nonlocal del assert raise pass break async match'.split(
    ' ',
  ),
  ...[
    'x',
    'y.z',
    '1',
    '0x',
    '1e',
    '1_0',
    '"a"',
    "'''",
    'f"{x!r:>{y}}"',
    'f"{"',
    'b"\\xff"',
    'é',
    '🐳',
  ],
  ...['\n', '\n    ', '\n  ', '\t', ' ', '#c', '\\\n', '\0'],
];

test('compiles or refuses any text', () => {
  const random = new RandomStream(1, 'python');
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: random.below(30) + 1 }, () => random.pick(PIECES)).join(
      random.below(2) === 0 ? ' ' : '',
    );
    try {
      compilePython(parsePython(text), 'fuzz.py');
    } catch (error) {
      expect(error, text).toBeInstanceOf(PySyntaxError);
    }
  }
});
