/** Two images beside each other: the layers that they share, then every file that is not the same. */
import { useMemo, useState } from 'react';
import { plural } from '../state/words';
import { compareImages, type Difference } from './comparison';
import type { Version } from './file-tree';
import type { ImageModel } from './image-model';
import { compareWith, useLayers } from './layers-store';
import { diffLines } from './line-diff';
import { imageName, type SharedImage } from './sharing';
import { sizeText } from './sizes';
import { useImage, useInventory, useSharedImages } from './use-model';

/** More differences than this are counted only. */
const SHOWN = 400;

interface Props {
  readonly node: string;
  /** Image at the left. */
  readonly image: string;
}

export function Compare({ node, image }: Props) {
  const { images } = useInventory(node);
  const chosen = useLayers((s) => s.other);
  const others = images.filter((item) => item.Id !== image);
  const nearest = useNearest(node, image);
  const other =
    others.find((item) => item.Id === chosen) ??
    others.find((item) => item.Id === nearest) ??
    others[0];
  const { value: here } = useImage(node, image);
  const { value: there } = useImage(node, other?.Id);
  if (!other) {
    return (
      <div className="lens-empty">
        <p>
          There is one image only. Build or pull a second one, and every file that differs shows
          here.
        </p>
      </div>
    );
  }
  const name = imageName(images.find((item) => item.Id === image) ?? other);
  return (
    <div className="compare">
      <p>
        <b>{name}</b> against{' '}
        <select
          aria-label="Image to compare with"
          value={other.Id}
          onChange={(event) => compareWith(event.target.value)}
        >
          {others.map((item) => (
            <option key={item.Id} value={item.Id}>
              {imageName(item)}
            </option>
          ))}
        </select>
      </p>
      {here && there && <Differences here={here} there={there} names={[name, imageName(other)]} />}
    </div>
  );
}

/** The image that has most layers in common with this one. */
function useNearest(node: string, image: string): string | undefined {
  const shared = useSharedImages(node);
  const chains = new Set(shared.find((item) => item.id === image)?.layers.map((l) => l.chain));
  const inCommon = (item: SharedImage) => item.layers.filter((l) => chains.has(l.chain)).length;
  const others = shared.filter((item) => item.id !== image);
  return others.sort((a, b) => inCommon(b) - inCommon(a))[0]?.id;
}

interface DifferencesProps {
  readonly here: ImageModel;
  readonly there: ImageModel;
  readonly names: readonly [string, string];
}

function Differences({ here, there, names }: DifferencesProps) {
  const { common, differences, same } = useMemo(() => compareImages(here, there), [here, there]);
  const [open, setOpen] = useState<string>();
  const bytes = here.layers.slice(0, common).reduce((sum, layer) => sum + layer.size, 0);
  const words = {
    'only here': `only in ${names[0]}`,
    'only there': `only in ${names[1]}`,
    differs: 'differs',
  };
  return (
    <>
      <p>
        {common > 0
          ? `The lowest ${plural(common, 'layer')} (${sizeText(bytes)}) are the same and stored once.`
          : 'They share no layer.'}{' '}
        {plural(same, 'file')} alike, {differences.length} not.
      </p>
      <ol className="compare-list">
        {differences.slice(0, SHOWN).map((each) => (
          <li key={each.path} data-kind={each.kind}>
            <button
              type="button"
              aria-expanded={open === each.path}
              onClick={() => setOpen(open === each.path ? undefined : each.path)}
            >
              <code>{each.path}</code>
              <span>{words[each.kind]}</span>
              <span>{sizesOf(each)}</span>
            </button>
            {open === each.path && <Texts difference={each} />}
          </li>
        ))}
      </ol>
      {differences.length > SHOWN && <p>and {differences.length - SHOWN} more.</p>}
    </>
  );
}

function sizesOf({ here, there }: Difference): string {
  if (here && there) return `${sizeText(here.size)} | ${sizeText(there.size)}`;
  return sizeText((here ?? there)?.size ?? 0);
}

function Texts({ difference }: { readonly difference: Difference }) {
  const { here, there } = difference;
  const [a, b] = [textOf(here), textOf(there)];
  if (a === undefined || b === undefined) return <p>No text, so it is not shown.</p>;
  return (
    <pre tabIndex={0}>
      {diffLines(b, a)
        .slice(0, 300)
        .map((line, i) => (
          <span key={i} data-kind={line.kind}>
            {line.kind === 'out' ? '- ' : line.kind === 'in' ? '+ ' : '  '}
            {line.text}
            {'\n'}
          </span>
        ))}
    </pre>
  );
}

function textOf(version: Version | undefined): string | undefined {
  if (!version) return '';
  if (version.type === 'symlink') return version.target;
  const data = version.data?.subarray(0, 40_000) ?? new Uint8Array(0);
  return data.includes(0) ? undefined : new TextDecoder().decode(data);
}
