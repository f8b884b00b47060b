/** One container as `inspect` sees it. */
import type { Sys } from '../../../kernel';
import { get } from '../../client';
import type { Inspected } from '../../inspect';
import { LooseStruct } from '../../typed';

/** What the client uses of `GET /containers/NAME/json`. */
export interface ContainerDetails {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Tty: boolean; readonly OpenStdin: boolean };
  readonly State: {
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly ExitCode: number;
  };
  readonly HostConfig: { readonly AutoRemove: boolean; readonly NetworkMode: string };
}

export function* inspectContainer(name: string): Sys<ContainerDetails> {
  return yield* get<ContainerDetails>(`/containers/${name}/json`, {
    missing: ['container', name],
  });
}

export function* findContainer(name: string, size: boolean): Sys<Inspected> {
  const raw = yield* get<Record<string, unknown>>(`/containers/${name}/json`, {
    query: { size: size ? 1 : undefined },
    missing: ['container', name],
  });
  return { raw, typed: new LooseStruct('*types.ContainerJSON', raw), keepsRaw: true };
}
