/** What the Layers lens looks at: the machine, the image or container, the layer, the file. */
import { create } from 'zustand';

export type LayersTab = 'stack' | 'sharing' | 'compare' | 'build';

export interface Target {
  readonly kind: 'image' | 'container';
  readonly id: string;
}

interface LayersState {
  readonly tab: LayersTab;
  /** Machine; undefined: the one whose terminal is in front. */
  readonly node: string | undefined;
  /** Undefined: the newest container, or else the newest image. */
  readonly target: Target | undefined;
  /** Layer that is looked at; undefined: the top one. */
  readonly layer: number | undefined;
  readonly path: string | undefined;
  /** Image on the other side of a comparison. */
  readonly other: string | undefined;
  /** Undefined: of a container that has written something, yes. */
  readonly onlyChanges: boolean | undefined;
}

export const useLayers = create<LayersState>(() => ({
  tab: 'stack',
  node: undefined,
  target: undefined,
  layer: undefined,
  path: undefined,
  other: undefined,
  onlyChanges: undefined,
}));

export const setTab = (tab: LayersTab): void => useLayers.setState({ tab });
export const lookAtNode = (node: string): void =>
  useLayers.setState({ node, target: undefined, layer: undefined, path: undefined });
export const lookAt = (target: Target): void =>
  useLayers.setState({ target, layer: undefined, path: undefined });
export const lookAtLayer = (layer: number | undefined): void =>
  useLayers.setState({ layer, path: undefined });
export const lookAtPath = (path: string | undefined): void => useLayers.setState({ path });
export const compareWith = (other: string): void => useLayers.setState({ other });
export const showOnlyChanges = (onlyChanges: boolean): void => useLayers.setState({ onlyChanges });
