/** Heredocs of Dockerfiles (buildkit `frontend/dockerfile/parser`, since docker/dockerfile 1.4). */
import { BuildFailure } from './failure';
import type { Line } from './dockerfile';
import { goQuote } from './go-text';

export interface Heredoc {
  readonly name: string;
  /** Unquoted: variables in it are expanded (COPY and ADD). */
  readonly expand: boolean;
  /** As it stands behind the instruction: `<<-"EOF"`. */
  readonly word: string;
  readonly content: string;
}

const HEREDOC = /(?:^|[\s;&|(])(?:\d*)(<<(-?)(["']?)([A-Za-z0-9_][^\s"'<>;&|()]*)\3)/g;

/** The bodies behind a line, in the order of their names; `end` is where the next instruction begins. */
export function readHeredocs(
  line: Line,
  raw: readonly string[],
  from: number,
): { readonly heredocs: readonly Heredoc[]; readonly end: number } {
  const heredocs: Heredoc[] = [];
  let at = from;
  if (line.json) return { heredocs, end: at };
  for (const [, word = '', dash, quote, name = ''] of line.original.matchAll(HEREDOC)) {
    const body: string[] = [];
    for (;;) {
      const next = raw[at];
      if (next === undefined) throw new BuildFailure(`unterminated heredoc ${goQuote(name)}`);
      at++;
      if ((dash === '' ? next : next.replace(/^\t+/, '')) === name) break;
      body.push(dash === '' ? next : next.replace(/^\t+/, ''));
    }
    const content = body.map((text) => `${text}\n`).join('');
    heredocs.push({ name, expand: quote === '', word, content });
  }
  return { heredocs, end: at };
}
