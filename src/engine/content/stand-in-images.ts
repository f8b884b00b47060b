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

const DIFF_ALPINE = 'sha256:fbd90fc040661749e96988e8d444ab10d18e38a4389eb2b6d7a0d3b214da7f59';
const DIFF_UBUNTU = 'sha256:d767f12481305c500609058313fc58e58c9cbca549607d94612c5af4c38a23d4';

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
  return { createdBy, layer: { size, blobSize: Math.max(32, Math.ceil(size * 0.55)), tree } };
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

function nginx(
  tags: readonly string[],
  version: string,
  fixed: NonNullable<CatalogueImage['fixed']>,
  base: string,
): CatalogueImage {
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
    fixed,
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
  fixed: {
    id: 'sha256:03dced29013dc0c8ec42efc01b2611e05f716de301f3c1d80b7d6a85395ea562',
    digest: 'sha256:773eef4787735a1b5ec6fc567402eb0fac9aa760dcce45652ba3cfe2457fa033',
    diffIds: [DIFF_ALPINE],
    container: 'd9f82e04b7074c63cd0206b5365ee9ef671b4b9b16566f3297a1fc8acebb5cec',
    manifestSize: 528,
  },
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
  fixed: {
    id: 'sha256:3dc92f1e578e4df3d87c669ce3f4f15a5f3b7f40ed63206e9fe52641b1dc41dd',
    digest: 'sha256:0a60a1c4427176c6df54490b80f99717db1f340fb4e3d8fdebe1fef1e87e9372',
    diffIds: [DIFF_UBUNTU],
  },
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
  fixed: {
    id: 'sha256:31b274a8d2103ac0a8eefe6ab6bc71b984fe08d3e671839c89d7289f87eec962',
    digest: 'sha256:6e1ceef6d0ef51355189cc21a58304e24289f5e8b92b5b3ae3d462dbec066b95',
    diffIds: ['sha256:804998a69dc29cf639fae5458d2b5d3fc5bb6f7e67eb38b013992223017e5622'],
  },
};

const nginx112 = nginx(
  ['1.12'],
  '1.12.2',
  {
    id: 'sha256:6a3e7fb83390bc4909a1a6493ca0a75b8377044829d35a92cd6f93037e4c67f8',
    digest: 'sha256:2c209e30217a91331abcaf1774d4ad36ba478fd0c1f5dd695c35e0f81cf25626',
    diffIds: [
      DIFF_UBUNTU,
      'sha256:f2eeba51c8951f1daba0d9298452be13d75202f66e6df597254dcd29ad6be1c9',
      'sha256:fcebdb948ce2f621eab3e35feb27a73f6a5b29ae2dfc77a196be1ea2bd4ae292',
      'sha256:93d743accbf0f4e2e3686bac96cd79afb14abc54160e09bacb5ba1ddf877bdb8',
    ],
  },
  'sha256:f7f05f9c58831650d18de772a4857fb8f570cedf6355ca8f972adbe347193b15',
);
const nginx113 = nginx(
  ['1.13', 'latest'],
  '1.13.12',
  {
    id: 'sha256:f6cfa6282ce64a9d7a42524f3314c52d4e1e245f5d4f932895641c23fe367d45',
    digest: 'sha256:9f2117092815da0d69cba0525cc4c1b5e9099f3dcc7797756acad73b96dedbb8',
    diffIds: [
      DIFF_UBUNTU,
      'sha256:065a1100de4b763daccc31f939c9e0780392d55f92c3a676e0c03fec2aade34a',
      'sha256:add5031f1605223357ca50f56e778ea13c7c131d59f5050f2da0698a1e3c8a10',
      'sha256:5faa0a50d0263a0ecc9606e53db921d871971c03b9e3fa9d787cb9555ba0d783',
    ],
  },
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
  fixed: {
    id: 'sha256:d170e8086e8954a8e7301609fe20f3cb791d3e988d0fd0ccde0ef80eac7045e1',
    digest: 'sha256:dcad02454939a760cc2ed244ae831bf98f68f2a1c2a78590cb30eb19f5e60641',
    diffIds: [
      DIFF_ALPINE,
      'sha256:820615eff55ae57a844c23dff4e25ccc9dfeb1b1c64267ee82df8fe3067071db',
      'sha256:3557fc1c82bb218af103bb4145b393bb9c22a843125a1601863ddcc2c4ba8d91',
      'sha256:5483f25ec895ce5891db4c4e1865be2427e34c3bbe0e6f36772a1ad0438a00d8',
    ],
  },
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
  fixed: {
    id: 'sha256:cdff492eb4f919a5a687ff86fe474b0e284d86d9212af250ea3848c8c3f8f220',
    digest: 'sha256:37b0e803e9a54b4ef818301d9985dc60a54fab172a609717edc69d284e7a442b',
    diffIds: [
      DIFF_ALPINE,
      'sha256:b50d112acc5eabe00cc71de38a33e0ce06d129e37f292605ba2dd612b961c556',
      'sha256:1cfa82d67ff0ff16081757bc5c148733de8200d24726d881d34a8da6f509b5f6',
      'sha256:5c381f773a82d65df57a9f7faf92736a7dcdb7ad986eb330df0e48da3b740af7',
      'sha256:bbc9b1e31e470836d78e3532c1bad75dd0bb8fad1b99c959cac8a5e53c45b820',
    ],
  },
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
      (layer) => layer.program('/hello', 'hello-stand-in'),
    ),
    { createdBy: `${NOP} CMD ["/hello"]` },
  ],
  dockerVersion: '20.10.24+dfsg1',
  fixed: {
    id: 'sha256:676ba9842e1c2cfe06855c9a6b72ed4880b3132b6ef086194a7328f9d8663476',
    digest: 'sha256:e64dc9f5269dc3a168b9ad5884e6d2786c151aa6731f63def84ae6eaa196f957',
    diffIds: ['sha256:f30d25fa9c986040928fa4dadb363dc568bf6e10c0c1ee6ed45b4e57c52a422e'],
  },
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
  fixed: {
    id: 'sha256:c1c1925328807291b4bcd5fb44f0fef2d23235e00dc78784d241f1875125cd63',
    digest: 'sha256:f369e058871d8de181db65e293aa1d8e9b72ba4ddef2c8acd485d7fed77cd813',
    diffIds: [
      DIFF_ALPINE,
      'sha256:fa018f558a615d7453cef35256ab3379b0c1b7dcac44d4cb493ae0ea88005f49',
      'sha256:93f17e60cdcb4505332f95897097d8169f413e238331a1beba8f3e1ec4f274ef',
    ],
  },
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
