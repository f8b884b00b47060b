/** Parsing and expansion, with sentences and results recorded from Docker 20.10. */
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile';
import { BuildFailure } from './failure';
import { parseStages } from './instructions';
import { expandWord, expandWords } from './words';

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BuildFailure) return error.message;
    throw error;
  }
  return '';
}

const parse = (text: string) => parseStages(parseDockerfile(text).lines);

describe('what a Dockerfile is refused with', () => {
  it.each([
    ['# only a comment\n', 'file with no instructions'],
    ['FROM a AS\n', 'dockerfile parse error line 1: FROM requires either one or three arguments'],
    ['RUN true\n', 'no build stage in current context'],
    [
      'FROM a\nRUN <<EOF\necho hi\nEOF\n',
      'dockerfile parse error line 3: unknown instruction: ECHO',
    ],
    ['# escape=x\nFROM a\n', "invalid escape token 'x' does not match ` or \\"],
    ['FROM a\nENV a\n', 'ENV must have two arguments'],
    ['FROM a\nENV a=b c\n', 'Syntax error - can\'t find = in "c". Must be of the form: name=value'],
    ['FROM a\nCOPY --link a /x\n', 'dockerfile parse error line 2: Unknown flag: link'],
    [
      'FROM a\nHEALTHCHECK --interval=1 CMD x\n',
      'dockerfile parse error line 2: time: missing unit in duration "1"',
    ],
    [
      'FROM a\nONBUILD ONBUILD RUN x\n',
      "dockerfile parse error line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
    ],
    [
      'FROM a\nSHELL "/bin/sh"\n',
      'dockerfile parse error line 2: SHELL requires the arguments to be in JSON form',
    ],
  ])('%j', (text, message) => {
    expect(complaint(() => parse(text))).toBe(message);
  });
});

describe('lines', () => {
  it('joins continuations, drops comments, warns of empty ones', () => {
    const parsed = parseDockerfile('FROM a\nRUN echo a \\\n# c\n\n  && echo b\n');
    expect(parsed.lines[1]).toMatchObject({ args: ['echo a   && echo b'], startLine: 2 });
    expect(parsed.warnings[0]).toContain('Empty continuation line found in:\n    RUN echo a');
  });

  it('takes JSON only where it is JSON', () => {
    const words = (text: string) => parseDockerfile(`FROM a\nCMD ${text}\n`).lines[1];
    expect(words('["a"] b')).toMatchObject({ json: true, args: ['a'] });
    expect(words("['a']")).toMatchObject({ json: false, args: ["['a']"] });
  });
});

describe('expansion', () => {
  const env = ['x=abc', 'e=', 's=a b c'];
  it.each([
    ['$x', 'abc'],
    ['${e:-d}', 'd'],
    ['${x:+y}', 'y'],
    ['$$x', 'x'],
    ["'$x'", '$x'],
    ['"\\$x"', '$x'],
    ['a\\nb', 'anb'],
    ['$.', '$.'],
    ['$12', ''],
  ])('%s', (word, value) => {
    expect(expandWord(word, env, '\\')).toBe(value);
  });
  it.each([
    ['${x-d}', "missing ':' in substitution"],
    ['${}', 'syntax error: bad substitution'],
    ['${x:=d}', 'unsupported modifier (=) in substitution'],
    ['"b', 'unexpected end of statement while looking for matching double-quote'],
  ])('%s fails', (word, reason) => {
    const quoted = JSON.stringify(word);
    expect(complaint(() => expandWord(word, env, '\\'))).toBe(
      `failed to process ${quoted}: ${reason}`,
    );
  });
  it('splits the values of several words', () => {
    expect(expandWords('$s $e', env, '\\')).toEqual(['a', 'b', 'c']);
  });
});
