/** Turns the lens to the image that `docker load` has just told of. */
import { useCluster } from '../state/cluster-store';
import { lookAt, lookAtNode, setTab } from './layers-store';

/** The screens follow the engine a moment later. */
const TRIES = 40;
const EVERY_MS = 50;

export function lookAtLoaded(node: string, text: string): void {
  const name = /Loaded image(?: ID)?: (\S+)/.exec(text)?.[1];
  lookAtNode(node);
  setTab('stack');
  let tries = 0;
  const find = () => {
    const images = useCluster.getState().screens[node]?.images ?? [];
    const image = images.find((item) => item.Id === name || item.RepoTags?.includes(name ?? ''));
    if (image) lookAt({ kind: 'image', id: image.Id });
    else if (++tries < TRIES) setTimeout(find, EVERY_MS);
  };
  find();
}
