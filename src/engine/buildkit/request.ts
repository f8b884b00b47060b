/** What `POST /build?version=2` has more than the classic builder's request. */
import { decodeWholeJson, isJsonFailure, type ApiCall, type ApiError } from '../../api';
import type { BuildOptions } from '../build/options';

export interface BuildKitOptions {
  readonly session: string;
  readonly buildId: string;
  /** Of `-o`; the daemon's own store without one. */
  readonly output: BuildKitExport;
}

export interface BuildKitExport {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a context that came in the request is called. */
export const UPLOAD_REQUEST = 'upload-request';
export const CLIENT_SESSION = 'client-session';

export function readBuildKitOptions(
  call: ApiCall,
  options: BuildOptions,
): BuildKitOptions | ApiError {
  const text = (name: string) => call.query.get(name) ?? '';
  const outputs = readOutputs(text('outputs'));
  if ('status' in outputs) return outputs;
  if (outputs.list.length > 1) return { status: 500, message: 'multiple outputs not supported' };
  const network = options.networkMode;
  if (!['', 'default', 'host', 'none'].includes(network)) {
    const quoted = JSON.stringify(network);
    return { status: 500, message: `network mode ${quoted} not supported by buildkit` };
  }
  const output = outputs.list[0] ?? { type: 'moby', attributes: {} };
  return { session: text('session'), buildId: text('buildid'), output };
}

function readOutputs(text: string): { readonly list: BuildKitExport[] } | ApiError {
  if (text === '') return { list: [] };
  const parsed = decodeWholeJson(text);
  if (isJsonFailure(parsed)) return { status: 400, message: parsed.message };
  const list = Array.isArray(parsed.value) ? (parsed.value as unknown[]) : [];
  return {
    list: list.map((item) => {
      const { Type: type, Attrs: attributes } = item as { Type?: string; Attrs?: object | null };
      return { type: type ?? '', attributes: { ...attributes } as Record<string, string> };
    }),
  };
}
