/** What uname(2) says of every machine, but for its name: Debian 12's kernel. */
export const UNAME = Object.freeze({
  sysname: 'Linux',
  release: '6.1.0-37-amd64',
  version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)',
  machine: 'x86_64',
});
