/**
 * What people have put on the simulated Hub: accounts and the images of their repositories. The world
 * outside tells every machine of each change, so every machine knows all of it.
 *
 * Knowingly different: an account comes to be with the first login under a name that nobody has; all
 * repositories are public.
 */
import { deepFreeze } from '../../base';
import type { ImageReference } from '../../api';
import { sha256Hex } from '../content/digest';
import type { HubRefusal } from '../content/hub';
import type { Image, Manifest } from '../content/image';
import type { LayerNode } from '../content/layer';
import type { Credentials } from './credentials';

export type HubRecord =
  | { readonly kind: 'account'; readonly name: string; readonly secret: string }
  | {
      readonly kind: 'image';
      /** `alice/app` */
      readonly path: string;
      readonly tag: string;
      readonly manifest: Manifest;
    };

interface Repository {
  readonly tags: Map<string, Manifest>;
  readonly digests: Map<string, Manifest>;
}

export class HubContents {
  private readonly accounts = new Map<string, string>();
  private readonly repositories = new Map<string, Repository>();

  /** A record, of this machine or of another one. */
  take(value: unknown): void {
    const record = value as HubRecord;
    if (record.kind === 'account') {
      if (!this.accounts.has(record.name)) this.accounts.set(record.name, record.secret);
      return;
    }
    const { path, tag } = record;
    const manifest = frozen(record.manifest);
    const repository = this.repositories.get(path) ?? { tags: new Map(), digests: new Map() };
    repository.tags.set(tag, manifest);
    repository.digests.set(manifest.digest, manifest);
    this.repositories.set(path, repository);
  }

  /** Undefined where nobody has pushed to the repository. */
  find(reference: ImageReference): Manifest | HubRefusal | undefined {
    const repository = this.repositories.get(reference.path);
    if (!repository) return undefined;
    const { digest, tag = 'latest' } = reference;
    const found = digest === undefined ? repository.tags.get(tag) : repository.digests.get(digest);
    return found ?? 'manifest-unknown';
  }

  tagsOf({ path }: ImageReference): readonly string[] {
    return [...(this.repositories.get(path)?.tags.keys() ?? [])];
  }

  /** Repositories, in the order in which they came to be. */
  paths(): readonly string[] {
    return [...this.repositories.keys()];
  }

  /** True if a manifest of the repository names the blob. */
  hasBlob(path: string, digest: string): boolean {
    for (const { image } of this.repositories.get(path)?.digests.values() ?? [])
      if (image.id === digest || image.layers.some((layer) => layer.blobDigest === digest))
        return true;
    return false;
  }

  account({ username, password }: Credentials): 'known' | 'wrong' | 'unknown' {
    const secret = this.accounts.get(username);
    if (secret === undefined) return 'unknown';
    return secret === secretOf({ username, password }) ? 'known' : 'wrong';
  }
}

export function secretOf({ username, password }: Credentials): string {
  return sha256Hex(`${username}:${password}`);
}

/** Docker IDs: 4 to 30 small letters and digits. */
export function isDockerId(name: string): boolean {
  return /^[a-z0-9]{4,30}$/.test(name);
}

/** What came from another machine is frozen anew, so that clones share it. */
function frozen(manifest: Manifest): Manifest {
  const { image } = manifest;
  for (const { tree } of image.layers) freezeTree(tree);
  return deepFreeze({ ...manifest, image: deepFreeze<Image>(image) });
}

function freezeTree(node: LayerNode): void {
  if (Object.isFrozen(node)) return;
  Object.freeze(node);
  if (!node.children) return;
  Object.freeze(node.children);
  for (const child of node.children.values()) freezeTree(child);
}
