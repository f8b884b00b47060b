/**
 * Root filesystems of the base images. Plausible and small: the directories, the files that people
 * look at (os-release, passwd, hosts), and the tools, each a `#!drydock NAME` executable.
 */
import { ALPINE_USR_BIN, APPLETS } from './applets';
import { LayerBuilder } from './layer';

const PATHS_DEBIAN =
  '/boot /dev /etc /home /media /mnt /opt /proc /run /srv /sys /usr/games /usr/include ' +
  '/usr/lib/x86_64-linux-gnu /usr/local/bin /usr/local/etc /usr/local/games /usr/local/include ' +
  '/usr/local/lib /usr/local/sbin /usr/local/share /usr/sbin /usr/share/doc /usr/share/man /usr/src ' +
  '/var/backups /var/cache/apt /var/lib/apt/lists /var/lib/dpkg /var/log/apt /var/mail /var/opt ' +
  '/var/spool';

const TOOLS_DEBIAN =
  'arch awk base32 base64 basename bash cat chgrp chmod chown cksum clear cmp comm cp csplit cut ' +
  'dash date dd df diff diff3 dir dircolors dirname dmesg du echo egrep env expand expr factor ' +
  'false fgrep find flock fmt fold free getconf getent getopt grep gunzip gzexe gzip head hostid ' +
  'hostname id install ionice join kill last link ln logger login logname ls lsblk md5sum mesg ' +
  'mkdir mkfifo mknod mktemp more mount mountpoint mv nice nl nohup nproc nsenter numfmt od ' +
  'paste pathchk perl pgrep pinky pkill pr printenv printf ps ptx pwd readlink realpath renice ' +
  'rev rm rmdir runcon script sdiff sed seq setsid sha1sum sha224sum sha256sum sha384sum sha512sum ' +
  'shred shuf sleep slabtop sort split stat stdbuf stty su sum sync tabs tac tail tar taskset tee ' +
  'test timeout top touch tput tr true truncate tsort tty umount uname unexpand uniq unlink unshare ' +
  'uptime users vdir vmstat w watch wc whereis which who whoami xargs yes zcat apt apt-get ' +
  'apt-cache dpkg lsns';

const USERS_DEBIAN = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  'sys:x:3:3:sys:/dev:/usr/sbin/nologin',
  'sync:x:4:65534:sync:/bin:/bin/sync',
  'games:x:5:60:games:/usr/games:/usr/sbin/nologin',
  'man:x:6:12:man:/var/cache/man:/usr/sbin/nologin',
  'lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin',
  'mail:x:8:8:mail:/var/mail:/usr/sbin/nologin',
  'news:x:9:9:news:/var/spool/news:/usr/sbin/nologin',
  'uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin',
  'proxy:x:13:13:proxy:/bin:/usr/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'backup:x:34:34:backup:/var/backups:/usr/sbin/nologin',
  'list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin',
  'irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin',
  '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
];
const GROUPS_DEBIAN =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 ' +
  'kmem:15 dialout:20 fax:21 voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 ' +
  'www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 ' +
  'plugdev:46 staff:50 games:60 users:100 nogroup:65534';

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('');
}

function groupFile(groups: string): string {
  return lines(groups.split(' ').map((group) => group.replace(':', ':x:') + ':'));
}

/** Users that an image adds to its base. */
export interface ExtraUsers {
  readonly passwd: readonly string[];
  readonly group: readonly string[];
}
const NO_EXTRA: ExtraUsers = { passwd: [], group: [] };

export function debianPasswd(extra: ExtraUsers = NO_EXTRA): string {
  return lines([...USERS_DEBIAN, ...extra.passwd]);
}
export function debianGroup(extra: ExtraUsers = NO_EXTRA): string {
  return groupFile(GROUPS_DEBIAN) + lines(extra.group);
}

