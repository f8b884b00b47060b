/** One image or container: the stack at the left, the files that it shows at the right. */
import { useMemo } from 'react';
import type { ContainerSummary } from '../../api';
import { FilePane } from './FilePane';
import { FileList } from './FileList';
import { lookAtPath, useLayers } from './layers-store';
import { Stack } from './Stack';
import { withUpper } from './upper';
import { useImage, useSharedImages, useUpper } from './use-model';

interface Props {
  readonly node: string;
  readonly image: string;
  readonly container: ContainerSummary | undefined;
}

export function StackView({ node, image, container }: Props) {
  const { value: model, error } = useImage(node, image);
  const upper = useUpper(node, container?.Id);
  const shared = useSharedImages(node);
  const layer = useLayers((s) => s.layer);
  const path = useLayers((s) => s.path);
  const count = model?.layers.length ?? 0;
  const root = useMemo(
    () => (model && upper ? withUpper(model.root, count, upper) : model?.root),
    [model, upper, count],
  );
  if (error !== undefined) {
    return <p className="lens-empty">This image cannot be looked through: {error}</p>;
  }
  if (!model || !root || (container && !upper)) return null;
  const top = container ? count : count - 1;
  const at = Math.min(layer ?? top, top);
  return (
    <div className="layers-stack" data-file={path !== undefined} data-opened-in={model.openedInMs}>
      <Stack
        node={node}
        model={model}
        root={root}
        container={container}
        upper={upper}
        shared={shared}
        at={at}
      />
      <FileList root={root} top={top} at={at} layers={count} container={container !== undefined} />
      {path !== undefined && (
        <FilePane
          key={`${path} ${at}`}
          root={root}
          path={path}
          at={at}
          layers={count}
          node={node}
          container={container?.Id}
          upper={upper}
          close={() => lookAtPath(undefined)}
        />
      )}
    </div>
  );
}
