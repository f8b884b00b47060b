/** Why a step missed: what of it differs from the same step of the last build. */
import type { CacheMissCause, ChangedFile } from '../../api';

export interface StepFacts {
  readonly text: string;
  /** What it stands on: an image, a key. */
  readonly parent: string;
  /** Environment and arguments that it sees. */
  readonly variables: ReadonlyMap<string, string>;
  /** Files that it takes, with digests of what counts of them. */
  readonly files: ReadonlyMap<string, string>;
}

const FILES_MAX = 20;

/** The step's own changes come first; what only stands on a change says so. */
export function explain(
  before: StepFacts | undefined,
  now: StepFacts,
  missedAbove: string | undefined,
): CacheMissCause {
  if (!before) return missedAbove ? { kind: 'parent', step: missedAbove } : { kind: 'first' };
  if (before.text !== now.text) return { kind: 'instruction', before: before.text, now: now.text };
  const files = changedFiles(before.files, now.files);
  if (files.length > 0)
    return { kind: 'files', files: files.slice(0, FILES_MAX), total: files.length };
  for (const name of new Set([...now.variables.keys(), ...before.variables.keys()])) {
    const [was, is] = [before.variables.get(name) ?? '', now.variables.get(name) ?? ''];
    if (was !== is) return { kind: 'argument', name, before: was, now: is };
  }
  if (missedAbove) return { kind: 'parent', step: missedAbove };
  if (before.parent !== now.parent) return { kind: 'base', before: before.parent, now: now.parent };
  return { kind: 'first' };
}

function changedFiles(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): ChangedFile[] {
  const out: ChangedFile[] = [];
  for (const [path, digest] of now) {
    const old = before.get(path);
    if (old === digest) continue;
    const change = old === undefined ? 'added' : 'changed';
    out.push({ path, change, before: old ?? '', now: digest });
  }
  for (const [path, digest] of before)
    if (!now.has(path)) out.push({ path, change: 'removed', before: digest, now: '' });
  return out;
}
