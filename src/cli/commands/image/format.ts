/** The table of images (docker/cli: cli/command/formatter/image.go): a row for each tag. */
import { GoTime, humanSize, type ImageSummary } from '../../../api';
import type { Columns } from '../../format/formatter';
import { ago, familiarName, shortId } from '../../format/text';

export interface ImageRow {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly trunc: boolean;
  readonly now: number;
}

const NONE = '<none>';

/** Tags and digests of one image, repository by repository, as rows of the table. */
export function imageRows(
  images: readonly ImageSummary[],
  trunc: boolean,
  digests: boolean,
  now: number,
): ImageRow[] {
  return images.flatMap((image) => {
    const row = (repository: string, tag: string, digest: string): ImageRow => ({
      image,
      repository,
      tag,
      digest,
      trunc,
      now,
    });
    const tags = new Map<string, string[]>();
    const sums = new Map<string, string[]>();
    for (const name of image.RepoTags ?? []) {
      const mark = name.lastIndexOf(':');
      if (name === `${NONE}:${NONE}`) continue;
      const repository = familiarName(name.slice(0, mark));
      tags.set(repository, [...(tags.get(repository) ?? []), name.slice(mark + 1)]);
    }
    for (const name of image.RepoDigests ?? []) {
      const mark = name.indexOf('@');
      if (name === `${NONE}@${NONE}`) continue;
      const repository = familiarName(name.slice(0, mark));
      sums.set(repository, [...(sums.get(repository) ?? []), name.slice(mark + 1)]);
    }
    const rows: ImageRow[] = [];
    for (const [repository, list] of tags) {
      const found = sums.get(repository) ?? [];
      sums.delete(repository);
      for (const tag of list) {
        if (!digests || found.length === 0) {
          rows.push(row(repository, tag, NONE));
          continue;
        }
        for (const digest of found) rows.push(row(repository, tag, digest));
      }
    }
    for (const [repository, list] of sums) {
      // The digest of an image that was pulled by it, or whose tag has moved on.
      for (const digest of digests ? list : list.slice(0, 1))
        rows.push(row(repository, NONE, digest));
    }
    return rows.length > 0 ? rows : [row(NONE, NONE, NONE)];
  });
}

export const imageColumns: Columns<ImageRow> = {
  type: '*formatter.imageContext',
  columns: {
    ID: ['IMAGE ID', ({ image, trunc }) => (trunc ? shortId(image.Id) : image.Id)],
    Repository: ['REPOSITORY', (row) => row.repository],
    Tag: ['TAG', (row) => row.tag],
    Digest: ['DIGEST', (row) => row.digest],
    CreatedSince: [
      'CREATED',
      ({ image, now }) => (image.Created <= 0 ? 'N/A' : ago(now, image.Created)),
    ],
    CreatedAt: [
      'CREATED AT',
      ({ image }) =>
        new GoTime(new Date(image.Created * 1000).toISOString().replace('.000Z', 'Z')).toString(),
    ],
    Size: ['SIZE', ({ image }) => humanSize(image.Size, 3)],
    Containers: [
      'CONTAINERS',
      ({ image }) => (image.Containers === -1 ? 'N/A' : String(image.Containers)),
    ],
    VirtualSize: ['SIZE', ({ image }) => humanSize(image.VirtualSize)],
    SharedSize: [
      'SHARED SIZE',
      ({ image }) => (image.SharedSize === -1 ? 'N/A' : humanSize(image.SharedSize)),
    ],
    UniqueSize: [
      'UNIQUE SIZE',
      ({ image }) =>
        image.VirtualSize === -1 || image.SharedSize === -1
          ? 'N/A'
          : humanSize(image.VirtualSize - image.SharedSize),
    ],
  },
};

export const imageTable = (digests: boolean) =>
  `table {{.Repository}}\t{{.Tag}}\t${digests ? '{{.Digest}}\t' : ''}{{.ID}}\t` +
  `{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}`;
