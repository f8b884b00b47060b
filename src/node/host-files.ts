/**
 * What the disk of a machine holds when it is new: a Debian 12 with Docker on it, as far as its files are
 * known by name. Executables are one line that names a simulated program.
 */
import type { MachineConfig } from '../api';
import { encodeUtf8 } from '../base';
import type { Kernel } from '../kernel';

/** Where an executable stands and which simulated program it is. */
export interface ToolFile {
  readonly path: string;
  readonly program: string;
}

const DIRECTORIES: readonly (readonly [string, number])[] = [
  ['/boot', 0o755],
  ['/etc', 0o755],
  ['/etc/docker', 0o755],
  ['/etc/profile.d', 0o755],
  ['/home', 0o755],
  ['/media', 0o755],
  ['/mnt', 0o755],
  ['/opt', 0o755],
  ['/root', 0o700],
  ['/srv', 0o755],
  ['/tmp', 0o1777],
  ['/usr/bin', 0o755],
  ['/usr/lib', 0o755],
  ['/usr/local/bin', 0o755],
  ['/usr/sbin', 0o755],
  ['/usr/share', 0o755],
  ['/var/lib/docker', 0o710],
  ['/var/log', 0o755],
  ['/var/tmp', 0o1777],
];

/** Links into /usr, as in every Debian since 12. */
const MERGED = ['bin', 'lib', 'sbin'];

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const GROUP = `root:x:0:
daemon:x:1:
tty:x:5:
www-data:x:33:
docker:x:103:
nogroup:x:65534:
`;

/** The prompt shows the machine, the folder, and red after a command that failed. */
const BASHRC = `PS1='\\[\\e[32m\\][\\h]\\[\\e[0m\\] \\w \\$ '
HISTSIZE=2000
alias ll='ls -l'
`;

const PROFILE = `if [ "$BASH" ]; then
  if [ -f ~/.bashrc ]; then
    . ~/.bashrc
  fi
fi
`;

function hostsFile(config: MachineConfig): string {
  const lan = (config.hosts ?? []).map(({ name, address }) => `${address}\t${name}`);
  return ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', ...lan, ''].join(
    '\n',
  );
}

/** Fills the disk of a new machine. */
export function installHostFiles(
  kernel: Kernel,
  config: MachineConfig,
  tools: readonly ToolFile[],
): void {
  for (const [path, mode] of DIRECTORIES) kernel.makeDirectories(path, mode);
  for (const name of MERGED) link(kernel, name, `usr/${name}`);
  const put = (path: string, text: string, mode = 0o644) =>
    writeHostFile(kernel, path, encodeUtf8(text), mode);
  put('/etc/hostname', `${config.name}\n`);
  put('/etc/hosts', hostsFile(config));
  put('/etc/resolv.conf', 'nameserver 192.168.0.100\n');
  put('/etc/os-release', OS_RELEASE);
  put('/etc/debian_version', '12.11\n');
  put('/etc/passwd', PASSWD);
  put('/etc/group', GROUP);
  put('/etc/shells', '/bin/sh\n/bin/bash\n/bin/dash\n');
  put('/root/.bashrc', BASHRC);
  put('/root/.profile', PROFILE);
  for (const { path, program } of tools) put(path, `#!drydock ${program}\n`, 0o755);
}

function link(kernel: Kernel, name: string, target: string): void {
  const { inode: root } = kernel.find('/');
  if (root.fs.lookup(root, name)) return;
  root.fs.create(root, name, { type: 'symlink', mode: 0o777, uid: 0, gid: 0, target });
}

/** Makes or replaces a file as root would, with its directories. */
export function writeHostFile(kernel: Kernel, path: string, data: Uint8Array, mode: number): void {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash) || '/';
  const name = path.slice(slash + 1);
  kernel.makeDirectories(folder);
  const { inode: dir } = kernel.find(folder);
  const { fs } = dir;
  let file = fs.lookup(dir, name);
  file ??= fs.create(dir, name, { type: 'file', mode, uid: 0, gid: 0 });
  const open = fs.openInode(file, true);
  open.fs.truncate(open, 0);
  open.fs.write(open, 0, data);
  fs.setAttributes(file, { mode });
}