/** Debian or Ubuntu with merged /usr. */
export function debianTree(
  mtimeUs: number,
  osRelease: string,
  debianVersion: string,
): LayerBuilder {
  const layer = new LayerBuilder(mtimeUs);
  for (const path of PATHS_DEBIAN.split(' ')) layer.dir(path);
  layer.dir('/tmp', 0o1777).dir('/var/tmp', 0o1777).dir('/root', 0o700).dir('/run/lock', 0o1777);
  layer.symlink('/bin', 'usr/bin').symlink('/sbin', 'usr/sbin').symlink('/lib', 'usr/lib');
  layer.symlink('/lib64', 'usr/lib64').dir('/usr/lib64').symlink('/var/run', '/run');
  layer.symlink('/var/lock', '/run/lock');
  for (const tool of TOOLS_DEBIAN.split(' ')) layer.program(`/usr/bin/${tool}`);
  layer.symlink('/usr/bin/sh', 'dash').program('/usr/bin/[').program('/usr/sbin/nologin');
  layer.program('/usr/sbin/chroot').program('/usr/sbin/useradd').program('/usr/sbin/groupadd');
  layer.file('/usr/lib/os-release', osRelease).symlink('/etc/os-release', '../usr/lib/os-release');
  layer.file('/etc/debian_version', `${debianVersion}\n`);
  layer.file('/etc/passwd', debianPasswd()).file('/etc/group', debianGroup());
  layer.file('/etc/shells', '# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/bin/dash\n');
  layer.file('/etc/profile', DEBIAN_PROFILE).file('/etc/bash.bashrc', BASHRC);
  layer.file('/root/.bashrc', ROOT_BASHRC).file('/root/.profile', ROOT_PROFILE);
  layer.file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
  layer.file('/etc/host.conf', 'multi on\n').file('/etc/hostname', 'localhost\n');
  layer.file('/etc/issue', `Debian GNU/Linux ${debianVersion} \\n \\l\n\n`);
  return layer;
}

const DEBIAN_PROFILE = `# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))
# and Bourne compatible shells (bash(1), ksh(1), ash(1), ...).

if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH
`;
const BASHRC = `# System-wide .bashrc file for interactive bash(1) shells.

[ -z "$PS1" ] && return
PS1='\\u@\\h:\\w\\$ '
`;
const ROOT_BASHRC = `# ~/.bashrc: executed by bash(1) for non-login shells.

# PS1='\${debian_chroot:+($debian_chroot)}\\h:\\w\\$ '
# umask 022
`;
const ROOT_PROFILE = `# ~/.profile: executed by Bourne-compatible login shells.

if [ "$BASH" ]; then
  if [ -f ~/.bashrc ]; then
    . ~/.bashrc
  fi
fi

mesg n 2> /dev/null || true
`;

const ALPINE_PASSWD = lines([
  'root:x:0:0:root:/root:/bin/ash',
  'bin:x:1:1:bin:/bin:/sbin/nologin',
  'daemon:x:2:2:daemon:/sbin:/sbin/nologin',
  'adm:x:3:4:adm:/var/adm:/sbin/nologin',
  'lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin',
  'sync:x:5:0:sync:/sbin:/bin/sync',
  'shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown',
  'halt:x:7:0:halt:/sbin:/sbin/halt',
  'mail:x:8:12:mail:/var/mail:/sbin/nologin',
  'guest:x:405:100:guest:/dev/null:/sbin/nologin',
  'nobody:x:65534:65534:nobody:/:/sbin/nologin',
]);
const ALPINE_GROUP = groupFile(
  'root:0 bin:1 daemon:2 sys:3 adm:4 tty:5 disk:6 lp:7 mem:8 kmem:9 wheel:10 floppy:11 mail:12 ' +
    'news:13 uucp:14 man:15 cron:16 console:17 audio:18 cdrom:19 dialout:20 ftp:21 sshd:22 ' +
    'input:23 tape:26 video:27 netdev:28 kvm:34 games:35 shadow:42 www-data:82 users:100 ' +
    'utmp:406 ping:999 nogroup:65533 nobody:65534',
);

export function alpinePasswd(extra: ExtraUsers): string {
  return ALPINE_PASSWD + lines(extra.passwd);
}
export function alpineGroup(extra: ExtraUsers): string {
  return ALPINE_GROUP + lines(extra.group);
}

const ALPINE_PATHS =
  '/bin /dev /etc/apk /etc/conf.d /etc/init.d /etc/network /etc/periodic /etc/profile.d /home /lib ' +
  '/media/cdrom /media/floppy /media/usb /mnt /opt /proc /run /sbin /srv /sys /usr/bin /usr/lib ' +
  '/usr/local/bin /usr/local/lib /usr/local/share /usr/sbin /usr/share /var/cache/apk /var/empty ' +
  '/var/lib/apk /var/local /var/lock /var/log /var/mail /var/opt /var/spool';

