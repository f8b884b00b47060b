/**
 * The registry HTTP API v2 as distribution 2.8 answers it: base, catalogue, tags, manifests, blobs and
 * uploads, with its error codes. Not modelled: authentication, redirects, ranges, schema 1 manifests.
 */
import { decodeUtf8, encodeUtf8 } from '../../base';
import { sys, type Sys } from '../../kernel';
import { digestOf } from '../content/digest';
import { decodeGoJson, recordOf } from '../registry/json';
import type { HttpRequest } from './http-server';
import {
  RegistryPaths,
  linkedBlob,
  namesIn,
  readLink,
  readOrNone,
  removeTree,
  repositories,
  storeBlob,
  writeAt,
  writeLink,
} from './registry-storage';

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface RegistryConfig {
  readonly root: string;
  readonly deletes: boolean;
  readonly readOnly: boolean;
  readonly instance: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MESSAGES: Readonly<Record<string, readonly [number, string]>> = {
  BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
  DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
  MANIFEST_BLOB_UNKNOWN: [400, 'blob unknown to registry'],
  MANIFEST_INVALID: [400, 'manifest invalid'],
  MANIFEST_UNKNOWN: [404, 'manifest unknown'],
  NAME_UNKNOWN: [404, 'repository name not known to registry'],
  PAGINATION_NUMBER_INVALID: [400, 'invalid number of results requested'],
  UNSUPPORTED: [405, 'The operation is unsupported.'],
};

function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array = new Uint8Array(0),
): RegistryAnswer {
  return { status, headers, body };
}

function json(status: number, value: unknown, more: Record<string, string> = {}): RegistryAnswer {
  const body = encodeUtf8(`${JSON.stringify(value)}\n`);
  return answer(status, { 'Content-Type': JSON_TYPE, ...more }, body);
}

function refusal(code: string, detail?: unknown): RegistryAnswer {
  const [status, message] = MESSAGES[code]!;
  const error = { code, message, ...(detail === undefined ? {} : { detail }) };
  return json(status, { errors: [error] });
}

const NAME = '([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)';
const TAGS = new RegExp(`^/v2/${NAME}/tags/list$`);
const MANIFESTS = new RegExp(`^/v2/${NAME}/manifests/(sha256:[0-9a-f]{64}|[\\w][\\w.-]{0,127})$`);
const BLOBS = new RegExp(`^/v2/${NAME}/blobs/(sha256:[0-9a-f]{64})$`);
const UPLOADS = new RegExp(`^/v2/${NAME}/blobs/uploads/$`);
const UPLOAD = new RegExp(`^/v2/${NAME}/blobs/uploads/([0-9a-f-]{36})$`);

/** Answers one request. */
export function* registryRoute(request: HttpRequest, config: RegistryConfig): Sys<RegistryAnswer> {
  const [path = '', search = ''] = request.target.split('?');
  const query = queryOf(search);
  const paths = new RegistryPaths(config.root);
  if (path === '/v2') return answer(301, { Location: '/v2/', 'Content-Type': 'text/html' });
  if (path === '/v2/') return answer(200, { 'Content-Type': JSON_TYPE }, encodeUtf8('{}'));
  if (path === '/v2/_catalog') return yield* catalogue(paths, query);
  const tags = TAGS.exec(path);
  if (tags) return yield* tagList(paths, tags[1]!, query);
  const manifest = MANIFESTS.exec(path);
  if (manifest) return yield* manifests(paths, request, config, manifest[1]!, manifest[2]!);
  const blob = BLOBS.exec(path);
  if (blob) return yield* blobs(paths, request, config, blob[1]!, blob[2]!);
  const uploads = UPLOADS.exec(path);
  if (uploads && request.method === 'POST')
    return yield* startUpload(paths, request, uploads[1]!, query);
  const upload = UPLOAD.exec(path);
  if (upload) return yield* continueUpload(paths, request, upload[1]!, upload[2]!, query);
  const type = { 'Content-Type': 'text/plain; charset=utf-8' };
  return answer(404, type, encodeUtf8('404 page not found\n'));
}

function queryOf(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const part of text.split('&')) {
    const mark = part.indexOf('=');
    const raw = mark < 0 ? '' : part.slice(mark + 1).replace(/\+/g, ' ');
    try {
      query.set(mark < 0 ? part : part.slice(0, mark), decodeURIComponent(raw));
    } catch {
      // Not decodable: as good as not given.
    }
  }
  return query;
}

