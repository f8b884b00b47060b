/** Random Dockerfiles: pieces that mean something, in an order that may not. */
import type { RandomStream } from '../../../base';

const WORDS = [
  'a',
  'base:1',
  'scratch',
  '$x',
  '${x:-d}',
  '${x',
  '"',
  "'",
  '\\',
  '`',
  '[',
  ']',
  '["a","b"]',
  '{}',
  '--from=0',
  '--from=a',
  '--from=9',
  '--chown=1:2',
  '--chmod=7',
  '--mount=type=cache,target=/c',
  '--mount=type=bind,from=a',
  '--mount=type=secret,id=s',
  '--interval=1s',
  '--platform=linux/amd64',
  '/',
  '/x',
  '../..',
  '.',
  '*',
  '?',
  '[a-',
  '80',
  '80-1',
  '99999999999',
  'a=b',
  '=b',
  'a=',
  'AS',
  'as',
  'NONE',
  'CMD',
  'http://h/x',
  '<<EOF',
  '<<-"E"',
  '\u0000',
  '\ufeff',
  'ü',
  '#',
  '|',
  '$$',
  '$1',
  ',',
];
const INSTRUCTIONS = [
  'FROM',
  'RUN',
  'COPY',
  'ADD',
  'ENV',
  'ARG',
  'LABEL',
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'VOLUME',
  'USER',
  'WORKDIR',
  'ONBUILD',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'SHELL',
  'MAINTAINER',
  'from',
  'FOO',
  '',
];
const HEADS = ['', '', '# escape=`\n', '# syntax=x\n', '# c\n', '\ufeff', 'ARG x=1\n'];

const pick = <T>(random: RandomStream, list: readonly T[]): T => list[random.below(list.length)]!;

export function randomDockerfile(random: RandomStream): string {
  let text = pick(random, HEADS);
  if (random.below(8) > 0)
    text += pick(random, ['FROM base:1\n', 'FROM scratch\n', 'FROM b AS a\n']);
  const lines = random.below(10);
  for (let i = 0; i < lines; i++) {
    const words = Array.from({ length: random.below(6) }, () => pick(random, WORDS));
    const separator = pick(random, [' ', ' ', '  ', '\t', ' \\\n', '']);
    text += `${pick(random, INSTRUCTIONS)} ${words.join(separator)}`;
    text += pick(random, ['\n', '\n', '\n', '\r\n', '\\\n', '\nEOF\n', '']);
  }
  return text;
}
