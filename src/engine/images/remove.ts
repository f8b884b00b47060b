/**
 * `docker rmi` and the prune of images (moby `daemon/images/image_delete.go`). Containers that use an
 * image stand in the way as they do there: a name may go while another remains, an id only without
 * containers.
 */
import {
  familiarName,
  familiarString,
  filterLabels,
  filterValues,
  hasFilter,
  isApiError,
  isFullId,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ApiError,
  type Filters,
  type ImageReference,
} from '../../api';
import type { Image } from '../content/image';
import type { Events } from '../events';
import { shortId } from '../ids';
import { parseRfc3339 } from '../time';
import { chainsOf, type ImageStore } from './store';

export interface RemovedImage {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

/** A container that uses an image. */
export interface ImageUser {
  readonly id: string;
  readonly imageId: string;
  readonly running: boolean;
}

export class ImageRemover {
  constructor(
    private readonly store: ImageStore,
    private readonly events: Events,
  ) {}

  remove(
    text: string,
    force: boolean,
    prune: boolean,
    users: readonly ImageUser[],
  ): RemovedImage[] | ApiError {
    const image = this.store.find(text);
    if (isApiError(image)) return image;
    const mine = users.filter((user) => user.imageId === image.id);
    const reference = parseReference(text);
    const byId = isFullId(text) || isReferenceError(reference) || this.isIdPrefix(image, text);
    if (!byId && !isReferenceError(reference))
      return this.removeReference(image, withDefaultTag(reference), text, force, prune, mine);
    return this.removeById(image, force, prune, mine);
  }

  private isIdPrefix(image: Image, text: string): boolean {
    const reference = parseReference(text);
    if (isReferenceError(reference)) return true;
    return this.store.resolveName(reference) !== image.id;
  }

  private removeReference(
    image: Image,
    reference: ImageReference,
    text: string,
    force: boolean,
    prune: boolean,
    users: readonly ImageUser[],
  ): RemovedImage[] | ApiError {
    const names = this.store.namesOf(image.id);
    const isLast = names.filter((name) => name.digest === undefined).length <= 1;
    const user = users[0];
    if (isLast && user && !force) {
      const subject = `unable to remove repository reference "${text}" (must force)`;
      const reason = `container ${shortId(user.id)} is using its referenced image ${shortId(image.id)}`;
      return { status: 409, message: `conflict: ${subject} - ${reason}` };
    }
    const removed = [this.untag(image, reference)];
    // The digest of a repository goes with its last tag there.
    const repository = familiarName(reference);
    const rest = this.store.namesOf(image.id);
    const sameRepository = rest.filter((name) => familiarName(name) === repository);
    if (sameRepository.every((name) => name.digest !== undefined))
      for (const name of sameRepository) removed.push(this.untag(image, name));
    if (this.store.namesOf(image.id).length > 0 || users.length > 0) return removed;
    return [...removed, ...this.deleteImage(image, prune)];
  }

  private removeById(
    image: Image,
    force: boolean,
    prune: boolean,
    users: readonly ImageUser[],
  ): RemovedImage[] | ApiError {
    const names = this.store.namesOf(image.id);
    const running = users.find((user) => user.running);
    const conflict = (hint: string, reason: string): ApiError => ({
      status: 409,
      message: `conflict: unable to delete ${shortId(image.id)} (${hint}) - ${reason}`,
    });
    if (running) {
      const reason = `image is being used by running container ${shortId(running.id)}`;
      return conflict('cannot be forced', reason);
    }
    if (!force) {
      const repositories = new Set(names.map(familiarName));
      if (repositories.size > 1)
        return conflict('must be forced', 'image is referenced in multiple repositories');
      if (users[0]) {
        const reason = `image is being used by stopped container ${shortId(users[0].id)}`;
        return conflict('must be forced', reason);
      }
    }
    if ([...this.store.images.values()].some((other) => other.parent === image.id))
      return conflict('cannot be forced', 'image has dependent child images');
    const removed = names.map((name) => this.untag(image, name));
    return [...removed, ...this.deleteImage(image, prune)];
  }

  private untag(image: Image, name: ImageReference): RemovedImage {
    this.store.removeName(name);
    const attributes = { ...image.config.Labels, name: image.id };
    this.events.publish('image', 'untag', image.id, attributes);
    return { Untagged: familiarString(name) };
  }

  private deleteImage(image: Image, prune: boolean): RemovedImage[] {
    const chains = chainsOf(image);
    this.store.remove(image.id);
    const left = this.store.chainIds();
    const removed: RemovedImage[] = [{ Deleted: image.id }];
    for (const chain of chains.reverse()) if (!left.has(chain)) removed.push({ Deleted: chain });
    const attributes = { ...image.config.Labels, name: image.id };
    this.events.publish('image', 'delete', image.id, attributes);
    const parent = this.store.images.get(image.parent);
    const orphan = parent && this.store.namesOf(parent.id).length === 0;
    const isParent = [...this.store.images.values()].some((other) => other.parent === image.parent);
    if (prune && parent && orphan && !isParent) removed.push(...this.deleteImage(parent, prune));
    return removed;
  }

  /** `POST /images/prune`. `nowUs` is Unix time. */
  prune(
    filters: Filters,
    users: readonly ImageUser[],
    untilUs: number | undefined,
  ): { readonly removed: RemovedImage[]; readonly bytes: number } {
    const danglingOnly = !filterValues(filters, 'dangling').some((value) =>
      ['0', 'false'].includes(value),
    );
    const before = this.store.layerBytes();
    const removed: RemovedImage[] = [];
    const newest = [...this.store.images.values()].sort((a, b) => (a.created < b.created ? 1 : -1));
    for (const image of newest) {
      if (users.some((user) => user.imageId === image.id)) continue;
      if (danglingOnly && this.store.namesOf(image.id).length > 0) continue;
      if (untilUs !== undefined && (parseRfc3339(image.created) ?? 0) > untilUs) continue;
      if (hasFilter(filters, 'label') && !filterLabels(filters, 'label', image.config.Labels))
        continue;
      const result = this.removeById(image, true, true, []);
      if (!isApiError(result)) removed.push(...result);
    }
    return { removed, bytes: before - this.store.layerBytes() };
  }
}
