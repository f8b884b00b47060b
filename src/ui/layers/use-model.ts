/** Hooks that bring what the engine answers into components, and keep it fresh while it may change. */
import { useEffect, useMemo, useState } from 'react';
import type { ContainerSummary, ImageSummary } from '../../api';
import { useCluster } from '../state/cluster-store';
import type { ImageModel } from './image-model';
import { openImage } from './images';
import { readShared, type SharedImage } from './sharing';
import { readUpper, type Upper } from './upper';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
}

const NOTHING = { value: undefined, error: undefined };

export function useImage(node: string, id: string | undefined): Loaded<ImageModel> {
  const [loaded, setLoaded] = useState<Loaded<ImageModel> & { id?: string }>(NOTHING);
  useEffect(() => {
    if (id === undefined) return undefined;
    let wanted = true;
    openImage(node, id).then(
      (value) => wanted && setLoaded({ value, error: undefined, id }),
      (error: Error) => wanted && setLoaded({ value: undefined, error: error.message, id }),
    );
    return () => {
      wanted = false;
    };
  }, [node, id]);
  return loaded.id === id ? loaded : NOTHING;
}

const POLL_MS = 500;

/** A container's own layer, read again as long as somebody looks. */
export function useUpper(node: string, container: string | undefined): Upper | undefined {
  const [upper, setUpper] = useState<{ id: string; text: string; value: Upper }>();
  useEffect(() => {
    if (container === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const read = async () => {
      try {
        const value = await readUpper(node, container);
        const text = JSON.stringify([value.changes, value.bytes, [...value.stats]]);
        const id = container;
        if (wanted)
          setUpper((had) => (had?.id === id && had.text === text ? had : { id, text, value }));
      } catch {
        // It is gone, or its machine is off: the screens say so.
      }
      if (wanted) timer = setTimeout(() => void read(), POLL_MS);
    };
    void read();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [node, container]);
  return upper?.id === container ? upper?.value : undefined;
}

export function useSharedImages(node: string): readonly SharedImage[] {
  const images = useCluster((s) => s.screens[node]?.images ?? NO_IMAGES);
  const [shared, setShared] = useState<readonly SharedImage[]>([]);
  useEffect(() => {
    let wanted = true;
    readShared(node, images.filter(isNamedOrTop(images))).then(
      (value) => wanted && setShared(value),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [node, images]);
  return shared;
}

/** Leaves out what a build left between its steps. */
function isNamedOrTop(images: readonly ImageSummary[]) {
  const parents = new Set(images.map((image) => image.ParentId));
  return (image: ImageSummary) =>
    !parents.has(image.Id) || (image.RepoTags ?? []).some((tag) => tag !== '<none>:<none>');
}

const NO_IMAGES: readonly ImageSummary[] = [];
const NO_CONTAINERS: readonly ContainerSummary[] = [];

/** Images and containers of a machine, the newest first. */
export function useInventory(node: string) {
  const images = useCluster((s) => s.screens[node]?.images ?? NO_IMAGES);
  const containers = useCluster((s) => s.screens[node]?.containers ?? NO_CONTAINERS);
  return useMemo(
    () => ({
      images: images.filter(isNamedOrTop(images)).sort((a, b) => b.Created - a.Created),
      containers: [...containers].sort((a, b) => b.Created - a.Created),
    }),
    [images, containers],
  );
}
