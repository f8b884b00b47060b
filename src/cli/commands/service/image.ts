/**
 * Pins the image of a service to a digest before the spec is sent (moby:
 * client/service_create.go): asks the registry through the engine; where that fails the spec
 * keeps the tag and the user is warned.
 */
import type { Placement, TaskSpec } from '../../../api';
import type { Sys } from '../../../kernel';
import { get } from '../../client';
import { CliError } from '../../errors';
import { familiarName } from '../../format/text';

interface Distribution {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture: string; readonly os: string }[];
}

const hasDigest = (image: string) => /@sha256:[0-9a-f]{64}$/.test(image);

/** `nginx` becomes `nginx:latest`; what is no image name stays for the daemon to refuse. */
export function withTag(image: string): string {
  if (!/^[a-z0-9]/.test(image) || hasDigest(image)) return image;
  const name = familiarName(image);
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

function digestWarning(image: string): string {
  return (
    `image ${image} could not be accessed on a registry to record\n` +
    `its digest. Each node will access ${image} independently,\n` +
    'possibly leading to different nodes running different\nversions of the image.\n'
  );
}

/** Changes the task; answers the warning to print, or ''. */
export function* resolveImage(
  task: TaskSpec,
  askRegistry: boolean,
  headers: Readonly<Record<string, string>> = {},
): Sys<string> {
  const container = task.ContainerSpec!;
  container.Image = withTag(container.Image ?? '');
  if (!askRegistry) return '';
  const image = container.Image;
  let found: Distribution;
  try {
    found = yield* get<Distribution>(`/distribution/${image}/json`, { headers });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return digestWarning(image);
  }
  if (!hasDigest(image)) container.Image = `${image}@${found.Descriptor.digest}`;
  const platforms: NonNullable<Placement['Platforms']> = (found.Platforms ?? []).map((item) => ({
    Architecture: item.architecture.toLowerCase() === 'arm' ? '' : item.architecture,
    OS: item.os,
  }));
  if (platforms.length > 0) (task.Placement ??= {}).Platforms = platforms;
  return '';
}
