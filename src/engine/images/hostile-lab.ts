/**
 * The parts of the engine that read what others made, as plain functions, for who throws hostile input at
 * them: Dockerfiles, build contexts, archives, file operations. Each answers false where the input is
 * refused in the real system's words; anything else that is thrown is our mistake.
 */
import { SysError } from '../../kernel';
import { readTree } from '../build/context-tar';
import { parseDockerfile } from '../build/dockerfile';
import { BuildFailure } from '../build/failure';
import { parseStages } from '../build/instructions';
import { contentDigest } from '../buildkit/content-digest';
import { convert } from '../buildkit/convert';
import { specOf } from '../buildkit/image-spec';
import { llbNode, nodesOf } from '../buildkit/llb';
import { planStages } from '../buildkit/stages';
import { emptyConfig, type Image } from '../content/image';
import { digestOf } from '../content/digest';
import type { LayerNode } from '../content/layer';
import { sealImage, sealLayer, treeTar } from '../content/seal';
import { ArchiveError, readTar } from '../content/tar-reader';
import { unpackLayer } from '../content/unpack';
import { UnionFs } from '../files/union-fs';
import { freezeUpper } from '../files/upper-tree';
import { importImage } from './import';
import { readImages } from './load';
import { saveArchive } from './save';

function accepted(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof BuildFailure || error instanceof ArchiveError) return false;
    if (error instanceof SysError) return false;
    throw error;
  }
}

const CREATED = '2026-11-25T00:00:00Z';

function imageOf(tree: LayerNode): Image {
  return sealImage({
    ...{ created: CREATED, author: '', architecture: 'amd64', os: 'linux', dockerVersion: '' },
    ...{ comment: '', container: '', parent: '' },
    config: emptyConfig(),
    containerConfig: emptyConfig(),
    history: [{ created: CREATED, createdBy: 'x', comment: '', emptyLayer: false }],
    layers: [sealLayer(tree)],
  });
}

export const hostileLab = {
  /** Both builders' reading of a Dockerfile, up to the definition of what would be done. */
  dockerfile(text: string, buildArgs: ReadonlyMap<string, string>, heredocs: boolean): boolean {
    return accepted(() => {
      const { lines, escape } = parseDockerfile(text, { heredocs });
      const parsed = parseStages(lines);
      const options = { buildArgs, target: '', noCache: false, escape };
      const plan = planStages(parsed, options);
      if (plan.badName) throw plan.badName;
      const empty: LayerNode = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeUs: 0 };
      for (const state of plan.reachable)
        if (!state.base && !state.isScratch) state.image = specOf(imageOf(empty));
      const local = { kind: 'local', name: 'context', session: '', sharedKeyHint: '' } as const;
      const op = { ...local, followPaths: undefined, excludes: [] };
      const context = llbNode(op, [], { name: 'context' });
      convert({
        ...{ buildArgs, labels: new Map(), escape, forcePull: false, network: '', extraHosts: [] },
        ...{ plan, context },
      });
      if (plan.target.node) nodesOf(plan.target.node);
    });
  },
  /** A build's context, and what COPY would look at in it. */
  context(bytes: Uint8Array, path: string, fs: (tree: LayerNode) => UnionFs): boolean {
    return accepted(() => {
      const selector = { path, wildcard: true, follow: true };
      contentDigest({ fs: fs(readTree(bytes)), modes: new Map() }, [selector]);
    });
  },
  load(bytes: Uint8Array): boolean {
    return accepted(() => void readImages(bytes, '0', new Map()));
  },
  import(bytes: Uint8Array): boolean {
    const config = emptyConfig();
    const options = { source: '-', message: '', created: CREATED, engineVersion: '', config };
    return accepted(() => void importImage(bytes, options));
  },
  /** An archive that `load` takes. */
  saved(tree: LayerNode): Uint8Array {
    return saveArchive([{ image: imageOf(tree), names: [] }]);
  },
  tar: (tree: LayerNode): Uint8Array => treeTar(tree),
  /** One operation of a process. */
  attempt: accepted,
  /** The upper directory as a layer's archive, and that archive read again: both must agree. */
  layerAgrees(fs: UnionFs): boolean {
    const tar = treeTar(freezeUpper(fs.root.upper!));
    const again = treeTar(unpackLayer(readTar(tar)));
    return described(tar) === described(again);
  },
};

/** Of whiteouts only the names say something. */
function described(tar: Uint8Array): string {
  const lines = readTar(tar).map((entry) => {
    const { name, type, mode, uid, gid, linkname, data } = entry;
    if (/(^|\/)\.wh\./.test(name)) return name;
    return [name, type, mode, uid, gid, linkname, digestOf(data)].join(' ');
  });
  return lines.join('\n');
}
