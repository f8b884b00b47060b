/**
 * What a create request says of mounts: binds, `Mounts`, image volumes, tmpfs (moby
 * `volume/mounts/linux_parser.go`, `daemon/volumes_unix.go`). Answers descriptions; nothing is made.
 */
import type { ApiError, Labels, Mount } from '../../api';

export interface MountSpec {
  readonly kind: 'volume' | 'bind' | 'tmpfs';
  /** Volume name ('' is anonymous) or absolute path on the machine. */
  readonly source: string;
  readonly target: string;
  /** As the API shows it: "ro", "z", ... */
  readonly mode: string;
  readonly readOnly: boolean;
  readonly noCopy: boolean;
  /** A missing bind source is made (old `-v`), or refused (`--mount`). */
  readonly makeSource: boolean;
  readonly propagation: string;
  readonly labels: Labels | null;
  readonly driver: string;
  readonly driverOptions: Labels | null;
  readonly tmpfsOptions: string;
}

const PROPAGATIONS = ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'];
const PLAIN = {
  noCopy: false,
  makeSource: false,
  propagation: '',
  labels: null,
  driver: '',
  driverOptions: null,
  tmpfsOptions: '',
} as const;

/** Go's `filepath.Clean` for absolute paths. */
export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

/** One of `HostConfig.Binds`. */
export function parseBind(text: string): MountSpec | ApiError {
  const parts = text.split(':');
  const invalid: ApiError = { status: 500, message: `invalid volume specification: '${text}'` };
  if (parts.length > 3 || parts[0] === '') return invalid;
  const [first, second, mode = ''] = parts as [string, string?, string?];
  const source = second === undefined ? '' : first;
  const target = second ?? first;
  if (!isMode(mode)) return { status: 500, message: `invalid mode: ${mode}` };
  const kind = source.startsWith('/') ? 'bind' : 'volume';
  const flaw = targetFlaw(target);
  if (flaw !== undefined) {
    const reason = `invalid mount config for type "${kind}": ${flaw}`;
    return { status: 500, message: `invalid volume specification: '${text}': ${reason}` };
  }
  const words = mode.split(',');
  const propagation = words.find((word) => PROPAGATIONS.includes(word));
  return {
    ...PLAIN,
    kind,
    source: kind === 'bind' ? cleanPath(source) : source,
    target: cleanPath(target),
    mode: kind === 'volume' && mode === '' ? 'z' : mode,
    readOnly: words.includes('ro'),
    noCopy: words.includes('nocopy'),
    makeSource: true,
    propagation: kind === 'bind' ? (propagation ?? 'rprivate') : '',
  };
}

function isMode(mode: string): boolean {
  const known = ['', 'ro', 'rw', 'z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated'];
  const words = mode.split(',');
  // At most one of each kind (linux_parser.go: isModeValid).
  const kinds: readonly (readonly string[])[] = [
    ['ro', 'rw'],
    ['z', 'Z'],
    ['nocopy'],
    ['consistent', 'cached', 'delegated'],
    PROPAGATIONS,
  ];
  return (
    words.every((word) => known.includes(word) || PROPAGATIONS.includes(word)) &&
    kinds.every((kind) => words.filter((word) => kind.includes(word)).length <= 1)
  );
}

function targetFlaw(target: string): string | undefined {
  if (!target.startsWith('/')) return `invalid mount path: '${target}' mount path must be absolute`;
  if (cleanPath(target) === '/') return "invalid specification: destination can't be '/'";
  return undefined;
}

/** One of `HostConfig.Mounts`. Whether a bind's source is there is the caller's question. */
export function parseMount(mount: Mount): MountSpec | ApiError {
  const type = mount.Type ?? '';
  const refuse = (reason: string): ApiError => ({
    status: 400,
    message: `invalid mount config for type "${type}": ${reason}`,
  });
  const target = mount.Target ?? '';
  const source = mount.Source ?? '';
  if (!['bind', 'volume', 'tmpfs'].includes(type)) return refuse('mount type unknown');
  if (target === '') return refuse('field Target must not be empty');
  const flaw = targetFlaw(target);
  if (flaw !== undefined) return refuse(flaw);
  const readOnly = mount.ReadOnly ?? false;
  const base = { ...PLAIN, target: cleanPath(target), readOnly };
  if (type === 'tmpfs') {
    if (source !== '') return refuse('field Source must not be specified');
    const size = mount.TmpfsOptions?.SizeBytes;
    const options = size === undefined ? '' : `size=${size}`;
    return { ...base, kind: 'tmpfs', source: '', mode: '', tmpfsOptions: options };
  }
  if (type === 'volume') {
    const { VolumeOptions: options } = mount;
    return {
      ...base,
      kind: 'volume',
      source,
      mode: 'z',
      noCopy: options?.NoCopy ?? false,
      labels: options?.Labels ?? null,
      driver: options?.DriverConfig?.Name ?? '',
      driverOptions: options?.DriverConfig?.Options ?? null,
    };
  }
  if (source === '') return refuse('field Source must not be empty');
  if (!source.startsWith('/'))
    return refuse(`invalid mount path: '${source}' mount path must be absolute`);
  const propagation = mount.BindOptions?.Propagation ?? '';
  return {
    ...base,
    kind: 'bind',
    source: cleanPath(source),
    mode: '',
    propagation: propagation === '' ? 'rprivate' : propagation,
  };
}

/** The error of a bind whose source is not there (`--mount`). */
export function missingSource(path: string): ApiError {
  const reason = `bind source path does not exist: ${path}`;
  return { status: 400, message: `invalid mount config for type "bind": ${reason}` };
}

/** An anonymous volume that the image or `Config.Volumes` asks for. */
export function anonymousVolume(target: string): MountSpec {
  return {
    ...PLAIN,
    kind: 'volume',
    source: '',
    target: cleanPath(target),
    mode: '',
    readOnly: false,
  };
}