/** Alpine: one busybox, links by applet. */
export function alpineTree(mtimeUs: number, version: string): LayerBuilder {
  const layer = new LayerBuilder(mtimeUs);
  for (const path of ALPINE_PATHS.split(' ')) layer.dir(path);
  layer.dir('/tmp', 0o1777).dir('/var/tmp', 0o1777).dir('/root', 0o700);
  layer.symlink('/var/run', '/run').program('/bin/busybox');
  for (const applet of APPLETS) {
    const folder = ALPINE_USR_BIN.has(applet) ? '/usr/bin' : '/bin';
    layer.symlink(`${folder}/${applet}`, '/bin/busybox');
  }
  layer.program('/sbin/apk').file('/etc/alpine-release', `${version}\n`);
  const release = version.split('.').slice(0, 2).join('.');
  layer.file(
    '/usr/lib/os-release',
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${release}"\n` +
      'HOME_URL="https://alpinelinux.org/"\n' +
      'BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n',
  );
  layer.symlink('/etc/os-release', '../usr/lib/os-release');
  layer.file('/etc/passwd', ALPINE_PASSWD).file('/etc/group', ALPINE_GROUP);
  layer.file('/etc/shells', '# valid login shells\n/bin/sh\n/bin/ash\n');
  layer.file('/etc/hostname', 'localhost\n').file('/etc/motd', `Welcome to Alpine!\n`);
  layer.file('/etc/issue', `Welcome to Alpine Linux ${release}\nKernel \\r on an \\m (\\l)\n\n`);
  layer.file(
    '/etc/profile',
    'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n' +
      "export PAGER=less\numask 022\n\n# use nicer PS1\nPS1='\\h:\\w\\$ '\n",
  );
  return layer;
}

/** The busybox image: everything is a link in /bin. */
export function busyboxTree(mtimeUs: number): LayerBuilder {
  const layer = new LayerBuilder(mtimeUs);
  for (const path of ['/dev', '/etc/network', '/home', '/lib', '/usr/sbin', '/var/spool/mail'])
    layer.dir(path);
  layer.dir('/tmp', 0o1777).dir('/root', 0o700).dir('/var/www');
  layer.program('/bin/busybox').symlink('/usr/bin/env', '../../bin/env');
  for (const applet of APPLETS) layer.symlink(`/bin/${applet}`, 'busybox');
  layer.program('/bin/httpd', 'busybox-httpd');
  layer.file(
    '/etc/passwd',
    lines([
      'root:x:0:0:root:/root:/bin/sh',
      'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
      'bin:x:2:2:bin:/bin:/bin/false',
      'sys:x:3:3:sys:/dev:/bin/false',
      'sync:x:4:100:sync:/bin:/bin/sync',
      'mail:x:8:8:mail:/var/spool/mail:/bin/false',
      'www-data:x:33:33:www-data:/var/www:/bin/false',
      'operator:x:37:37:Operator:/var:/bin/false',
      'nobody:x:65534:65534:nobody:/home:/bin/false',
    ]),
  );
  layer.file(
    '/etc/group',
    groupFile(
      'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 wheel:10 mail:8 www-data:33 nobody:65534',
    ),
  );
  layer.file('/etc/localtime', 'TZif2\n').file('/etc/shadow', 'root:*:::::::\n', 0o600);
  return layer;
}

/** The stand-in images' root filesystem (busybox everywhere). */
export function standInTree(name: string, osRelease: string, alpineRelease?: string): LayerBuilder {
  const mtimeUs = 1_686_700_800_000_000; // 2023-06-14 00:00:00 UTC
  const layer = new LayerBuilder(mtimeUs);
  const paths =
    '/bin /etc /home /usr/bin /usr/sbin /sbin /usr/local/bin /var/log /var/lib /proc /sys /dev /mnt /opt /srv';
  for (const path of paths.split(' ')) layer.dir(path);
  layer.dir('/tmp', 0o1777).dir('/var/tmp', 0o1777).dir('/root', 0o700);
  layer.program('/bin/busybox');
  for (const applet of APPLETS) layer.symlink(`/bin/${applet}`, 'busybox');
  layer.program('/bin/httpd', 'busybox-httpd');
  if (name === 'ubuntu') layer.symlink('/bin/bash', 'busybox');
  layer.symlink('/usr/bin/env', '../../bin/busybox');
  layer.file('/etc/passwd', STAND_IN_PASSWD).file('/etc/group', STAND_IN_GROUP);
  layer.file('/etc/os-release', `${osRelease}\n`);
  if (alpineRelease !== undefined) layer.file('/etc/alpine-release', `${alpineRelease}\n`);
  return layer;
}

export const STAND_IN_PASSWD = lines([
  'root:x:0:0:root:/root:/bin/sh',
  'bin:x:1:1:bin:/bin:/sbin/nologin',
  'daemon:x:2:2:daemon:/sbin:/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/sbin/nologin',
  'nobody:x:65534:65534:nobody:/:/sbin/nologin',
]);
export const STAND_IN_GROUP = lines([
  'root:x:0:',
  'bin:x:1:',
  'daemon:x:2:',
  'www-data:x:33:',
  'nobody:x:65534:',
]);
