/** Names that busybox answers to: those of Alpine's build, and of the stand-in images' one. */

const COMMON =
  '[ [[ acpid adjtimex ar arch arp arping ash awk basename bc blkdiscard blkid blockdev brctl ' +
  'bunzip2 bzcat bzip2 cal cat chgrp chmod chown chroot chvt clear cmp comm cp cpio crond crontab ' +
  'cut date dc dd deallocvt depmod devmem df diff dirname dmesg dnsdomainname dos2unix du ' +
  'dumpkmap echo egrep env expand expr factor fallocate false fatattr fbset fdflush fgrep find ' +
  'findfs flock fold free fsfreeze fstrim fuser getopt getty grep groups gunzip gzip halt head ' +
  'hexdump hostid hostname hwclock id ifconfig ifdown ifenslave ifup init inotifyd insmod install ' +
  'ionice ip ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kbd_mode kill ' +
  'killall killall5 klogd last less link linux32 linux64 ln loadfont loadkmap logger login ' +
  'logread losetup ls lsmod lsof lsscsi lsusb lzcat lzma lzop md5sum mesg microcom mkdir mkdosfs ' +
  'mkfifo mknod mkpasswd mkswap mktemp modinfo modprobe more mount mountpoint mpstat mv nameif ' +
  'nbd-client nc netstat nice nl nmeter nohup nologin nproc nsenter nslookup ntpd od openvt ' +
  'partprobe paste patch pgrep pidof ping ping6 pipe_progress pivot_root pkill pmap poweroff ' +
  'printenv printf ps pscan pstree pwd pwdx raidautorun rdate rdev readahead readlink realpath ' +
  'reboot renice reset resize rev rfkill rm rmdir rmmod route run-parts sed sendmail seq setconsole ' +
  'setfont setkeycodes setlogcons setpriv setserial setsid sh sha1sum sha256sum sha3sum sha512sum ' +
  'showkey shred shuf slattach sleep sort split stat strings stty su sum swapoff swapon switch_root ' +
  'sync sysctl syslogd tac tail tar tee test time timeout top touch tr traceroute traceroute6 tree ' +
  'true truncate tty ttysize tunctl udhcpc umount uname unexpand uniq unix2dos unlink unlzma unlzop ' +
  'unshare unxz unzip uptime usleep uudecode uuencode vconfig vi vlock volname watch watchdog wc ' +
  'wget which who whoami xargs xxd xzcat yes zcat';

export const APPLETS: readonly string[] = Object.freeze(COMMON.split(' '));

/** Applets that live in /usr/bin, /usr/sbin and /sbin of Alpine; the others are in /bin. */
export const ALPINE_USR_BIN: ReadonlySet<string> = Object.freeze(
  new Set(
    (
      '[ [[ awk basename bc beep blkdiscard bunzip2 bzcat bzip2 cal chvt cksum clear cmp comm cpio ' +
      'crontab cryptpw cut dc deallocvt diff dirname dos2unix du dumpleases eject env expand expr ' +
      'factor fallocate find flock fold free fuser getconf getopt groups hd head hexdump hostid id ' +
      'install ipcrm ipcs killall last less logger lsof lsusb lzcat lzma lzopcat md5sum mesg ' +
      'microcom mkfifo mkpasswd nc nl nmeter nohup nproc nsenter nslookup od openvt passwd paste ' +
      'pgrep pkill pmap printf pscan pstree pwdx readlink realpath renice reset resize rev seq ' +
      'setkeycodes setsid sha1sum sha256sum sha3sum sha512sum showkey shred shuf sort split ' +
      'strings sum tac tail tee test time timeout top tr traceroute traceroute6 tree truncate tty ' +
      'ttysize udhcpc6 unexpand uniq unix2dos unlink unlzma unlzop unshare unxz unzip uptime ' +
      'uudecode uuencode vi vlock volname wc wget which who whoami whois xargs xxd xzcat yes'
    ).split(' '),
  ),
);
