/**
 * What of the API has to do with registries: search, push, distribution and the check of credentials
 * (moby api/server/router/image, distribution, system).
 */
import { MILLISECOND_US, type Wakeable } from '../../base';
import {
  decodeBody,
  familiarString,
  isApiError,
  isFilters,
  isReferenceError,
  parseAtoi,
  parseFilters,
  parseReference,
  route,
  unknownFilter,
  withDefaultTag,
  type ApiCall,
  type ApiError,
  type ImageReference,
  type Router,
  type RouteParams,
  type Shape,
} from '../../api';
import type { EngineCore } from '../core';
import { HUB_UNREACHABLE } from '../images/pull';
import { isHubName } from '../images/store';
import { Conversation } from './conversation';
import { basicAuth, credentialsOf, type Credentials } from './credentials';
import { isDockerId, secretOf } from './hub-contents';
import { searchHub } from './hub-search';
import { HubTarget } from './hub-target';
import { NetworkTarget } from './network-target';
import { Push, type PushTarget, type PushWatcher } from './pusher';
import { RegistryReader, type ManifestReader, type ReadManifest } from './reader';

function search(core: EngineCore, call: ApiCall): void {
  const filters = parseFilters(call.query.get('filters'));
  if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
  const text = call.query.get('limit') ?? '';
  const limit = text === '' ? 25 : parseAtoi(text);
  if (typeof limit === 'object') return call.fail({ status: 500, ...limit });
  const unknown = unknownFilter(filters, ['is-automated', 'is-official', 'stars']);
  if (unknown) return call.fail(unknown);
  if (limit < 1 || limit > 100) {
    const message = `Limit ${limit} is outside the range of [1, 100]`;
    return call.fail({ status: 400, message });
  }
  const term = call.query.get('term') ?? '';
  const [first = ''] = term.split('/');
  if (term.includes('/') && /[.:]|^localhost$/.test(first) && first !== 'docker.io')
    return call.fail({ status: 501, message: `not simulated: search in ${first}` });
  const found = searchHub(core, term, filters, limit);
  if (isApiError(found)) call.fail(found);
  else call.json(200, found);
}

// --- push

class PushStream implements PushWatcher {
  constructor(private readonly call: ApiCall) {}

  pushLine(line: Readonly<Record<string, unknown>>): void {
    this.call.write(`${JSON.stringify(line)}\r\n`);
  }

  pushDone(error: ApiError | undefined): void {
    if (error) {
      const { message } = error;
      this.pushLine({ errorDetail: { message }, error: message });
    }
    this.call.end();
  }
}

function push(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  if ((call.headers['x-registry-auth'] ?? '') === '' && call.body.length === 0) {
    const message = 'Bad parameters and missing X-Registry-Auth: EOF';
    return call.fail({ status: 400, message });
  }
  const reference = parseReference(name);
  if (isReferenceError(reference))
    return call.fail({ status: 400, message: reference.referenceError });
  const wanted = call.query.get('tag') ?? '';
  call.begin(200, { 'Content-Type': 'application/json' });
  const stream = new PushStream(call);
  const repository = `${reference.domain}/${reference.path}`;
  stream.pushLine({ status: `The push refers to repository [${repository}]` });
  const tags = wanted === '' ? core.disk.images.tagsOf(reference) : [wanted];
  const missing = tags.find((tag) => !core.disk.images.resolveName({ ...reference, tag }));
  if (tags.length === 0 || missing !== undefined) {
    const here = core.disk.images.tagsOf(reference).length > 0;
    const shown = familiarString({ ...reference, tag: here ? missing : undefined });
    const message = here
      ? `tag does not exist: ${shown}`
      : `An image does not exist locally with the tag: ${shown}`;
    return stream.pushDone({ status: 404, message });
  }
  new PushRound(core, call, reference, tags, stream).next(undefined);
}

/** All tags of a repository, one after the other. */
class PushRound implements PushWatcher {
  private readonly pending: string[];

  constructor(
    private readonly core: EngineCore,
    private readonly call: ApiCall,
    private readonly reference: ImageReference,
    tags: readonly string[],
    private readonly stream: PushStream,
  ) {
    this.pending = [...tags];
  }

  next(error: ApiError | undefined): void {
    const tag = this.pending.shift();
    if (error || tag === undefined) return this.stream.pushDone(error);
    const { images } = this.core.disk;
    const reference = { ...this.reference, tag };
    const image = images.images.get(images.resolveName(reference)!)!;
    const target = targetOf(this.core, this.call, reference);
    new Push(this.core, images, image, reference, target, this).begin();
  }

  pushLine(line: Readonly<Record<string, unknown>>): void {
    this.stream.pushLine(line);
  }

  pushDone(error: ApiError | undefined): void {
    this.next(error);
  }
}

function targetOf(core: EngineCore, call: ApiCall, reference: ImageReference): PushTarget {
  const auth = basicAuth(credentialsOf(call));
  if (!isHubName(reference)) return new NetworkTarget(core, reference.domain, reference.path, auth);
  return new HubTarget(core, reference, credentialsOf(call));
}

