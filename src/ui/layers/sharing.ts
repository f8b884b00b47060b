/** Which images hold which layers, and what sharing saves. A layer is the same where all below it is, too. */
import type { ContainerSummary, ImageSummary } from '../../api';
import { instructionOf } from './image-model';
import { lookJson } from './images';

export interface SharedImage {
  readonly id: string;
  /** "nginx:1.13", or a short id of one without a name. */
  readonly name: string;
  /** Lowest first. */
  readonly layers: readonly {
    /** All diff ids down to the lowest. */
    readonly chain: string;
    readonly size: number;
    readonly createdBy: string;
  }[];
}

interface HistoryLine {
  readonly CreatedBy: string;
  readonly Size: number;
}

const known = new Map<string, Promise<SharedImage['layers']>>();

export function imageName({ Id, RepoTags }: Pick<ImageSummary, 'Id' | 'RepoTags'>): string {
  const tag = RepoTags?.find((name) => name !== '<none>:<none>');
  return tag ?? Id.replace('sha256:', '').slice(0, 12);
}

export function readShared(
  node: string,
  images: readonly ImageSummary[],
): Promise<readonly SharedImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const asked = known.get(image.Id) ?? layersOf(node, image.Id);
      known.set(image.Id, asked);
      asked.catch(() => known.delete(image.Id));
      return { id: image.Id, name: imageName(image), layers: await asked };
    }),
  );
}

async function layersOf(node: string, id: string): Promise<SharedImage['layers']> {
  const [config, history] = await Promise.all([
    lookJson<{ RootFS: { Layers?: readonly string[] } }>(node, `/images/${id}/json`),
    lookJson<readonly HistoryLine[]>(node, `/images/${id}/history`),
  ]);
  const diffIds = config.RootFS.Layers ?? [];
  const lines = linesOfLayers(history.toReversed(), diffIds.length);
  return diffIds.map((_, i) => ({
    chain: diffIds.slice(0, i + 1).join('>'),
    size: lines[i]?.Size ?? 0,
    createdBy: instructionOf(lines[i]?.CreatedBy ?? ''),
  }));
}

/** History does not say which lines made a layer: those with bytes did, of the others what may. */
function linesOfLayers(lines: readonly HistoryLine[], count: number): readonly HistoryLine[] {
  const makes = (line: HistoryLine) =>
    line.Size > 0 || /^(RUN|COPY|ADD|WORKDIR) /.test(instructionOf(line.CreatedBy));
  const may = lines.filter(makes);
  let spare = may.length - count;
  return may.filter((line) => line.Size > 0 || spare-- <= 0);
}

/** A block of the picture: a layer under all images that have it. */
export interface Block {
  readonly chain: string;
  readonly level: number;
  /** First column and number of columns. */
  readonly column: number;
  readonly span: number;
  readonly size: number;
  readonly createdBy: string;
}

export interface Sharing {
  /** In the order of the columns: images with common layers stand together. */
  readonly images: readonly SharedImage[];
  readonly blocks: readonly Block[];
  /** Bytes that the images seem to take, and those that the disk holds. */
  readonly seen: number;
  readonly stored: number;
}

export function sharingOf(given: readonly SharedImage[]): Sharing {
  const key = (image: SharedImage) => image.layers.at(-1)?.chain ?? '';
  const images = [...given].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const blocks: Block[] = [];
  const open: { at: number; block: Block }[] = [];
  images.forEach((image, column) => {
    image.layers.forEach((layer, level) => {
      const left = open[level];
      if (left && left.block.chain === layer.chain) {
        left.block = { ...left.block, span: left.block.span + 1 };
        blocks[left.at] = left.block;
        return;
      }
      const block = { ...layer, level, column, span: 1 };
      open[level] = { at: blocks.length, block };
      blocks.push(block);
    });
    open.length = image.layers.length;
  });
  const total = (list: readonly { readonly size: number }[]) =>
    list.reduce((sum, { size }) => sum + size, 0);
  const seen = images.reduce((sum, image) => sum + total(image.layers), 0);
  return { images, blocks, seen, stored: total(blocks) };
}

/** How many images of the list have this layer. */
export function imagesWith(images: readonly SharedImage[], chain: string): readonly SharedImage[] {
  return images.filter((image) => image.layers.some((layer) => layer.chain === chain));
}

export function containersOf(
  containers: readonly ContainerSummary[],
  image: string,
): readonly ContainerSummary[] {
  return containers.filter((container) => container.ImageID === image);
}
