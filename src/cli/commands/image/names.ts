/** Image references as the client checks them before it asks the engine (docker/distribution). */
import { CliError } from '../../errors';

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = `${LABEL}(?:\\.${LABEL})*(?::[0-9]+)?`;
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const NAME = new RegExp(
  `^(?:${DOMAIN}/)?${PART}(?:/${PART})*(?::[\\w][\\w.-]{0,127})?(?:@${DIGEST})?$`,
);

/** The sentence about a name that is none, or undefined. */
export function referenceComplaint(name: string): string | undefined {
  if (/^[0-9a-f]{64}$/.test(name))
    return `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`;
  if (NAME.test(name)) return undefined;
  if (NAME.test(name.toLowerCase()))
    return 'invalid reference format: repository name must be lowercase';
  return 'invalid reference format';
}

export function checkReference(name: string): void {
  const complaint = referenceComplaint(name);
  if (complaint !== undefined) throw new CliError(complaint);
}

export const hasTag = (name: string) => /:[^/:]*$/.test(name) || name.includes('@');

/** `nginx` is `docker.io/library/nginx`. */
export function fullName(name: string): string {
  const first = name.split('/')[0]!;
  if (!name.includes('/')) return `docker.io/library/${name}`;
  if (first.includes('.') || first.includes(':') || first === 'localhost') return name;
  return `docker.io/${name}`;
}
