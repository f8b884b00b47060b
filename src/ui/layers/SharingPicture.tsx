/**
 * Images side by side, each a stack; a layer that several have is one block under all of them. What is
 * drawn once is stored once.
 */
import { useMemo } from 'react';
import { useCluster } from '../state/cluster-store';
import { plural } from '../state/words';
import { lookAt, setTab } from './layers-store';
import { containersOf, sharingOf, type Block, type SharedImage } from './sharing';
import { sizeText } from './sizes';
import { useSharedImages } from './use-model';

const NONE = [] as const;

export function SharingPicture({ node }: { readonly node: string }) {
  const given = useSharedImages(node);
  const containers = useCluster((s) => s.screens[node]?.containers ?? NONE);
  const sharing = useMemo(() => sharingOf(given), [given]);
  const { images, blocks, seen, stored } = sharing;
  const levels = Math.max(1, ...images.map((image) => image.layers.length));
  const saved = seen - stored;
  return (
    <div className="sharing" tabIndex={0} role="region" aria-label="Shared layers">
      <p>
        {plural(images.length, 'image')} on {node}: {sizeText(seen)} seen, {sizeText(stored)}{' '}
        stored.{' '}
        {saved > 0 ? (
          <>
            Sharing saves <b>{sizeText(saved)}</b>.
          </>
        ) : images.length > 1 ? (
          'No layer is shared. Images with one base share its layers.'
        ) : (
          'A second image on the same base would share its layers.'
        )}
      </p>
      <div
        className="sharing-picture"
        role="img"
        aria-label={blocks.map((block) => sentenceOf(block, images)).join('. ')}
        style={{
          gridTemplateColumns: `repeat(${images.length}, minmax(116px, 260px))`,
          gridTemplateRows: `auto auto repeat(${levels}, 30px)`,
        }}
      >
        {images.map((image, column) => (
          <ImageHead
            key={image.id}
            image={image}
            column={column}
            containers={containersOf(containers, image.id).map((c) => c.Names[0]?.slice(1) ?? '')}
          />
        ))}
        {blocks.map((block) => (
          <div
            key={`${block.column} ${block.chain}`}
            className="sharing-block"
            data-shared={block.span > 1}
            title={block.createdBy}
            style={{
              gridColumn: `${block.column + 1} / span ${block.span}`,
              gridRow: levels - block.level + 2,
            }}
          >
            <code>{block.createdBy}</code>
            <span>{sizeText(block.size)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

interface HeadProps {
  readonly image: SharedImage;
  readonly column: number;
  readonly containers: readonly string[];
}

function ImageHead({ image, column, containers }: HeadProps) {
  return (
    <>
      <div className="sharing-containers" style={{ gridColumn: column + 1, gridRow: 1 }}>
        {containers.slice(0, 3).map((name) => (
          <span key={name} title={`Container ${name}: one thin writable layer of its own`}>
            {name}
          </span>
        ))}
        {containers.length > 3 && <span>and {containers.length - 3} more</span>}
      </div>
      <button
        type="button"
        className="sharing-image"
        style={{ gridColumn: column + 1, gridRow: 2 }}
        onClick={() => {
          lookAt({ kind: 'image', id: image.id });
          setTab('stack');
        }}
      >
        {image.name}
      </button>
    </>
  );
}

function sentenceOf(block: Block, images: readonly SharedImage[]): string {
  const users = images.slice(block.column, block.column + block.span).map((image) => image.name);
  return `${block.createdBy}, ${sizeText(block.size)}, in ${users.join(' and ')}`;
}
