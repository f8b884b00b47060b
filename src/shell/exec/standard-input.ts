/**
 * A shell that reads its commands from a pipe: line by line and byte by byte, so that commands can
 * read on from the same place (`echo cmd | sh`).
 */
import { decodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';
import { Parser, SyntaxFault, type ListNode } from '../syntax';
import { LineAbort } from './control';
import { complainSyntax, makeLexer } from './interpreter';
import { run } from './run';
import type { Shell } from './shell';

/** One line with its end; empty at the end of the input. */
export function* readInputLine(): Sys<string> {
  const bytes: number[] = [];
  for (;;) {
    const got = yield* sys.read(0, 1);
    if (got.length === 0) break;
    bytes.push(got[0]!);
    if (got[0] === 10) break;
  }
  return decodeUtf8(Uint8Array.from(bytes));
}

/** `warn` is told of here-documents that the end of the text closes. */
export function parseAll(
  sh: Shell,
  text: string,
  line: number,
  final: boolean,
  warn?: (text: string) => void,
): ListNode[] {
  const lexer = makeLexer(sh, text, line, final);
  const lists: ListNode[] = [];
  for (;;) {
    const list = new Parser(lexer).completeCommand();
    for (const warning of lexer.warnings.splice(0)) warn?.(warning.text);
    if (!list) return lists;
    lists.push(list);
  }
}

export function* runStandardInput(sh: Shell): Sys<number> {
  let pending = '';
  let line = 1;
  for (;;) {
    const got = yield* readInputLine();
    if (got === '' && pending === '') return sh.status;
    pending += got;
    const final = got === '';
    try {
      const lists = parseAll(sh, pending, line, final);
      line += pending.split('\n').length - 1;
      if (sh.has('verbose')) yield* sh.stderr(pending);
      pending = '';
      for (const list of lists) yield* run(sh, list);
    } catch (error) {
      if (error instanceof LineAbort) {
        sh.status = error.status;
        pending = '';
        continue;
      }
      if (!(error instanceof SyntaxFault)) throw error;
      if (error.unfinished && !final) continue;
      yield* complainSyntax(sh, error);
      if (!error.soft) sh.status = 2;
      return sh.status;
    }
  }
}
