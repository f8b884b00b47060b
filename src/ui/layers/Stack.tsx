/**
 * The stack as it lies on the disk: the container's own layer on top, below the read-only ones of the
 * image. A copy-up lifts its file from the layer that had it into the one on top.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ContainerSummary } from '../../api';
import { useCluster } from '../state/cluster-store';
import { plural } from '../state/words';
import { copyUpsOf, sourceOf, type CopyUp } from './copy-ups';
import type { FileNode } from './file-tree';
import type { ImageModel, LayerInfo } from './image-model';
import { lookAtLayer, lookAtPath } from './layers-store';
import { imagesWith, type SharedImage } from './sharing';
import { sizeText } from './sizes';
import type { Upper } from './upper';
import { scoreOf, wasteOf, type Waste } from './waste';

interface Props {
  readonly node: string;
  readonly model: ImageModel;
  readonly root: FileNode;
  readonly container: ContainerSummary | undefined;
  readonly upper: Upper | undefined;
  readonly shared: readonly SharedImage[];
  /** Layer that is looked at. */
  readonly at: number;
}

export function Stack({ node, model, root, container, upper, shared, at }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const { layers } = model;
  const count = layers.length;
  const walk = (event: React.KeyboardEvent) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const top = container ? count : count - 1;
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(top, at + step));
    lookAtLayer(next);
    list.current?.querySelector<HTMLElement>(`[data-layer="${next}"]`)?.focus();
  };
  return (
    <section className="stack" aria-label="Layers, the top one first">
      <p className="stack-what">
        {container ? (
          <>
            Container <b>{container.Names[0]?.slice(1)}</b> from {container.Image}
          </>
        ) : (
          'An image: all of its layers are read-only'
        )}
      </p>
      <div className="stack-column">
        <ol ref={list} onKeyDown={walk}>
          {container && upper && (
            <>
              <li>
                <button
                  type="button"
                  className="stack-layer"
                  data-kind="upper"
                  data-layer={count}
                  aria-current={at === count}
                  tabIndex={at === count ? 0 : -1}
                  onClick={() => lookAtLayer(undefined)}
                >
                  <b>Writable layer</b>
                  <span>{sizeText(upper.bytes)}</span>
                  <code>upper directory</code>
                  <small>{plural(upper.changes.length, 'change')}</small>
                </button>
              </li>
              <li className="stack-cut">below: read-only</li>
            </>
          )}
          {layers.map((_, i) => {
            const layer = count - 1 - i;
            return (
              <LayerCard
                key={layer}
                layer={layer}
                info={layers[layer]!}
                shared={shared}
                current={at === layer}
              />
            );
          })}
        </ol>
        {container && <Flights {...{ node, root }} container={container.Id} layers={count} />}
      </div>
      {container && <CopyUpList {...{ node, root }} container={container.Id} layers={count} />}
      <Sum model={model} shared={shared} />
    </section>
  );
}

interface CardProps {
  readonly layer: number;
  readonly info: LayerInfo;
  readonly shared: readonly SharedImage[];
  readonly current: boolean;
}

function LayerCard({ layer, info, shared, current }: CardProps) {
  const users = imagesWith(shared, info.chain.slice(1));
  return (
    <li>
      <button
        type="button"
        className="stack-layer"
        data-shared={users.length > 1}
        data-layer={layer}
        aria-current={current}
        tabIndex={current ? 0 : -1}
        title={`${info.createdBy}\n${info.diffId}${
          users.length > 1 ? `\nIn ${users.map((u) => u.name).join(', ')}` : ''
        }`}
        onClick={() => lookAtLayer(layer)}
      >
        <b>Layer {layer + 1}</b>
        <span>{sizeText(info.size)}</span>
        <code>{info.createdBy || 'unknown instruction'}</code>
        <small>{users.length > 1 ? plural(users.length, 'image') : 'only here'}</small>
      </button>
    </li>
  );
}

function Sum({ model, shared }: Pick<Props, 'model' | 'shared'>) {
  const { layers } = model;
  const waste = useWaste(model);
  const all = layers.reduce((sum, layer) => sum + layer.size, 0);
  const own = layers
    .filter((layer) => imagesWith(shared, layer.chain.slice(1)).length < 2)
    .reduce((sum, layer) => sum + layer.size, 0);
  return (
    <p className="stack-sum">
      {sizeText(all)} seen, of which {sizeText(own)} are stored for this image alone.{' '}
      {waste && (
        <>
          Score <b data-good={scoreOf(waste) >= 90}>{scoreOf(waste)}</b> of 100
          {waste.wasted > 0
            ? `: ${sizeText(waste.wasted)} in files that upper layers hide.`
            : ': no layer carries what another hides.'}
        </>
      )}
      {waste?.files.slice(0, 3).map(({ node, bytes, times, deleted }) => (
        <button
          key={node.path}
          type="button"
          className="stack-waste"
          onClick={() => lookAtPath(node.path)}
        >
          <code>{node.path}</code> {sizeText(bytes)},{' '}
          {deleted ? 'deleted above' : `carried ${times} times`}
        </button>
      ))}
    </p>
  );
}

