/**
 * The classic builder's cache: an image whose parent and whose container's settings are the same (moby
 * `image/cache`, `runconfig.Compare`). There is nothing more to it than the images that are here.
 */
import { isApiError } from '../../api';
import type { ContainerConfig, Image } from '../content/image';
import type { ImageStore } from '../images/store';

export class CacheProbe {
  /** One step missed: all after it do. */
  private busted = false;

  constructor(
    private readonly disabled: boolean,
    /** Images of `--cache-from`; their steps count instead of those here. */
    private readonly sources: readonly string[],
  ) {}

  /** At each FROM. */
  reset(): void {
    this.busted = false;
  }

  probe(store: ImageStore, parentId: string, config: ContainerConfig): Image | undefined {
    if (this.disabled || this.busted) return undefined;
    const found =
      this.sources.length > 0
        ? probeSources(store, this.sources, parentId, config)
        : probeLocal(store, parentId, config);
    if (!found) this.busted = true;
    return found;
  }
}

/** `getLocalCachedImage`: of several the newest. */
function probeLocal(
  store: ImageStore,
  parentId: string,
  config: ContainerConfig,
): Image | undefined {
  let best: Image | undefined;
  for (const image of store.images.values()) {
    if (image.parent !== parentId || !sameConfig(image.containerConfig, config)) continue;
    if (!best || image.created > best.created) best = image;
  }
  return best;
}

/** Only a whole chain of images that was built here can be followed by parents. */
function probeSources(
  store: ImageStore,
  sources: readonly string[],
  parentId: string,
  config: ContainerConfig,
): Image | undefined {
  for (const source of sources) {
    const image = store.find(source);
    if (isApiError(image)) continue;
    for (let at: Image | undefined = image; at; at = store.images.get(at.parent))
      if (at.parent === parentId && sameConfig(at.containerConfig, config)) return at;
  }
  return undefined;
}

/** `runconfig.Compare` */
export function sameConfig(a: ContainerConfig, b: ContainerConfig): boolean {
  return (
    a.AttachStdout === b.AttachStdout &&
    a.AttachStderr === b.AttachStderr &&
    a.AttachStdin === b.AttachStdin &&
    a.User === b.User &&
    a.OpenStdin === b.OpenStdin &&
    a.Tty === b.Tty &&
    sameList(a.Cmd, b.Cmd) &&
    sameList(a.Env, b.Env) &&
    sameList(a.Entrypoint, b.Entrypoint) &&
    sameRecord(a.Labels, b.Labels) &&
    sameRecord(a.ExposedPorts, b.ExposedPorts) &&
    sameRecord(a.Volumes, b.Volumes)
  );
}

function sameList(a: readonly string[] | null, b: readonly string[] | null): boolean {
  const left = a ?? [];
  const right = b ?? [];
  return left.length === right.length && left.every((item, i) => item === right[i]);
}

function sameRecord(
  a: Readonly<Record<string, unknown>> | null | undefined,
  b: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  const left = Object.entries(a ?? {});
  const right = b ?? {};
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => {
      const other = right[key];
      return typeof value === 'string' ? other === value : other !== undefined;
    })
  );
}
