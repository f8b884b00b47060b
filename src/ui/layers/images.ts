/**
 * Asks an engine for an image: its configuration and history, and its files out of `docker save`. Images
 * never change, so what was read once is kept, for all machines.
 */
import { jsonRequest } from '../../api';
import { decodeUtf8 } from '../../base';
import { host } from '../state/cluster';
import { modelOf, type HistoryLine, type ImageModel } from './image-model';

/** How many images are kept; a large one takes its bytes in memory. */
const KEEP = 12;
const known = new Map<string, Promise<ImageModel>>();

export class LookError extends Error {}

export async function look(node: string, path: string): Promise<Uint8Array> {
  const { status, body } = await host().look(node, jsonRequest('GET', `/v1.41${path}`));
  if (status === 200) return body;
  throw new LookError(status === 0 ? `${node} does not answer` : decodeUtf8(body).trim());
}

export async function lookJson<T>(node: string, path: string): Promise<T> {
  return JSON.parse(decodeUtf8(await look(node, path))) as T;
}

export function openImage(node: string, id: string): Promise<ImageModel> {
  const had = known.get(id);
  if (had) {
    known.delete(id);
    known.set(id, had);
    return had;
  }
  const opened = readImage(node, id);
  known.set(id, opened);
  opened.catch(() => known.delete(id));
  for (const old of [...known.keys()].slice(0, -KEEP)) known.delete(old);
  return opened;
}

async function readImage(node: string, id: string): Promise<ImageModel> {
  const start = performance.now();
  const [history, archive] = await Promise.all([
    lookJson<readonly HistoryLine[]>(node, `/images/${id}/history`),
    look(node, `/images/${id}/get`),
  ]);
  return { ...modelOf(id, history, archive), openedInMs: performance.now() - start };
}
