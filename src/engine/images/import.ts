/** `docker import` of an archive in the request (moby daemon/images/image_import.go): one flat layer. */
import { plainArchive } from '../content/gunzip';
import { emptyConfig, type ContainerConfig, type Image } from '../content/image';
import { layerFromTar, sealImage } from '../content/seal';
import { readTar } from '../content/tar-reader';
import { unpackLayer } from '../content/unpack';

export interface ImportOptions {
  /** Of the archive, '-' for the request's body. */
  readonly source: string;
  readonly message: string;
  readonly created: string;
  readonly engineVersion: string;
  readonly config: ContainerConfig;
}

/** Throws ArchiveError. */
export function importImage(archive: Uint8Array, options: ImportOptions): Image {
  const tar = plainArchive(archive);
  const layer = layerFromTar(tar, unpackLayer(readTar(tar)));
  const comment = options.message === '' ? `Imported from ${options.source}` : options.message;
  const { created, config, engineVersion } = options;
  return sealImage({
    created,
    author: '',
    architecture: 'amd64',
    os: 'linux',
    dockerVersion: engineVersion,
    comment,
    container: '',
    config,
    containerConfig: emptyConfig(),
    history: [{ created, createdBy: '', comment, emptyLayer: false }],
    layers: [layer],
    parent: '',
  });
}
