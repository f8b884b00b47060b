/** Random Dockerfiles and archives: every one is taken or refused in Docker's words, none throws else. */
import fc from 'fast-check';
import { it } from 'vitest';
import { encodeUtf8 } from '../../base';
import { readTree } from './context-tar';
import { parseDockerfile } from './dockerfile';
import { BuildFailure } from './failure';
import { parseStages } from './instructions';
import { expandWords } from './words';

const piece = fc.oneof(
  fc.constantFrom(
    ...'FROM a,RUN ,COPY --from=x ,ADD ,ENV a=,ARG ,LABEL ,CMD [",",],EXPOSE ,VOLUME ,USER ,ONBUILD '.split(
      ',',
    ),
    ...['WORKDIR ', 'SHELL ["', 'HEALTHCHECK --interval=', 'CMD ', 'STOPSIGNAL ', 'MAINTAINER '],
    ...['\n', '\\\n', '\\', '# escape=`\n', '# syntax=x\n', '`', '"', "'", '$', '${', '}', ':-'],
    ...[' ', '\t', '=', '--', '1s', '[', ']', '{', '\ufeff', '\0', 'é', '😀'],
  ),
  fc.string({ maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));

function tolerate(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
  }
}

it('parses or refuses any text', () => {
  fc.assert(
    fc.property(text, (dockerfile) => {
      tolerate(() => {
        const parsed = parseDockerfile(`FROM a\n${dockerfile}`);
        parseStages(parsed.lines);
        for (const line of parsed.lines)
          for (const word of line.args)
            tolerate(() => expandWords(word, ['a=b c', 'x='], parsed.escape));
      });
      tolerate(() => parseDockerfile(dockerfile));
    }),
    { numRuns: 2000 },
  );
});

it('unpacks or refuses any archive', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1600 }), fc.string(), (bytes, name) => {
      tolerate(() => readTree(bytes));
      const block = new Uint8Array(1024 + bytes.length);
      block.set(encodeUtf8(name).subarray(0, 100), 0);
      block.set(bytes.subarray(0, 40), 100);
      block.fill(32, 148, 156);
      const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      block.set(encodeUtf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
      block.set(bytes, 512);
      tolerate(() => readTree(block));
    }),
    { numRuns: 500 },
  );
});
