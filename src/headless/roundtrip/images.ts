/**
 * The images of the round trip: a root file system around a static busybox, and Dockerfiles that use
 * what layers can hold: new, changed, hidden and linked files, modes, owners, metadata alone.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const APPLETS = [
  ...['sh', 'cat', 'ls', 'echo', 'mkdir', 'rm', 'chmod', 'chown', 'ln', 'cp', 'mv', 'touch'],
  ...['sleep', 'env', 'grep', 'sed', 'id', 'pwd', 'true', 'wc', 'find', 'stat', 'head', 'tail'],
];
/** Times of the files, so that archives do not change from run to run. */
const WHEN = '2024-01-01 00:00:00 UTC';

function archive(folder: string): Buffer {
  const result = spawnSync(
    'tar',
    ['-C', folder, '--sort=name', '--numeric-owner', '--owner=0', '--group=0'].concat([
      '--mtime',
      WHEN,
      '-cf',
      '-',
      '.',
    ]),
    { maxBuffer: 1 << 30 },
  );
  if (result.status !== 0) throw new Error(String(result.stderr));
  return result.stdout;
}

/** Debian's static busybox with links for its applets, /etc/passwd, /tmp, /root. */
export function busyboxRoot(dir: string, busybox: string): Buffer {
  const root = join(dir, 'busybox-root');
  for (const folder of ['bin', 'etc', 'tmp', 'root', 'home/app', 'var/log', 'proc', 'sys', 'dev'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, 'bin/busybox'));
  chmodSync(join(root, 'bin/busybox'), 0o755);
  for (const name of APPLETS) symlinkSync('busybox', join(root, 'bin', name));
  chmodSync(join(root, 'tmp'), 0o1777);
  chmodSync(join(root, 'root'), 0o700);
  const passwd = 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n';
  writeFileSync(join(root, 'etc/passwd'), passwd);
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\napp:x:1000:\n');
  return archive(root);
}

export interface Recipe {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** What a container of it prints. */
  readonly prints: string;
}

export const BASE = 'debian-busybox:1';

export const RECIPES: readonly Recipe[] = [
  {
    name: 'plain',
    files: {
      Dockerfile: `FROM ${BASE}\nCOPY hello.txt /srv/hello.txt\nCMD ["cat", "/srv/hello.txt"]\n`,
      'hello.txt': 'hello from a layer\n',
    },
    prints: 'hello from a layer\n',
  },
  {
    name: 'layers',
    files: {
      Dockerfile:
        `FROM ${BASE}\nLABEL course="containers" level="2"\nENV GREETING="good day" N=3\n` +
        'COPY app /app\n' +
        'RUN mkdir -p /data/a/b && echo one > /data/a/one && echo two > /data/a/b/two\n' +
        'RUN rm /data/a/one && chmod 600 /data/a/b/two && chown app:app /data/a/b\n' +
        'RUN rm -r /app/old && mkdir /app/old && echo new > /app/old/file\n' +
        'RUN ln -s b/two /data/a/link && ln /app/main.sh /app/again.sh\n' +
        'RUN echo changed >> /etc/passwd\n' +
        'RUN true\nWORKDIR /data/w\nVOLUME /vol\nEXPOSE 80 53/udp\n' +
        'HEALTHCHECK --interval=5s CMD true\nSTOPSIGNAL SIGINT\nENTRYPOINT ["sh", "/app/main.sh"]\n',
      'app/main.sh': 'echo "$GREETING x$N in $(pwd)"; cat /app/old/file /data/a/link\n',
      'app/old/gone': 'to be hidden\n',
    },
    prints: 'good day x3 in /data/w\nnew\ntwo\n',
  },
  {
    name: 'stages',
    files: {
      Dockerfile:
        `FROM ${BASE} AS maker\nARG WHO=nobody\nWORKDIR /out\nCOPY --chown=1000:1000 in.txt .\n` +
        'RUN echo "made for $WHO" > made.txt && chmod 4755 made.txt\n' +
        `FROM ${BASE}\nCOPY --from=maker /out /result\nUSER app\nONBUILD RUN echo later\n` +
        'CMD cat /result/in.txt /result/made.txt && id -un\n',
      'in.txt': 'given\n',
    },
    prints: 'given\nmade for nobody\napp\n',
  },
];

/** The context of a recipe as an archive. */
export function contextOf(dir: string, recipe: Recipe): Buffer {
  const folder = join(dir, `context-${recipe.name}`);
  for (const [path, text] of Object.entries(recipe.files)) {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o644);
  }
  return archive(folder);
}
