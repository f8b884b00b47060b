import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../base';
import { digestOf } from '../content/digest';
import { ArchiveError } from '../content/tar-reader';
import { writeTar, type TarEntry } from '../content/tar-writer';
import { readImages } from './load';
import { saveArchive } from './save';

const BASE = { mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 1_000_000_000 } as const;
const file = (name: string, text: string): TarEntry => ({
  ...BASE,
  name,
  type: 'file',
  data: encodeUtf8(text),
});

interface Parts {
  readonly layer?: readonly TarEntry[];
  readonly outer?: readonly TarEntry[];
  readonly diffId?: string;
}

/** An archive of one image with one layer. */
function archive({ layer = [file('a', 'x')], outer = [], diffId }: Parts = {}): Uint8Array {
  const tar = writeTar(layer);
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [diffId ?? digestOf(tar)] },
  });
  const name = `${digestOf(config).slice(7)}.json`;
  const manifest = [{ Config: name, RepoTags: ['made:1'], Layers: ['l/layer.tar'] }];
  return writeTar([
    file(name, config),
    { ...BASE, name: 'l/layer.tar', type: 'file', data: tar },
    file('manifest.json', JSON.stringify(manifest)),
    ...outer,
  ]);
}

function refusal(bytes: Uint8Array): string {
  try {
    readImages(bytes, '1', new Map());
    return '';
  } catch (error) {
    if (error instanceof ArchiveError) return error.message;
    throw error;
  }
}

describe('load', () => {
  it('reads what save writes, to the same ids', () => {
    const [first] = readImages(archive(), '1', new Map());
    const [again] = readImages(saveArchive([first!]), '1', new Map());
    expect(again!.image.id).toBe(first!.image.id);
    expect(again!.image.layers[0]!.diffId).toBe(first!.image.layers[0]!.diffId);
    expect(again!.names).toEqual(first!.names);
  });

  it.each([
    ['a path that leaves the layer', { layer: [file('../../etc/passwd', 'x')] }, /outside of/],
    [
      'a path through a link',
      { layer: [{ ...BASE, name: 'l', type: 'symlink', linkname: '/etc' }, file('l/passwd', 'x')] },
      /goes through the symbolic link/,
    ],
    [
      'a hard link that leads out',
      { layer: [{ ...BASE, name: 'h', type: 'link', linkname: '../../etc/shadow' }] },
      /invalid hardlink/,
    ],
    [
      'a disk',
      { layer: [{ ...BASE, name: 'sda', type: 'block', major: 8, minor: 0 }] },
      /block device \(8:0\)/,
    ],
    [
      'an absolute link of the archive itself',
      { outer: [{ ...BASE, name: 'x', type: 'symlink', linkname: '/etc/shadow' }] },
      /invalid symlink "x" -> "\/etc\/shadow"/,
    ],
    ['another layer than promised', { diffId: digestOf('other') }, /invalid diffID for layer 0/],
  ] as const)('refuses %s', (_what, parts, message) => {
    expect(refusal(archive(parts as Parts))).toMatch(message);
  });

  it('refuses every archive that is cut off, and sizes that lie', () => {
    const whole = archive();
    for (let length = 1; length <= whole.length - 1536; length += 511)
      expect(refusal(whole.subarray(0, length))).not.toBe('');
    const lying = Uint8Array.from(whole);
    lying.set(encodeUtf8('77777777777'), 124);
    expect(refusal(lying)).toMatch(/invalid tar header/);
  });
});
