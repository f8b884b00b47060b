/**
 * Image references (docker/distribution `reference`, as vendored by 20.10): parsing with the default
 * domain and `library/`, the familiar short form, and the exact errors.
 */

export interface ImageReference {
  /** `docker.io`, `localhost:5000`, ... */
  readonly domain: string;
  /** `library/nginx` */
  readonly path: string;
  readonly tag: string | undefined;
  /** `sha256:...` */
  readonly digest: string | undefined;
}
export interface ReferenceError {
  readonly referenceError: string;
}

export const DEFAULT_DOMAIN = 'docker.io';
const LEGACY_DOMAIN = 'index.docker.io';
const NAME_LENGTH_MAX = 255;

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|[-]*)[a-z0-9]+)*';
const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*(?::[0-9]+)?`;
const NAME = `(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE_PATTERN = new RegExp(`^(${NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const TAG_PATTERN = new RegExp(`^${TAG}$`);
const IDENTIFIER_PATTERN = /^[a-f0-9]{64}$/;
const DIGEST_PATTERN = /^sha256:[a-f0-9]{64}$/;

const LOWERCASE_ERROR = 'invalid reference format: repository name must be lowercase';

export function isReferenceError(value: object): value is ReferenceError {
  return 'referenceError' in value;
}

/** `ParseNormalizedNamed`. */
export function parseReference(text: string): ImageReference | ReferenceError {
  if (IDENTIFIER_PATTERN.test(text)) {
    const reason = 'cannot specify 64-byte hexadecimal strings';
    return { referenceError: `invalid repository name (${text}), ${reason}` };
  }
  const { domain, rest } = splitDomain(text);
  const remote = rest.includes(':') ? rest.slice(0, rest.indexOf(':')) : rest;
  if (remote.toLowerCase() !== remote) return { referenceError: LOWERCASE_ERROR };
  const whole = `${domain}/${rest}`;
  const match = REFERENCE_PATTERN.exec(whole);
  if (!match) {
    const folded = REFERENCE_PATTERN.test(whole.toLowerCase());
    return { referenceError: folded ? LOWERCASE_ERROR : 'invalid reference format' };
  }
  const path = match[1]!.slice(domain.length + 1);
  if (match[1]!.length > NAME_LENGTH_MAX) {
    const text2 = `repository name must not be more than ${NAME_LENGTH_MAX} characters`;
    return { referenceError: text2 };
  }
  if (match[3] !== undefined && !DIGEST_PATTERN.test(match[3]))
    return { referenceError: digestError(match[3]) };
  return { domain, path, tag: match[2], digest: match[3] };
}

function digestError(digest: string): string {
  return digest.startsWith('sha256:')
    ? 'invalid checksum digest length'
    : 'unsupported digest algorithm';
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  let domain = DEFAULT_DOMAIN;
  let rest = text;
  if (first !== '' && (/[.:]/.test(first) || first === 'localhost')) {
    domain = first === LEGACY_DOMAIN ? DEFAULT_DOMAIN : first;
    rest = text.slice(slash + 1);
  }
  if (domain === DEFAULT_DOMAIN && !rest.includes('/')) rest = `library/${rest}`;
  return { domain, rest };
}

/** `docker.io/library/nginx` */
export function fullName(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}`;
}

/** `nginx`: the name without the default domain and `library/`. */
export function familiarName(reference: ImageReference): string {
  if (reference.domain !== DEFAULT_DOMAIN) return fullName(reference);
  const library = /^library\/([^/]+)$/.exec(reference.path);
  return library ? library[1]! : reference.path;
}

/** `nginx:1.12`, `nginx@sha256:...` */
export function familiarString(reference: ImageReference): string {
  let text = familiarName(reference);
  if (reference.tag !== undefined) text += `:${reference.tag}`;
  if (reference.digest !== undefined) text += `@${reference.digest}`;
  return text;
}

/** `TagNameOnly`: with `latest` where neither tag nor digest was given. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: 'latest' };
}

export function isTag(text: string): boolean {
  return TAG_PATTERN.test(text);
}

export function isDigest(text: string): boolean {
  return DIGEST_PATTERN.test(text);
}

/** A bare image id, with or without its algorithm. */
export function isFullId(text: string): boolean {
  return IDENTIFIER_PATTERN.test(text) || DIGEST_PATTERN.test(text);
}
