/** The Layers lens: what images are made of, what a container adds, what is shared, how it was built. */
import type { ContainerSummary, ImageSummary } from '../../api';
import { runCommand } from '../guide/run-command';
import { useCluster } from '../state/cluster-store';
import { usePage } from '../state/page-store';
import { Builds } from './Builds';
import { Compare } from './Compare';
import { lookAt, lookAtNode, setTab, useLayers, type LayersTab, type Target } from './layers-store';
import { imageName } from './sharing';
import { SharingPicture } from './SharingPicture';
import { StackView } from './StackView';
import { useInventory } from './use-model';
import '../services/services.css';
import './layers.css';

const TABS: readonly (readonly [LayersTab, string])[] = [
  ['stack', 'Stack'],
  ['sharing', 'Sharing'],
  ['compare', 'Compare'],
  ['build', 'Build'],
];

export function LayersLens() {
  const front = usePage((s) => s.terminal);
  const chosen = useLayers((s) => s.node);
  const nodes = useCluster((s) => s.nodes);
  const node = nodes.some((n) => n.name === chosen) ? chosen! : front;
  const tab = useLayers((s) => s.tab);
  const { images, containers } = useInventory(node);
  const target = useTarget(images, containers);
  return (
    <div className="layers">
      <header className="layers-bar">
        <div className="layers-tabs" role="group" aria-label="What of the layers">
          {TABS.map(([name, text]) => (
            <button
              key={name}
              type="button"
              aria-pressed={tab === name}
              onClick={() => setTab(name)}
            >
              {text}
            </button>
          ))}
        </div>
        <select
          aria-label="Machine"
          value={node}
          onChange={(event) => lookAtNode(event.target.value)}
        >
          {nodes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {tab !== 'sharing' && tab !== 'build' && target && (
          <TargetSelect target={target} images={images} containers={containers} />
        )}
      </header>
      <Body tab={tab} node={node} target={target} containers={containers} />
    </div>
  );
}

interface BodyProps {
  readonly tab: LayersTab;
  readonly node: string;
  readonly target: Target | undefined;
  readonly containers: readonly ContainerSummary[];
}

function Body({ tab, node, target, containers }: BodyProps) {
  if (tab === 'build') return <Builds node={node} />;
  if (!target) return <NoImages node={node} />;
  if (tab === 'sharing') return <SharingPicture node={node} />;
  const container =
    target.kind === 'container' ? containers.find((c) => c.Id === target.id) : undefined;
  const image = container?.ImageID ?? target.id;
  if (tab === 'compare') return <Compare node={node} image={image} />;
  const key = `${node} ${target.id}`;
  return <StackView key={key} node={node} image={image} container={container} />;
}

/** What was chosen, while it is there; else the newest container, else the newest image. */
function useTarget(
  images: readonly ImageSummary[],
  containers: readonly ContainerSummary[],
): Target | undefined {
  const chosen = useLayers((s) => s.target);
  const list: readonly { readonly Id: string }[] =
    chosen?.kind === 'container' ? containers : images;
  if (chosen && list.some((item) => item.Id === chosen.id)) return chosen;
  const container = containers.find((c) => images.some((image) => image.Id === c.ImageID));
  if (container) return { kind: 'container', id: container.Id };
  return images[0] ? { kind: 'image', id: images[0].Id } : undefined;
}

interface SelectProps {
  readonly target: Target;
  readonly images: readonly ImageSummary[];
  readonly containers: readonly ContainerSummary[];
}

function TargetSelect({ target, images, containers }: SelectProps) {
  return (
    <select
      className="layers-target"
      aria-label="Image or container"
      value={`${target.kind} ${target.id}`}
      onChange={(event) => {
        const [kind, id] = event.target.value.split(' ');
        lookAt({ kind: kind === 'container' ? 'container' : 'image', id: id! });
      }}
    >
      {containers.length > 0 && (
        <optgroup label="Containers">
          {containers.map((c) => (
            <option key={c.Id} value={`container ${c.Id}`}>
              {c.Names[0]?.slice(1)} ({c.State})
            </option>
          ))}
        </optgroup>
      )}
      <optgroup label="Images">
        {images.map((image) => (
          <option key={image.Id} value={`image ${image.Id}`}>
            {imageName(image)}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

function NoImages({ node }: { readonly node: string }) {
  return (
    <div className="lens-empty">
      <p>
        {node} has no image yet. An image is a stack of layers, and each layer holds the files that
        one instruction added, changed or deleted. <br />
        <button
          type="button"
          className="layers-offer"
          onClick={() => void runCommand({ node, text: 'docker pull nginx:1.13' })}
        >
          <code>docker pull nginx:1.13</code> Run
        </button>{' '}
        brings one, or drop an archive of <code>docker save</code> onto the page.
      </p>
    </div>
  );
}