/** A part of a sorted list: `n` entries after `last`. */
function page(
  all: readonly string[],
  query: ReadonlyMap<string, string>,
  path: string,
): { items: readonly string[]; link: Record<string, string> } | RegistryAnswer {
  const last = query.get('last') ?? '';
  const after = all.filter((name) => name > last);
  const n = query.get('n');
  if (n === undefined) return { items: after, link: {} };
  if (!/^\d+$/.test(n)) return refusal('PAGINATION_NUMBER_INVALID', { n });
  const items = after.slice(0, Number(n));
  const more = after.length > items.length && items.length > 0;
  const next = `<${path}?last=${encodeURIComponent(items.at(-1) ?? '')}&n=${n}>; rel="next"`;
  return { items, link: more ? { Link: next } : {} };
}

function* catalogue(paths: RegistryPaths, query: ReadonlyMap<string, string>): Sys<RegistryAnswer> {
  const found = page(yield* repositories(paths), query, '/v2/_catalog');
  return 'status' in found ? found : json(200, { repositories: found.items }, found.link);
}

function* tagList(
  paths: RegistryPaths,
  name: string,
  query: ReadonlyMap<string, string>,
): Sys<RegistryAnswer> {
  const known = yield* namesIn(`${paths.repository(name)}/_manifests`);
  if (known.length === 0) return refusal('NAME_UNKNOWN', { name });
  const tags: string[] = [];
  for (const tag of yield* namesIn(paths.tags(name)))
    if ((yield* readLink(paths.tagLink(name, tag))) !== undefined) tags.push(tag);
  const found = page(tags, query, `/v2/${name}/tags/list`);
  if ('status' in found) return found;
  return json(200, { name, tags: found.items.length > 0 ? found.items : null }, found.link);
}

function* manifests(
  paths: RegistryPaths,
  request: HttpRequest,
  config: RegistryConfig,
  name: string,
  reference: string,
): Sys<RegistryAnswer> {
  const { method } = request;
  if (method === 'PUT') return yield* putManifest(paths, request, name, reference);
  if (method === 'DELETE') return yield* deleteManifest(paths, config, name, reference);
  if (method !== 'GET' && method !== 'HEAD') return refusal('UNSUPPORTED');
  const isDigest = reference.startsWith('sha256:');
  const digest = isDigest ? reference : yield* readLink(paths.tagLink(name, reference));
  const linked =
    digest !== undefined && (yield* readLink(paths.revisionLink(name, digest))) !== undefined;
  const bytes = linked ? yield* readOrNone(paths.blob(digest)) : undefined;
  if (digest === undefined || !bytes) {
    if (!isDigest) return refusal('MANIFEST_UNKNOWN', { Tag: reference });
    return refusal('MANIFEST_UNKNOWN', { Name: name, Revision: reference });
  }
  const type = recordOf(decodeGoJson(decodeUtf8(bytes)))['mediaType'];
  const headers = {
    'Content-Type': typeof type === 'string' ? type : 'application/vnd.oci.image.manifest.v1+json',
    'Docker-Content-Digest': digest,
    Etag: `"${digest}"`,
  };
  return answer(200, headers, bytes);
}

function* putManifest(
  paths: RegistryPaths,
  request: HttpRequest,
  name: string,
  reference: string,
): Sys<RegistryAnswer> {
  const { body } = request;
  const digest = digestOf(body);
  if (reference.startsWith('sha256:') && reference !== digest) return refusal('DIGEST_INVALID');
  const value = decodeGoJson(decodeUtf8(body));
  if (value === undefined) return refusal('MANIFEST_INVALID', {});
  const manifest = recordOf(value);
  const layers = Array.isArray(manifest['layers']) ? (manifest['layers'] as unknown[]) : [];
  const missing: unknown[] = [];
  for (const descriptor of [manifest['config'], ...layers]) {
    const wanted = recordOf(descriptor)['digest'];
    if (typeof wanted !== 'string') continue;
    if ((yield* readLink(paths.layerLink(name, wanted))) !== undefined) continue;
    const [, message] = MESSAGES['MANIFEST_BLOB_UNKNOWN']!;
    missing.push({ code: 'MANIFEST_BLOB_UNKNOWN', message, detail: wanted });
  }
  if (missing.length > 0) return json(400, { errors: missing });
  const path = paths.blob(digest);
  if ((yield* readOrNone(path)) === undefined) yield* writeAt(path, body);
  yield* writeLink(paths.revisionLink(name, digest), digest);
  if (!reference.startsWith('sha256:')) {
    yield* writeLink(paths.tagIndexLink(name, reference, digest), digest);
    yield* writeLink(paths.tagLink(name, reference), digest);
  }
  const host = request.headers['host'] ?? '';
  const location = `http://${host}/v2/${name}/manifests/${digest}`;
  return answer(201, { 'Docker-Content-Digest': digest, Location: location });
}

