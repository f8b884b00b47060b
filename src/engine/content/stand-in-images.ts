/**
 * The stand-in catalogue: the very images that the recordings of the oracle were made with, ids
 * included. busybox in the clothes of the real images; their scripts are the recorded ones.
 */
import type { Catalogue, CatalogueImage, CatalogueStep } from './catalogue';
import type { ContainerConfig } from './image';
import { LayerBuilder } from './layer';
import { STAND_IN_GROUP, STAND_IN_PASSWD, standInTree } from './rootfs';

const BUILT_US = 1_795_468_950_000_000;
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NOP = '/bin/sh -c #(nop) ';

const ALPINE_RELEASE =
  'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.18.0\nPRETTY_NAME="Alpine Linux v3.18"';
const UBUNTU_RELEASE =
  'PRETTY_NAME="Ubuntu 22.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu';

function layered(
  createdBy: string,
  size: number,
  fill: (layer: LayerBuilder) => LayerBuilder,
): CatalogueStep {
  const tree = () => fill(new LayerBuilder(BUILT_US)).build();
  return { createdBy, layer: { size, blobSize: Math.max(120, Math.ceil(size * 0.55)), tree } };
}

function rootfsStep(sum: string, size: number, tree: () => LayerBuilder): CatalogueStep {
  const createdBy = `${NOP}ADD file:${sum} in / `;
  const layer = { size, blobSize: 1_069_019, tree: () => tree().build() };
  return { createdBy, layer };
}

const ALPINE_STEPS: readonly CatalogueStep[] = [
  rootfsStep('5aaf39a161dbe3bbd097fd4755109cabd7138a27b10c067f0b6e4b398281c274', 1984495, () =>
    standInTree('alpine', ALPINE_RELEASE, '3.18.0'),
  ),
  { createdBy: `${NOP} CMD ["/bin/sh"]` },
];
const UBUNTU_STEPS: readonly CatalogueStep[] = [
  { createdBy: `${NOP} ARG RELEASE` },
  { createdBy: `${NOP} ARG LAUNCHPAD_BUILD_ARCH` },
  { createdBy: `${NOP} LABEL org.opencontainers.image.ref.name=ubuntu` },
  { createdBy: `${NOP} LABEL org.opencontainers.image.version=22.04` },
  rootfsStep('22b12b2962563a7cd9019f7a7767bd80b29ee6fa3b32fa858b665a2cc48411b2', 1984490, () =>
    standInTree('ubuntu', UBUNTU_RELEASE),
  ),
  { createdBy: `${NOP} CMD ["/bin/bash"]` },
];
const UBUNTU_LABELS = {
  'org.opencontainers.image.ref.name': 'ubuntu',
  'org.opencontainers.image.version': '22.04',
};

const NGINX_SCRIPT = `#!/bin/sh
# a stand-in for nginx: the busybox web server, which stops at once on SIGTERM/SIGQUIT
case "$1" in
  -v) echo "nginx version: nginx/$NGINX_VERSION" >&2; exit 0 ;;
  -t) echo "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok" >&2; exit 0 ;;
esac
trap 'exit 0' TERM QUIT INT
httpd -f -p 80 -h /usr/share/nginx/html &
wait $!
`;
const LOG_LINKS =
  '/bin/sh -c mkdir -p /etc/nginx/conf.d /var/log/nginx && ln -sf /dev/stdout ' +
  '/var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log';

