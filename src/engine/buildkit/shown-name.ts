/** The names of steps as a build shows them (buildkit `prefixCommand`, `uppercaseCmd`, `processCmdEnv`). */
import { showWord } from '../build/words';
import type { StagePlan } from './stages';

export interface NameWords {
  readonly env: readonly string[];
  readonly escape: string;
  /** RUN keeps quotes and names without a value. */
  readonly raw?: boolean;
}

/** `[stage 2/3] RUN ...`; counts the step. */
export function shownName(state: StagePlan, original: string, words?: NameWords): string {
  const text = words
    ? upperFirst(showWord(original, words.env, words.escape, words.raw ?? false))
    : original;
  if (state.total === 0) return text;
  const stage = state.shownName === '' ? '' : `${state.shownName} `;
  const width = String(state.total).length;
  state.shown++;
  return `[${stage}${String(state.shown).padStart(width)}/${state.total}] ${text}`;
}

/** The first word, up to a blank. */
function upperFirst(text: string): string {
  const blank = text.indexOf(' ');
  return blank < 0 ? text.toUpperCase() : text.slice(0, blank).toUpperCase() + text.slice(blank);
}
