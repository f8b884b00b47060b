/** Images as `GET /images/json`, `/images/NAME/json` and `/images/NAME/history` answer them. */
import {
  familiarName,
  familiarString,
  filterLabels,
  filterValues,
  hasFilter,
  isApiError,
  type ApiError,
  type Filters,
  type ImageReference,
  type ImageSummary,
} from '../../api';
import { sha256Hex } from '../content/digest';
import { imageSize, type Image } from '../content/image';
import { orderedConfig } from '../go-order';
import { formatTime, parseRfc3339 } from '../time';
import { chainsOf, type ImageStore } from './store';

function unixSeconds(time: string): number {
  return Math.floor((parseRfc3339(time) ?? 0) / 1_000_000);
}

export function tagsOf(names: readonly ImageReference[]): string[] {
  return names.filter((name) => name.digest === undefined).map(familiarString);
}

export function digestsOf(names: readonly ImageReference[]): string[] {
  return names
    .filter((name) => name.digest !== undefined)
    .map((name) => `${familiarName(name)}@${name.digest!}`);
}

/** Filters of `docker images` and of prune's list. */
export const IMAGE_FILTERS = ['dangling', 'label', 'before', 'since', 'reference'] as const;

export interface ListedImage {
  readonly summary: ImageSummary;
  readonly created: string;
}

/** `daemon/images/images.go: Images`; newest first. */
export function listImages(
  store: ImageStore,
  filters: Filters,
  all: boolean,
): ImageSummary[] | ApiError {
  const dangling = filterValues(filters, 'dangling');
  const danglingOnly = dangling.some((value) => value === '1' || value === 'true');
  if (dangling.some((value) => !['1', 'true', '0', 'false'].includes(value)))
    return { status: 400, message: `Invalid filter 'dangling=[${dangling.join(' ')}]'` };
  const before = bound(store, filters, 'before');
  if (before !== undefined && typeof before !== 'string') return before;
  const since = bound(store, filters, 'since');
  if (since !== undefined && typeof since !== 'string') return since;
  const listed: ListedImage[] = [];
  for (const image of store.images.values()) {
    if (before !== undefined && image.created >= before) continue;
    if (since !== undefined && image.created <= since) continue;
    if (hasFilter(filters, 'label') && !filterLabels(filters, 'label', image.config.Labels))
      continue;
    const summary = summarise(store, image, filters, all, danglingOnly);
    if (summary) listed.push({ summary, created: image.created });
  }
  listed.sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
  return listed.map((item) => item.summary);
}

function bound(store: ImageStore, filters: Filters, name: string): string | ApiError | undefined {
  let created: string | undefined;
  for (const value of filterValues(filters, name)) {
    const image = store.find(value);
    if (isApiError(image)) return image;
    created = image.created;
  }
  return created;
}

function summarise(
  store: ImageStore,
  image: Image,
  filters: Filters,
  all: boolean,
  danglingOnly: boolean,
): ImageSummary | undefined {
  const names = store.namesOf(image.id);
  const patterns = filterValues(filters, 'reference');
  const shown =
    patterns.length === 0
      ? names
      : names.filter((name) => patterns.some((pattern) => matchesReference(pattern, name)));
  if (patterns.length > 0 && shown.length === 0) return undefined;
  const summary = imageSummary(store, image, shown);
  if (names.length === 0) {
    const isParent = [...store.images.values()].some((other) => other.parent === image.id);
    if (isParent && !all) return undefined;
    if (hasFilter(filters, 'dangling') && !danglingOnly) return undefined;
    summary.RepoTags = ['<none>:<none>'];
    summary.RepoDigests = ['<none>@<none>'];
  } else if (danglingOnly) return undefined;
  return summary;
}

export function imageSummary(
  store: ImageStore,
  image: Image,
  names: readonly ImageReference[] = store.namesOf(image.id),
): ImageSummary {
  const size = imageSize(image);
  const tags = tagsOf(names);
  const digests = digestsOf(names);
  return {
    Containers: -1,
    Created: unixSeconds(image.created),
    Id: image.id,
    Labels: image.config.Labels,
    ParentId: image.parent,
    RepoDigests: digests.length > 0 ? digests : null,
    RepoTags: tags.length > 0 ? tags : null,
    SharedSize: -1,
    Size: size,
    VirtualSize: size,
  };
}

/** `reference.FamiliarMatch`: a shell pattern on `name`, `name:tag`, `name@digest`. */
function matchesReference(pattern: string, name: ImageReference): boolean {
  return (
    matchesPattern(pattern, familiarString(name)) || matchesPattern(pattern, familiarName(name))
  );
}

/** Go's `path.Match`: `*` and `?` do not match a slash. */
export function matchesPattern(pattern: string, text: string): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]!;
    if (ch === '*') source += '[^/]*';
    else if (ch === '?') source += '[^/]';
    else if (ch === '[') {
      const end = pattern.indexOf(']', i + 1);
      if (end < 0) return false;
      source += `[${pattern.slice(i + 1, end).replace(/\\/g, '\\\\')}]`;
      i = end;
    } else source += ch.replace(/[.*+?^${}()|\\\]]/g, '\\$&');
  }
  return new RegExp(`^${source}$`).test(text);
}

/** Folder name of a layer in overlay2: random in the real system, here from its chain id. */
export function layerFolder(chain: string): string {
  return `/var/lib/docker/overlay2/${sha256Hex(`overlay2 ${chain}`)}`;
}

export function graphDriver(folders: readonly string[], top: string): Record<string, unknown> {
  const lower = folders.map((folder) => `${folder}/diff`).join(':');
  return {
    Data: {
      ...(lower === '' ? {} : { LowerDir: lower }),
      MergedDir: `${top}/merged`,
      UpperDir: `${top}/diff`,
      WorkDir: `${top}/work`,
    },
    Name: 'overlay2',
  };
}

export function inspectImage(store: ImageStore, image: Image): Record<string, unknown> {
  const names = store.namesOf(image.id);
  const size = imageSize(image);
  const folders = chainsOf(image).map(layerFolder).reverse();
  return {
    Id: image.id,
    RepoTags: tagsOf(names),
    RepoDigests: digestsOf(names),
    Parent: image.parent,
    Comment: image.comment,
    Created: image.created,
    Container: image.container,
    ContainerConfig: orderedConfig(image.containerConfig),
    DockerVersion: image.dockerVersion,
    Author: image.author,
    Config: orderedConfig(image.config),
    Architecture: image.architecture,
    Os: image.os,
    Size: size,
    VirtualSize: size,
    GraphDriver: graphDriver(folders.slice(1), folders[0] ?? ''),
    RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffId) },
    Metadata: { LastTagTime: formatTime(store.lastTagged(image.id)) },
  };
}

export function imageHistory(store: ImageStore, image: Image): Record<string, unknown>[] {
  let layer = 0;
  const lines = image.history.map((entry) => {
    const size = entry.emptyLayer ? 0 : (image.layers[layer++]?.size ?? 0);
    return {
      Comment: entry.comment,
      Created: unixSeconds(entry.created),
      CreatedBy: entry.createdBy,
      Id: '<missing>',
      Size: size,
      Tags: null as string[] | null,
    };
  });
  lines.reverse();
  // Ids go as far down as the parents are known here.
  let at: Image | undefined = image;
  for (const line of lines) {
    if (!at) break;
    const tags = tagsOf(store.namesOf(at.id));
    line.Id = at.id;
    line.Tags = tags.length > 0 ? tags : null;
    at = store.images.get(at.parent);
  }
  return lines;
}