function nginx(tags: readonly string[], version: string, base: string): CatalogueImage {
  const maintainer = 'NGINX Docker Maintainers <docker-maint@nginx.com>';
  return {
    repository: 'library/nginx',
    tags,
    created: '2026-11-23T21:22:33.517688229Z',
    config: config({
      ExposedPorts: { '80/tcp': {} },
      Env: [PATH, `NGINX_VERSION=${version}`],
      Cmd: ['nginx', '-g', 'daemon off;'],
      Image: base,
      Labels: { maintainer, ...UBUNTU_LABELS },
      StopSignal: 'SIGTERM',
    }),
    steps: [
      ...UBUNTU_STEPS,
      { createdBy: `${NOP} LABEL maintainer=${maintainer}` },
      { createdBy: `${NOP} ENV NGINX_VERSION=${version}` },
      layered(
        `${NOP}COPY file:9013324cee0c28beb870dfe0cfea57fa1840c00ae1b2bf7ef382f72c1e4585f0 in /usr/sbin/nginx `,
        350,
        (layer) => layer.file('/usr/sbin/nginx', NGINX_SCRIPT, 0o755),
      ),
      layered(
        `${NOP}COPY multi:df0c67ff013b5f39c0796a0fd3f337686774f7e88f95b5dbbb6593fe694d2475 in /usr/share/nginx/html/ `,
        55,
        (layer) =>
          layer
            .file('/usr/share/nginx/html/50x.html', '<h1>An error occurred.</h1>\n')
            .file('/usr/share/nginx/html/index.html', '<h1>Welcome to nginx!</h1>\n'),
      ),
      layered(LOG_LINKS, 22, (layer) =>
        layer
          .dir('/etc/nginx/conf.d')
          .symlink('/var/log/nginx/access.log', '/dev/stdout')
          .symlink('/var/log/nginx/error.log', '/dev/stderr'),
      ),
      { createdBy: `${NOP} EXPOSE 80` },
      { createdBy: `${NOP} STOPSIGNAL SIGTERM` },
      { createdBy: `${NOP} CMD ["nginx" "-g" "daemon off;"]` },
    ],
    dockerVersion: '20.10.24+dfsg1',
  };
}

function config(own: Partial<ContainerConfig>): Partial<ContainerConfig> {
  return { Env: [PATH], Labels: null, ...own };
}

const REDIS_SERVER = `#!/bin/sh
# a stand-in for redis-server: says it is ready and sleeps until SIGTERM
trap 'echo "User requested shutdown..."; exit 0' TERM INT
echo "Ready to accept connections"
while :; do sleep 3600 & wait $!; done
`;
const PYTHON = `#!/bin/sh
# a stand-in for python3: knows --version, -m http.server PORT and scripts made of print("...") lines
case "$1" in
  --version|-V) echo "Python 3.10.5" ;;
  -m) exec httpd -f -p "\${3:-8000}" ;;
  -c) printf '%s\\n' "$2" | sed -n 's/^ *print("\\(.*\\)")$/\\1/p' ;;
  '') exit 0 ;;
  *) [ -f "$1" ] || { echo "python3: can't open file '$PWD/$1': [Errno 2] No such file or directory" >&2; exit 2; }
     sed -n 's/^ *print("\\(.*\\)")$/\\1/p' "$1" ;;
esac
`;
const PIP = `#!/bin/sh
echo "pip 22.0.4 from /usr/local/lib/python3.10/site-packages/pip (python 3.10)"
`;
const PRINTF_USERS =
  "/bin/sh -c printf 'redis:x:999:1000::/data:/sbin/nologin\\n' >> /etc/passwd && " +
  "printf 'redis:x:1000:\\n' >> /etc/group";
const MAKE_PIP =
  '/bin/sh -c ln -s python3 /usr/local/bin/python && printf \'#!/bin/sh\\necho "pip 22.0.4 from ' +
  '/usr/local/lib/python3.10/site-packages/pip (python 3.10)"\\n\' > /usr/local/bin/pip && ' +
  'chmod +x /usr/local/bin/pip';
const REGISTRY_CONFIG = `version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: /var/lib/registry}
  delete: {enabled: true}
http: {addr: ":5000"}
`;

const alpine: CatalogueImage = {
  repository: 'library/alpine',
  tags: ['3.18', 'latest'],
  created: '2026-11-23T21:22:30.317688229Z',
  config: config({
    Cmd: ['/bin/sh'],
    Image: 'sha256:034bf28712eddab2f0c94d07cb52f8d2eb2abc38596e36c63195c3f9f58aaa3f',
  }),
  steps: ALPINE_STEPS,
  dockerVersion: '20.10.24+dfsg1',
  container: 'd9f82e04b7074c63cd0206b5365ee9ef671b4b9b16566f3297a1fc8acebb5cec',
};

