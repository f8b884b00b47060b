/**
 * An OCI image layout, which the engine of 20.10 itself would not load: read as later ones do, so that
 * an archive of any tool can be looked into. Digests of manifests, configurations and blobs are checked.
 */
import { digestOf } from '../content/digest';
import { ArchiveError } from '../content/tar-reader';
import { readJson, type ArchiveFiles, type ManifestItem } from './archive-files';

interface Descriptor {
  readonly mediaType?: string;
  readonly digest?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The images of `index.json`; undefined where the archive has none. */
export function ociIndex(files: ArchiveFiles): readonly ManifestItem[] | undefined {
  const file = files.find('index.json');
  if (!file) return undefined;
  const { manifests } = record(readJson(file));
  if (!Array.isArray(manifests)) throw new ArchiveError('invalid index.json: no manifests');
  return (manifests as Descriptor[]).flatMap((descriptor) => imagesOf(files, descriptor, 0));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new ArchiveError('invalid OCI layout: not an object');
}

function imagesOf(files: ArchiveFiles, descriptor: Descriptor, depth: number): ManifestItem[] {
  const manifest = record(readJson(blob(files, descriptor.digest)));
  if (Array.isArray(manifest['manifests']) && depth < 2)
    return (manifest['manifests'] as Descriptor[])
      .filter((item) => item.annotations?.['vnd.docker.reference.type'] === undefined)
      .slice(0, 1)
      .flatMap((item) =>
        imagesOf(files, { ...item, annotations: descriptor.annotations ?? {} }, depth + 1),
      );
  const config = record(manifest['config']) as Descriptor;
  const layers = Array.isArray(manifest['layers']) ? (manifest['layers'] as Descriptor[]) : [];
  blob(files, config.digest);
  for (const layer of layers) blob(files, layer.digest);
  const name =
    descriptor.annotations?.['io.containerd.image.name'] ??
    descriptor.annotations?.['org.opencontainers.image.ref.name'];
  return [
    {
      config: pathOf(config.digest),
      repoTags: name !== undefined && name.includes(':') ? [name] : [],
      layers: layers.map((layer) => pathOf(layer.digest)),
      parent: '',
    },
  ];
}

function pathOf(digest: string | undefined): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1];
  if (hex === undefined) throw new ArchiveError(`invalid digest ${JSON.stringify(digest ?? '')}`);
  return `blobs/sha256/${hex}`;
}

function blob(files: ArchiveFiles, digest: string | undefined): Uint8Array {
  const bytes = files.get(pathOf(digest));
  const actual = digestOf(bytes);
  if (actual === digest) return bytes;
  throw new ArchiveError(`invalid digest of a blob: expected "${digest ?? ''}", got "${actual}"`);
}
