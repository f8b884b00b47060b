/** Words of a platform that is none (containerd `platforms.Parse`). */

const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];
const MACHINES = [
  'amd64',
  'arm64',
  'arm',
  '386',
  'ppc64le',
  's390x',
  'riscv64',
  'mips64le',
  'mips64',
];
const ALIASES = ['x86_64', 'x86-64', 'aarch64', 'armhf', 'armel', 'i386', 'macos'];
const KNOWN: readonly string[] = [...SYSTEMS, ...MACHINES, ...ALIASES];

/** Undefined for one that can be understood. */
export function refusePlatform(platform: string): string | undefined {
  const quoted = JSON.stringify(platform);
  const parts = platform.split('/');
  if (parts.length > 3) return `${quoted}: cannot parse platform specifier: invalid argument`;
  const wrong = parts.find((part) => !/^[A-Za-z0-9_-]+$/.test(part));
  if (wrong !== undefined) {
    const rule = 'platform specifier component must match "^[A-Za-z0-9_-]+$"';
    const which = JSON.stringify(wrong);
    return `${which} is an invalid component of ${quoted}: ${rule}: invalid argument`;
  }
  if (parts.length > 1 || KNOWN.includes(platform.toLowerCase())) return undefined;
  return `${quoted}: unknown operating system or architecture: invalid argument`;
}