const ubuntu: CatalogueImage = {
  repository: 'library/ubuntu',
  tags: ['22.04', 'latest'],
  created: '2026-11-23T21:22:31.917688229Z',
  config: config({
    Cmd: ['/bin/bash'],
    Image: 'sha256:2202275a740ec65dc3547275f11a65e6dc81ee9339c2f2372da676e02cec9877',
    Labels: UBUNTU_LABELS,
  }),
  steps: UBUNTU_STEPS,
  dockerVersion: '20.10.24+dfsg1',
};

const busybox: CatalogueImage = {
  repository: 'library/busybox',
  tags: ['1.35', 'latest'],
  created: '2026-11-23T21:22:32.417688229Z',
  config: config({
    Cmd: ['sh'],
    Image: 'sha256:4fd50c749fb27ee72501f88a1837f6a2a53630f3195bd6293871ea44e0775a91',
  }),
  steps: [
    rootfsStep('e3727770e107c9035fdb5ec416cae1c8e50124fed4b78cfa657ddd18d5a8bbba', 1984422, () =>
      standInTree('busybox', 'NAME="BusyBox"'),
    ),
    { createdBy: `${NOP} CMD ["sh"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
};

const nginx112 = nginx(
  ['1.12'],
  '1.12.2',
  'sha256:f7f05f9c58831650d18de772a4857fb8f570cedf6355ca8f972adbe347193b15',
);
const nginx113 = nginx(
  ['1.13', 'latest'],
  '1.13.12',
  'sha256:201080cdff1a12af7ef86c906b856f42c8cef4aef89a4e22fa497424fb823004',
);

const python: CatalogueImage = {
  repository: 'library/python',
  tags: ['3.10.5-alpine'],
  created: '2026-11-23T21:22:36.117688229Z',
  config: config({
    Env: [
      'PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
      'LANG=C.UTF-8',
      'PYTHON_VERSION=3.10.5',
    ],
    Cmd: ['python3'],
    Image: 'sha256:94386b67fd38e9b63db206c09364762bb8918e493a594e7bbadcccaf5063a8ea',
  }),
  steps: [
    ...ALPINE_STEPS,
    {
      createdBy: `${NOP} ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`,
    },
    { createdBy: `${NOP} ENV LANG=C.UTF-8` },
    layered('/bin/sh -c mkdir -p /usr/local/lib/python3.10/site-packages', 0, (layer) =>
      layer.dir('/usr/local/lib/python3.10/site-packages'),
    ),
    { createdBy: `${NOP} ENV PYTHON_VERSION=3.10.5` },
    layered(
      `${NOP}COPY file:115769ec0d11a6de841103ecd6e45e187d0a2fc0e7a759241da4d703986e73ee in /usr/local/bin/python3 `,
      456,
      (layer) => layer.file('/usr/local/bin/python3', PYTHON, 0o755),
    ),
    layered(MAKE_PIP, 98, (layer) =>
      layer.symlink('/usr/local/bin/python', 'python3').file('/usr/local/bin/pip', PIP, 0o755),
    ),
    { createdBy: `${NOP} CMD ["python3"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
};

const redis: CatalogueImage = {
  repository: 'library/redis',
  tags: ['7-alpine', 'latest'],
  created: '2026-11-23T21:22:38.617688229Z',
  config: config({
    ExposedPorts: { '6379/tcp': {} },
    Env: [PATH, 'REDIS_VERSION=7.0.11'],
    Cmd: ['redis-server'],
    Image: 'sha256:454209e0a30c06c2a59177d49439e1ecb48ba4db1ad31ada0af0409f856684c5',
    Volumes: { '/data': {} },
    WorkingDir: '/data',
    Entrypoint: ['docker-entrypoint.sh'],
  }),
  steps: [
    ...ALPINE_STEPS,
    layered(PRINTF_USERS, 310, (layer) =>
      layer
        .file('/etc/passwd', `${STAND_IN_PASSWD}redis:x:999:1000::/data:/sbin/nologin\n`)
        .file('/etc/group', `${STAND_IN_GROUP}redis:x:1000:\n`),
    ),
    { createdBy: `${NOP} ENV REDIS_VERSION=7.0.11` },
    layered(
      `${NOP}COPY multi:1baeee4751929db66834a161bcac03549785a212fd89e9fd441bc2fbb402a8af in /usr/local/bin/ `,
      254,
      (layer) =>
        layer
          .file('/usr/local/bin/redis-cli', '#!/bin/sh\n[ "$1" = ping ] && echo PONG\n', 0o755)
          .file('/usr/local/bin/redis-server', REDIS_SERVER, 0o755),
    ),
    layered('/bin/sh -c mkdir /data && chown redis:redis /data', 0, (layer) =>
      layer.dir('/data', 0o755, 999, 1000),
    ),
    { createdBy: `${NOP} VOLUME [/data]` },
    { createdBy: `${NOP}WORKDIR /data` },
    layered(
      `${NOP}COPY file:c5711beb5b009492916509497a582e937a631fd3dc53a4f1a0fa1efb12830f9a in /usr/local/bin/ `,
      27,
      (layer) =>
        layer.file('/usr/local/bin/docker-entrypoint.sh', '#!/bin/sh\nset -e\nexec "$@"\n', 0o755),
    ),
    { createdBy: `${NOP} ENTRYPOINT ["docker-entrypoint.sh"]` },
    { createdBy: `${NOP} EXPOSE 6379` },
    { createdBy: `${NOP} CMD ["redis-server"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
};

const helloWorld: CatalogueImage = {
  repository: 'library/hello-world',
  tags: ['latest'],
  created: '2026-11-23T21:22:39.117688229Z',
  config: config({
    Cmd: ['/hello'],
    Image: 'sha256:af0b4204cfac995ddcfc8e468f1515dad9d6e92bb00268b3b23f7161e42a378f',
  }),
  steps: [
    layered(
      `${NOP}COPY file:f16138c208368df9c82cd188018f0e3f05ddbde8df2006072c4c0d39636cb0ff in / `,
      682696,
      (layer) => layer.machineCode('/hello', 'hello-stand-in', 682_696),
    ),
    { createdBy: `${NOP} CMD ["/hello"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
};

const registry: CatalogueImage = {
  repository: 'library/registry',
  tags: ['2'],
  created: '2026-11-23T21:22:40.117688229Z',
  config: config({
    ExposedPorts: { '5000/tcp': {} },
    Cmd: ['serve', '/etc/docker/registry/config.yml'],
    Image: 'sha256:9aa270034c5d004e0144396157edc3382b3f9aca72ebeea1ecbfc52bfc0ac94d',
    Volumes: { '/var/lib/registry': {} },
    Entrypoint: ['/bin/registry'],
  }),
  steps: [
    ...ALPINE_STEPS,
    layered(
      `${NOP}COPY dir:cae473efaa58c4adc5d0011f94bb53724b4549f10c00f657eeae95c33237309a in / `,
      22854152,
      (layer) => layer.program('/bin/registry'),
    ),
    layered(
      `${NOP}COPY file:9caa928cc34cb08088866afebe6f6da7abf9e7c8ea4688d81dfb0bda1ca4b8bb in /etc/docker/registry/config.yml `,
      138,
      (layer) => layer.file('/etc/docker/registry/config.yml', REGISTRY_CONFIG),
    ),
    { createdBy: `${NOP} VOLUME [/var/lib/registry]` },
    { createdBy: `${NOP} EXPOSE 5000` },
    { createdBy: `${NOP} ENTRYPOINT ["/bin/registry"]` },
    { createdBy: `${NOP} CMD ["serve" "/etc/docker/registry/config.yml"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
};

export const STAND_IN_CATALOGUE: Catalogue = [
  alpine,
  ubuntu,
  busybox,
  nginx112,
  nginx113,
  python,
  redis,
  helloWorld,
  registry,
];