// --- distribution

class DistributionAnswer implements ManifestReader {
  constructor(private readonly call: ApiCall) {}

  manifestRead(result: ReadManifest | ApiError): void {
    if (isApiError(result)) this.call.fail(distributionError(result));
    else {
      const { mediaType, digest, size } = result;
      const { architecture, os } = result.image.image;
      this.call.json(200, {
        Descriptor: { mediaType, digest, size },
        Platforms: [{ architecture, os }],
      });
    }
  }

  blobRead(): void {}
}

function distribution(core: EngineCore, call: ApiCall, { name = '' }: RouteParams): void {
  const parsed = parseReference(name);
  if (isReferenceError(parsed)) return call.fail({ status: 400, message: parsed.referenceError });
  const reference = withDefaultTag(parsed);
  if (!isHubName(reference)) {
    const auth = basicAuth(credentialsOf(call));
    return new RegistryReader(core, reference, auth, new DistributionAnswer(call)).begin();
  }
  const manifest = core.puller.lookUp(reference);
  if (isApiError(manifest)) return call.fail(distributionError(manifest));
  const { mediaType, digest, size, image } = manifest;
  call.json(200, {
    Descriptor: { mediaType, digest, size },
    Platforms: [{ architecture: image.architecture, os: image.os }],
  });
}

/** The registry's own words here, not those of pull. */
function distributionError(error: ApiError): ApiError {
  if (error.message.startsWith('pull access denied')) {
    const lines = [
      'errors:',
      'denied: requested access to the resource is denied',
      'unauthorized: authentication required',
    ];
    return { status: 403, message: `${lines.join('\n')}\n` };
  }
  if (error.message.startsWith('manifest for'))
    return { status: 404, message: error.message.replace(/^manifest for .* not found: /, '') };
  return error;
}

// --- credentials

const AUTH_SHAPE: Shape = {
  struct: 'types.AuthConfig',
  fields: {
    username: 'string',
    password: 'string',
    auth: 'string',
    email: 'string',
    serveraddress: 'string',
    identitytoken: 'string',
    registrytoken: 'string',
  },
};

/** A registry that answers its ping with these credentials takes them. */
class Login extends Conversation {
  constructor(
    core: EngineCore,
    domain: string,
    auth: string,
    private readonly call: ApiCall,
  ) {
    super(core, domain, auth);
  }
  protected reached(): void {
    this.call.json(200, { IdentityToken: '', Status: 'Login Succeeded' });
  }
  protected answered(): void {}
  protected failed(error: ApiError): void {
    const unauthorized = /unauthorized|basic auth/.test(error.message);
    this.call.fail({ ...error, status: unauthorized ? 401 : 500 });
  }
}

function auth(core: EngineCore, call: ApiCall): void {
  const decoded = decodeBody(call, AUTH_SHAPE, 'bare');
  if ('status' in decoded) return call.fail(decoded);
  const given = (decoded.value ?? {}) as Record<string, string>;
  const server = given['serveraddress'] ?? '';
  const credentials = { username: given['username'] ?? '', password: given['password'] ?? '' };
  const isHub = server === '' || server.includes('docker.io');
  if (!isHub) {
    const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return new Login(core, host, basicAuth(credentials), call).begin();
  }
  if (credentials.username === '' && credentials.password === '')
    return call.json(200, { IdentityToken: '', Status: 'Login Succeeded' });
  core.runtime.setTimer(HUB_LOGIN_US, new HubLogin(core, call, credentials), 'answer');
}

/** Round trips to the Hub and its token server. */
const HUB_LOGIN_US = 340 * MILLISECOND_US;

class HubLogin implements Wakeable {
  constructor(
    private readonly core: EngineCore,
    private readonly call: ApiCall,
    private readonly credentials: Credentials,
  ) {}

  wake(): void {
    const { core, call, credentials } = this;
    if (core.registry.down) return call.fail({ status: 500, message: HUB_UNREACHABLE });
    const known = core.disk.hub.account(credentials);
    const valid = isDockerId(credentials.username) && credentials.password !== '';
    if (known === 'wrong' || (known === 'unknown' && (core.hub === 'stand-in' || !valid))) {
      const message = 'unauthorized: incorrect username or password';
      const url = 'https://registry-1.docker.io/v2/';
      return call.fail({ status: 401, message: `Get "${url}": ${message}` });
    }
    if (known === 'unknown') {
      const secret = secretOf(credentials);
      core.publish({ kind: 'account', name: credentials.username, secret });
    }
    call.json(200, { IdentityToken: '', Status: 'Login Succeeded' });
  }
}

export const REGISTRY_ROUTES: Router<EngineCore> = [
  route('GET /images/search', search),
  route('POST /images/{name:.*}/push', push),
  route('GET /distribution/{name:.*}/json', distribution),
  route('POST /auth', auth),
];
