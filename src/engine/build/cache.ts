/**
 * The classic builder's cache: an image whose parent and whose container's settings are the same (moby
 * `image/cache`, `runconfig.Compare`). There is nothing more to it than the images that are here.
 */
import { isApiError } from '../../api';
import { emptyConfig, type ContainerConfig, type Image } from '../content/image';
import type { ImageStore } from '../images/store';
import { childImage } from './child-image';

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

/** `ImageCache.GetCache`: a step of one of the sources, by parents where they are here, else by history. */
function probeSources(
  store: ImageStore,
  sources: readonly string[],
  parentId: string,
  config: ContainerConfig,
): Image | undefined {
  const images = sources.flatMap((source) => {
    const image = store.find(source);
    return isApiError(image) ? [] : [image];
  });
  const local = probeLocal(store, parentId, config);
  if (local && images.some((image) => isBelow(store, image, local.id))) return local;
  const parent = store.images.get(parentId);
  const depth = parent?.history.length ?? 0;
  for (const image of images) {
    if (!continues(image, parent)) continue;
    if ((config.Cmd ?? []).join(' ') !== image.history[depth]!.createdBy) continue;
    if (image.history.length - 1 > depth) return restore(store, image, parent, config);
    const adopted = parent ? Object.freeze({ ...image, parent: parent.id }) : image;
    store.images.set(image.id, adopted);
    return adopted;
  }
  return undefined;
}

function isBelow(store: ImageStore, image: Image, id: string): boolean {
  for (let at: Image | undefined = image; at; at = store.images.get(at.parent))
    if (at.parent === id) return true;
  return false;
}

/** `isValidParent`: the image was made of that one. */
function continues(image: Image, parent: Image | undefined): boolean {
  if (image.history.length === 0) return false;
  if (!parent) return true;
  if (parent.history.length >= image.history.length) return false;
  const same = parent.history.every((line, i) => {
    const other = image.history[i]!;
    return line.created === other.created && line.createdBy === other.createdBy;
  });
  return same && parent.layers.every((layer, i) => layer.diffId === image.layers[i]?.diffId);
}

/** `restoreCachedImage`: the step in the middle of a source becomes an image again. */
function restore(
  store: ImageStore,
  image: Image,
  parent: Image | undefined,
  config: ContainerConfig,
): Image {
  const line = image.history[parent?.history.length ?? 0]!;
  const layer = line.emptyLayer ? undefined : image.layers[parent?.layers.length ?? 0];
  const restored = childImage(parent, {
    created: line.created,
    author: image.author,
    containerId: '',
    config,
    containerConfig: emptyConfig(),
    createdBy: line.createdBy,
    layer,
    dockerVersion: image.dockerVersion,
  });
  store.add(restored);
  return restored;
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
