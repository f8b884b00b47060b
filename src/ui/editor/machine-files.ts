/** Reads and writes files on a machine's own disk. */
import { jsonRequest, type FolderEntry } from '../../api';
import { decodeUtf8, encodeUtf8 } from '../../base';
import { host } from '../state/cluster';

export interface FileText {
  readonly text: string;
  /** Permissions. */
  readonly mode: number;
  readonly isNew: boolean;
}

const NEW_MODE = 0o644;

function ask(node: string, path: string) {
  const address = `/xray/files?path=${encodeURIComponent(path)}`;
  return host().look(node, jsonRequest('GET', address));
}

/** Throws where it is no text or cannot be read. */
export async function readFile(node: string, path: string): Promise<FileText> {
  const { status, body, headers } = await ask(node, path);
  if (status === 404) return { text: '', mode: NEW_MODE, isNew: true };
  if (status === 0) throw new Error(`${node} is off.`);
  if (status !== 200) throw new Error(JSON.parse(decodeUtf8(body)).message as string);
  if (headers['Content-Type'] === 'application/json') throw new Error(`${path} is a folder.`);
  if (body.includes(0)) throw new Error(`${path} holds no text.`);
  const mode = Number.parseInt(headers['X-File-Mode'] ?? '', 8);
  return { text: decodeUtf8(body), mode: Number.isNaN(mode) ? NEW_MODE : mode, isNew: false };
}

export async function readFolder(node: string, path: string): Promise<readonly FolderEntry[]> {
  const { status, body } = await ask(node, path);
  if (status !== 200) return [];
  const entries = JSON.parse(decodeUtf8(body)) as FolderEntry[];
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function writeFile(node: string, path: string, text: string, mode: number): Promise<void> {
  return host().writeFile(node, path, encodeUtf8(text), mode);
}