/** Counted once the files are on the screen: in a large image it takes its time. */
function useWaste({ root, layers }: ImageModel): Waste | undefined {
  const [waste, setWaste] = useState<Waste>();
  useEffect(() => {
    const timer = setTimeout(() => setWaste(wasteOf(root, layers.length)), 50);
    return () => clearTimeout(timer);
  }, [root, layers]);
  return waste;
}

interface CopyUpsProps {
  readonly node: string;
  readonly container: string;
  readonly root: FileNode;
  readonly layers: number;
}

/** Wall time that a copy-up is shown on its way. */
const SHOWN_MS = 2600;

function useCopyUps(node: string, container: string): readonly CopyUp[] {
  const xray = useCluster((s) => s.copyUps);
  return useMemo(() => copyUpsOf(xray, node, container), [xray, node, container]);
}

/** Copy-ups on their way; those of before somebody looked are not shown again. */
function Flights({ node, container, root, layers }: CopyUpsProps) {
  const all = useCopyUps(node, container);
  const [flying, setFlying] = useState<readonly CopyUp[]>([]);
  const seen = useRef(all[0]?.at ?? -1);
  useEffect(() => {
    const fresh = all.filter((one) => one.at > seen.current && one.type === 'file').slice(0, 3);
    if (all.length > 0) seen.current = all[0]!.at;
    if (fresh.length === 0) return;
    setFlying(fresh);
  }, [all]);
  useEffect(() => {
    if (flying.length === 0) return undefined;
    const timer = setTimeout(() => setFlying([]), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [flying]);
  return (
    <div className="copy-up-lane">
      {flying.map((one, i) => (
        <Flight key={one.path} copyUp={one} from={sourceOf(root, one.path, layers)} place={i} />
      ))}
    </div>
  );
}

/** All of them in words. */
function CopyUpList({ node, container, root, layers }: CopyUpsProps) {
  const files = useCopyUps(node, container).filter((one) => one.type === 'file');
  if (files.length === 0) return null;
  return (
    <ol className="copy-ups" aria-live="polite" aria-label="Copied up, newest first">
      {files.slice(0, 5).map((one) => (
        <li key={`${one.at} ${one.path}`}>
          <button type="button" onClick={() => lookAtPath(one.path)}>
            <code>{one.path}</code>
          </button>{' '}
          copied up from layer {(sourceOf(root, one.path, layers) ?? 0) + 1}:{' '}
          {one.bytes === 0 ? 'its entry only' : sizeText(one.bytes)}, {timeText(one.us)}
        </li>
      ))}
    </ol>
  );
}

function timeText(us: number): string {
  return us < 10_000 ? `${(us / 1000).toFixed(2)} ms` : `${Math.round(us / 1000)} ms`;
}

interface FlightProps {
  readonly copyUp: CopyUp;
  readonly from: number | undefined;
  readonly place: number;
}

/** The file on its way from the layer that had it to the one on top, along an arc. */
function Flight({ copyUp, from, place }: FlightProps) {
  const self = useRef<HTMLDivElement>(null);
  const [way, setWay] = useState<{ top: number; height: number }>();
  useEffect(() => {
    const column = self.current?.closest('.stack-column');
    const middle = (layer: string) => {
      const card = column?.querySelector<HTMLElement>(layer);
      return card ? card.offsetTop + card.offsetHeight / 2 : 0;
    };
    if (!column || from === undefined) return;
    const top = middle('[data-kind="upper"]');
    setWay({ top, height: middle(`[data-layer="${from}"]`) - top });
  }, [from]);
  const height = Math.max(way?.height ?? 0, 8);
  const bow = Math.min(44, 20 + height / 5);
  const arc = `M0 ${height} C ${bow} ${height}, ${bow} 0, 0 0`;
  const style = { top: way?.top ?? 0, '--place': place, '--way': `${height}px` };
  return (
    <div className="copy-up" ref={self} style={style as object} data-ready={way !== undefined}>
      <svg width="44" height={height} aria-hidden>
        <path d={arc} />
        <circle r="4" style={{ offsetPath: `path('${arc}')` }} />
      </svg>
      <code>{copyUp.path.split('/').at(-1)}</code>
    </div>
  );
}
