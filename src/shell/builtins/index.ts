/** Table of builtins by dialect. Models bash `builtins/*.def` and ash `builtintab`. */
import type { Shell } from '../exec/shell';
import type { Builtin } from './builtin';
import { COMPLETION_BUILTINS } from './completions';
import { CONTROL_BUILTINS } from './control';
import { DECLARE_BUILTINS } from './declare';
import { DIRECTORY_BUILTINS } from './directory';
import { JOB_BUILTINS } from './job-control';
import { LOOKUP_BUILTINS } from './lookup';
import { OPTION_BUILTINS } from './options';
import { READ_BUILTINS } from './reading';
import { TEXT_BUILTINS } from './text';
import { TRAP_BUILTINS } from './trap';

export type { Builtin } from './builtin';

const TABLE: ReadonlyMap<string, Builtin> = new Map(
  [
    ...COMPLETION_BUILTINS,
    ...CONTROL_BUILTINS,
    ...DECLARE_BUILTINS,
    ...DIRECTORY_BUILTINS,
    ...JOB_BUILTINS,
    ...LOOKUP_BUILTINS,
    ...OPTION_BUILTINS,
    ...READ_BUILTINS,
    ...TEXT_BUILTINS,
    ...TRAP_BUILTINS,
  ].map((b) => [b.name, b]),
);

/** The builtin of that name in this shell, unless `enable -n` took it away. */
export function builtinFor(sh: Shell, name: string): Builtin | undefined {
  const found = TABLE.get(name);
  if (!found || (found.only && !found.only.includes(sh.dialect))) return undefined;
  return sh.disabled.has(name) ? undefined : found;
}

export function builtinNames(sh: Shell): string[] {
  return [...TABLE.keys()].filter((name) => builtinFor(sh, name)).sort();
}
