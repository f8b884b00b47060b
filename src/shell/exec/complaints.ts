/** What the dialects say about commands that cannot be run. */
import type { Sys, SysError } from '../../kernel';
import type { Shell } from './shell';

/** What a missing or forbidden command is answered with. */
export function* complainMissing(sh: Shell, name: string, found: { kind: string }): Sys<number> {
  sh.builtin = undefined;
  if (sh.isBash) {
    if (found.kind === 'directory') yield* sh.complain(`${name}: Is a directory`);
    else if (found.kind === 'denied') yield* sh.complain(`${name}: Permission denied`);
    else
      yield* sh.complain(
        `${name}: ${name.includes('/') || !sh.vars.get('PATH') ? 'No such file or directory' : 'command not found'}`,
      );
  } else if (found.kind === 'directory' || found.kind === 'denied' || name === '') {
    yield* sh.complain(`${name}: Permission denied`);
  } else yield* sh.complain(`${name}: not found`);
  return found.kind === 'directory' || found.kind === 'denied' ? 126 : 127;
}

export function* complainExec(sh: Shell, name: string, error: SysError): Sys<number> {
  if (sh.isBash && error.errno === 'ENOENT') {
    yield* sh.complain(`${name}: cannot execute: required file not found`);
  } else if (!sh.isBash && error.errno === 'ENOENT') yield* sh.complain(`${name}: not found`);
  else if (sh.isBash && error.errno === 'ENOEXEC') {
    yield* sh.complain(`${name}: cannot execute binary file: Exec format error`);
  } else yield* sh.complain(`${name}: ${sh.errorText(error)}`);
  return error.errno === 'ENOENT' ? 127 : 126;
}