function* deleteManifest(
  paths: RegistryPaths,
  config: RegistryConfig,
  name: string,
  reference: string,
): Sys<RegistryAnswer> {
  if (!config.deletes) return refusal('UNSUPPORTED');
  if (!reference.startsWith('sha256:')) return refusal('UNSUPPORTED');
  const link = paths.revisionLink(name, reference);
  if ((yield* readLink(link)) === undefined)
    return refusal('MANIFEST_UNKNOWN', { Name: name, Revision: reference });
  yield* removeTree(link.slice(0, link.lastIndexOf('/')));
  for (const tag of yield* namesIn(paths.tags(name)))
    if ((yield* readLink(paths.tagLink(name, tag))) === reference)
      yield* removeTree(`${paths.tags(name)}/${tag}`);
  return answer(202);
}

function* blobs(
  paths: RegistryPaths,
  request: HttpRequest,
  config: RegistryConfig,
  name: string,
  digest: string,
): Sys<RegistryAnswer> {
  const bytes = yield* linkedBlob(paths, name, digest);
  if (request.method === 'DELETE') {
    if (!config.deletes) return refusal('UNSUPPORTED');
    if (!bytes) return refusal('BLOB_UNKNOWN', digest);
    const link = paths.layerLink(name, digest);
    yield* removeTree(link.slice(0, link.lastIndexOf('/')));
    return answer(202, { 'Docker-Content-Digest': digest });
  }
  if (!bytes) return refusal('BLOB_UNKNOWN', digest);
  const headers = {
    'Cache-Control': 'max-age=31536000',
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    Etag: `"${digest}"`,
  };
  return answer(200, headers, bytes);
}

function* startUpload(
  paths: RegistryPaths,
  request: HttpRequest,
  name: string,
  query: ReadonlyMap<string, string>,
): Sys<RegistryAnswer> {
  const mount = query.get('mount') ?? '';
  const from = query.get('from') ?? '';
  if (mount !== '' && from !== '' && (yield* linkedBlob(paths, from, mount))) {
    yield* writeLink(paths.layerLink(name, mount), mount);
    return blobCreated(request, name, mount);
  }
  const id = uuidOf(yield* sys.random(16));
  const { unixUs } = yield* sys.clock();
  const folder = paths.upload(name, id);
  yield* writeAt(`${folder}/data`, new Uint8Array(0));
  const stamp = new Date(Math.floor(unixUs / 1000)).toISOString().replace(/\.\d+Z/, 'Z');
  yield* writeAt(`${folder}/startedat`, encodeUtf8(stamp));
  return uploading(request, name, id, 0);
}

function* continueUpload(
  paths: RegistryPaths,
  request: HttpRequest,
  name: string,
  id: string,
  query: ReadonlyMap<string, string>,
): Sys<RegistryAnswer> {
  const folder = paths.upload(name, id);
  const sofar = yield* readOrNone(`${folder}/data`);
  if (!sofar) return refusal('BLOB_UPLOAD_UNKNOWN');
  const { method, body } = request;
  if (method === 'GET' || method === 'HEAD')
    return { ...uploading(request, name, id, sofar.length), status: 204 };
  if (method === 'DELETE') {
    yield* removeTree(folder);
    return answer(204);
  }
  if (method !== 'PATCH' && method !== 'PUT') return refusal('UNSUPPORTED');
  const bytes = new Uint8Array(sofar.length + body.length);
  bytes.set(sofar);
  bytes.set(body, sofar.length);
  if (method === 'PATCH') {
    yield* sys.writeFile(`${folder}/data`, bytes);
    return uploading(request, name, id, bytes.length);
  }
  const digest = query.get('digest') ?? '';
  if (digestOf(bytes) !== digest) return refusal('DIGEST_INVALID', 'invalid digest');
  yield* storeBlob(paths, name, bytes);
  yield* removeTree(folder);
  return blobCreated(request, name, digest);
}

function uploading(request: HttpRequest, name: string, id: string, size: number): RegistryAnswer {
  const host = request.headers['host'] ?? '';
  return answer(202, {
    'Docker-Upload-Uuid': id,
    Location: `http://${host}/v2/${name}/blobs/uploads/${id}?_state=${id.replaceAll('-', '')}`,
    Range: `0-${Math.max(0, size - 1)}`,
  });
}

function blobCreated(request: HttpRequest, name: string, digest: string): RegistryAnswer {
  const host = request.headers['host'] ?? '';
  const location = `http://${host}/v2/${name}/blobs/${digest}`;
  return answer(201, { 'Docker-Content-Digest': digest, Location: location });
}

/** A version 4 UUID of 16 random bytes. */
export function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return `${parts.join('-')}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
