/** What of an operation counts for the cache (moby/buildkit `llbsolver/ops`: `CacheMap`). */
import { joinPath } from '../build/go-text';
import { digestOf } from '../content/digest';
import type { Selector } from './content-digest';
import type { LlbNode } from './llb';

/** Of a copy only the last part of the source's path, of a host only its name, of a proxy nothing. */
export function operationKey({ op }: LlbNode): string {
  if (op.kind === 'exec') {
    const { args, env, cwd, user, network, mounts } = op;
    const hosts = op.extraHosts.map((host) => host.split(':')[0]!);
    const counted = mounts.map(({ kind, target, from, source, readOnly, id }) => {
      const named = kind === 'cache' ? id : '';
      return [kind, target, from, kind === 'bind' ? source : '', readOnly, named];
    });
    return digestOf(JSON.stringify(['exec', args, env, cwd, user, network, hosts, counted]));
  }
  if (op.kind !== 'file') return digestOf(JSON.stringify(op));
  const actions = op.actions.map((action) => {
    if (action.kind === 'mkdir') return action;
    const path = joinPath('/', action.src);
    return { ...action, src: path.slice(path.lastIndexOf('/') + 1) };
  });
  return digestOf(JSON.stringify(['file', actions]));
}

/** Inputs that count by what is taken of them, with what that is. */
export function slowInputs({ op }: LlbNode): ReadonlyMap<number, readonly Selector[]> {
  const out = new Map<number, Selector[]>();
  const add = (index: number, selector: Selector) => {
    if (index > 0) out.set(index, [...(out.get(index) ?? []), selector]);
  };
  if (op.kind === 'file') {
    for (const action of op.actions)
      if (action.kind === 'copy')
        add(action.from, { path: action.src, wildcard: action.wildcard, follow: true });
  } else if (op.kind === 'exec') {
    for (const mount of op.mounts)
      if (mount.kind === 'bind')
        add(mount.from, { path: mount.source, wildcard: false, follow: false });
  }
  return out;
}
