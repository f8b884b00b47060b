/**
 * An archive of `docker save`, or an OCI layout, dropped onto the page: loaded by the engine of the machine
 * whose terminal is in front, as `docker load` does it. The engine judges the archive, not the page.
 */
import { create } from 'zustand';
import { decodeUtf8 } from '../../base';
import { host } from '../state/cluster';
import { setView, usePage } from '../state/page-store';
import { useCluster } from '../state/cluster-store';

export type Drop =
  | { readonly kind: 'none' }
  /** Something is held over the page. */
  | { readonly kind: 'over' }
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'loaded'; readonly text: string }
  | { readonly kind: 'refused'; readonly name: string; readonly text: string };

export const useDrop = create<{ readonly drop: Drop }>(() => ({ drop: { kind: 'none' } }));

export const setDrop = (drop: Drop): void => useDrop.setState({ drop });

/** A browser tab has no room for more. */
const MAX_BYTES = 1 << 30;

export function frontNode(): string {
  const { nodes } = useCluster.getState();
  const { terminal } = usePage.getState();
  return nodes.some((node) => node.name === terminal) ? terminal : (nodes[0]?.name ?? 'node1');
}

export async function loadArchive(file: File): Promise<void> {
  const node = frontNode();
  const { name } = file;
  const refuse = (text: string) => setDrop({ kind: 'refused', name, text });
  if (file.size > MAX_BYTES) return refuse('it is larger than 1 GB');
  setDrop({ kind: 'loading', name });
  const body = new Uint8Array(await file.arrayBuffer());
  const headers = { 'content-type': 'application/x-tar' };
  const request = { method: 'POST', path: '/v1.41/images/load?quiet=1', headers, body };
  const answer = await host().requestApi(node, request);
  const lines = decodeUtf8(answer.body)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { stream?: string; error?: string; message?: string });
  const error = lines.find((line) => line.error ?? line.message);
  if (answer.status !== 200 || error) {
    return refuse(error?.error ?? error?.message ?? `${node} does not answer`);
  }
  const text = lines.map((line) => (line.stream ?? '').trim()).join(' ');
  setDrop({ kind: 'loaded', text: `${node}: ${text || 'the archive held no image'}` });
  const { lookAtLoaded } = await import('../layers/look-at-loaded');
  lookAtLoaded(node, text);
  setView('layers');
}
