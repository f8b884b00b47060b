/** Archives may come compressed; a small one that unpacks to more than a machine would hold is refused. */
import { Gunzip } from 'fflate';
import { concatBytes } from '../../base';
import { ArchiveError } from './tar-reader';

/** Half a gigabyte: more would take the page's memory with it. */
const BYTES_MAX = 512 << 20;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The plain archive; throws ArchiveError. */
export function plainArchive(bytes: Uint8Array): Uint8Array {
  if (bytes.length > BYTES_MAX) throw tooBig();
  if (isGzip(bytes)) return gunzip(bytes);
  const magic = [0, 1, 2, 3].map((i) => bytes[i] ?? 0);
  if (magic[0] === 0x42 && magic[1] === 0x5a && magic[2] === 0x68)
    throw new ArchiveError('not simulated: archives compressed with bzip2');
  if (magic[0] === 0xfd && magic[1] === 0x37 && magic[2] === 0x7a)
    throw new ArchiveError('not simulated: archives compressed with xz');
  if (magic[0] === 0x28 && magic[1] === 0xb5 && magic[2] === 0x2f && magic[3] === 0xfd)
    throw new ArchiveError('not simulated: archives compressed with zstd');
  return bytes;
}

function tooBig(): ArchiveError {
  return new ArchiveError('not simulated: an archive of more than 512 MiB');
}

function gunzip(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  const stream = new Gunzip((part, final) => {
    length += part.length;
    if (length > BYTES_MAX) throw tooBig();
    parts.push(part);
    ended ||= final;
  });
  try {
    // In pieces, so that a bomb is noticed before it has gone off.
    for (let at = 0; at < bytes.length; at += 65536)
      stream.push(bytes.subarray(at, at + 65536), at + 65536 >= bytes.length);
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    const text = error instanceof Error ? error.message : '';
    throw new ArchiveError(/EOF/i.test(text) ? 'unexpected EOF' : 'gzip: invalid header');
  }
  if (!ended) throw new ArchiveError('unexpected EOF');
  return concatBytes(parts);
}
