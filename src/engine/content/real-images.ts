/**
 * The Hub of the page and of `serve`: images with the histories and sizes of the real ones (amd64, as
 * of the autumn of 2023, when Docker 20.10 was still about).
 */
import type { Catalogue, CatalogueImage, CatalogueStep } from './catalogue';
import { LayerBuilder } from './layer';
import { officialImages } from './official';
import { BOOKWORM_STEPS, NGINX_IMAGES } from './real-nginx';
import { alpineTree, busyboxTree, debianGroup, debianPasswd, debianTree } from './rootfs';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NOP = '/bin/sh -c #(nop) ';
const BUILDKIT = { comment: 'buildkit.dockerfile.v0' } as const;
/** Unix microseconds of 2023-10-11. */
const BUILT_US = 1_697_048_445_000_000;

function layered(
  createdBy: string,
  size: number,
  blobSize: number,
  fill: (layer: LayerBuilder) => LayerBuilder,
): CatalogueStep {
  return {
    createdBy,
    layer: { size, blobSize, tree: () => fill(new LayerBuilder(BUILT_US)).build() },
  };
}

const alpine: CatalogueImage = {
  repository: 'library/alpine',
  tags: ['latest', '3', '3.18', '3.18.4'],
  created: '2023-09-28T21:19:27.801479409Z',
  config: { Env: [PATH], Cmd: ['/bin/sh'] },
  steps: [
    {
      createdBy: `${NOP}ADD file:756183bba9c7f4593c2b216e98e4208b9163c4c962ea0837ef88bd917609d001 in / `,
      created: '2023-09-28T21:19:27.686110063Z',
      layer: {
        size: 7_338_201,
        blobSize: 3_401_967,
        tree: () => alpineTree(BUILT_US, '3.18.4').build(),
      },
    },
    { createdBy: `${NOP} CMD ["/bin/sh"]` },
  ],
};

const busybox: CatalogueImage = {
  repository: 'library/busybox',
  tags: ['latest', '1', '1.36', '1.36.1', 'stable', 'glibc', '1-glibc', 'stable-glibc'],
  created: '2023-05-18T22:34:17Z',
  config: { Env: [PATH], Cmd: ['sh'] },
  steps: [
    {
      createdBy: 'BusyBox 1.36.1 (glibc), Debian 12',
      layer: { size: 4_261_574, blobSize: 2_219_949, tree: () => busyboxTree(BUILT_US).build() },
    },
  ],
  dockerVersion: '',
};

const UBUNTU_RELEASE =
  'PRETTY_NAME="Ubuntu 22.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\n' +
  'VERSION="22.04.3 LTS (Jammy Jellyfish)"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\n' +
  'HOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\n' +
  'BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\n' +
  'PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"\n' +
  'UBUNTU_CODENAME=jammy\n';

const ubuntu: CatalogueImage = {
  repository: 'library/ubuntu',
  tags: ['latest', '22.04', 'jammy', 'jammy-20231004'],
  created: '2023-10-05T07:33:32.481617186Z',
  config: {
    Env: [PATH],
    Cmd: ['/bin/bash'],
    Labels: {
      'org.opencontainers.image.ref.name': 'ubuntu',
      'org.opencontainers.image.version': '22.04',
    },
  },
  steps: [
    { createdBy: `${NOP} ARG RELEASE` },
    { createdBy: `${NOP} ARG LAUNCHPAD_BUILD_ARCH` },
    { createdBy: `${NOP} LABEL org.opencontainers.image.ref.name=ubuntu` },
    { createdBy: `${NOP} LABEL org.opencontainers.image.version=22.04` },
    {
      createdBy: `${NOP}ADD file:63d5ab3ef0aab308c0e71cb67292c5467f60deafa9b0418cbb220affcd078444 in / `,
      layer: {
        size: 77_823_376,
        blobSize: 30_438_246,
        tree: () => debianTree(BUILT_US, UBUNTU_RELEASE, 'bookworm/sid').build(),
      },
    },
    { createdBy: `${NOP} CMD ["/bin/bash"]` },
  ],
};

const REDIS_USERS = {
  passwd: ['redis:x:999:999::/home/redis:/bin/sh'],
  group: ['redis:x:999:'],
};

const redis: CatalogueImage = {
  repository: 'library/redis',
  tags: ['latest', '7', '7.2', '7.2.3', 'bookworm', '7-bookworm'],
  created: '2023-11-01T20:13:02Z',
  config: {
    ExposedPorts: { '6379/tcp': {} },
    Env: [
      PATH,
      'GOSU_VERSION=1.16',
      'REDIS_VERSION=7.2.3',
      'REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-7.2.3.tar.gz',
      'REDIS_DOWNLOAD_SHA=3e2b196d6eb4ddb9e743088bfc2915ccbb42d40f5a8a3edd8cb69c716ec34be7',
    ],
    Cmd: ['redis-server'],
    Volumes: { '/data': {} },
    WorkingDir: '/data',
    Entrypoint: ['docker-entrypoint.sh'],
  },
  dockerVersion: '',
  steps: [
    ...BOOKWORM_STEPS,
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \tgroupadd -r -g 999 redis; \tuseradd -r -g redis -u 999 redis # buildkit',
        4_302,
        1_135,
        (layer) =>
          layer
            .file('/etc/passwd', debianPasswd(REDIS_USERS))
            .file('/etc/group', debianGroup(REDIS_USERS)),
      ),
      ...BUILDKIT,
    },
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\ttzdata \t; \trm -rf /var/lib/apt/lists/* # buildkit',
        0,
        871,
        (layer) => layer.dir('/usr/share/zoneinfo'),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'ENV GOSU_VERSION=1.16', ...BUILDKIT },
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends ca-certificates gnupg wget; \trm -rf /var/lib/apt/lists/*; \tgosu --version; \tgosu nobody true # buildkit',
        4_130_816,
        1_366_872,
        (layer) => layer.program('/usr/local/bin/gosu'),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'ENV REDIS_VERSION=7.2.3', ...BUILDKIT },
    {
      createdBy: 'ENV REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-7.2.3.tar.gz',
      ...BUILDKIT,
    },
    {
      createdBy:
        'ENV REDIS_DOWNLOAD_SHA=3e2b196d6eb4ddb9e743088bfc2915ccbb42d40f5a8a3edd8cb69c716ec34be7',
      ...BUILDKIT,
    },
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\twget \t\t\tdpkg-dev \t\tgcc \t\tlibc6-dev \t\tlibssl-dev \t\tmake \t; \tmake -C /usr/src/redis -j "$(nproc)" all; \tmake -C /usr/src/redis install; \tredis-cli --version; \tredis-server --version # buildkit',
        58_883_211,
        17_441_936,
        (layer) =>
          layer
            .program('/usr/local/bin/redis-server')
            .program('/usr/local/bin/redis-cli')
            .symlink('/usr/local/bin/redis-sentinel', 'redis-server'),
      ),
      ...BUILDKIT,
    },
    {
      ...layered(
        'RUN /bin/sh -c mkdir /data && chown redis:redis /data # buildkit',
        0,
        98,
        (layer) => layer.dir('/data', 0o755, 999, 999),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'VOLUME [/data]', ...BUILDKIT },
    {
      ...layered('WORKDIR /data', 0, 32, (layer) => layer.dir('/data', 0o755, 999, 999)),
      ...BUILDKIT,
    },
    {
      ...layered('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', 661, 573, (layer) =>
        layer.file(
          '/usr/local/bin/docker-entrypoint.sh',
          '#!/bin/sh\nset -e\n\nexec "$@"\n',
          0o755,
        ),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'ENTRYPOINT ["docker-entrypoint.sh"]', ...BUILDKIT },
    { createdBy: 'EXPOSE map[6379/tcp:{}]', ...BUILDKIT },
    { createdBy: 'CMD ["redis-server"]', ...BUILDKIT },
  ],
};

const HTTPD_PATH =
  'PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const httpd: CatalogueImage = {
  repository: 'library/httpd',
  tags: ['latest', '2', '2.4', '2.4.58', 'bookworm', '2.4-bookworm'],
  created: '2023-10-19T18:01:28Z',
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [
      HTTPD_PATH,
      'HTTPD_PREFIX=/usr/local/apache2',
      'HTTPD_VERSION=2.4.58',
      'HTTPD_SHA256=fa16d72a078210a54c47dd5bef2f8b9b8a01d94909a51453956b3ec6442ea4c5',
      'HTTPD_PATCHES=',
    ],
    Cmd: ['httpd-foreground'],
    WorkingDir: '/usr/local/apache2',
    StopSignal: 'SIGWINCH',
  },
  dockerVersion: '',
  steps: [
    ...BOOKWORM_STEPS,
    { createdBy: 'ENV HTTPD_PREFIX=/usr/local/apache2', ...BUILDKIT },
    { createdBy: `ENV ${HTTPD_PATH}`, ...BUILDKIT },
    {
      ...layered(
        'RUN /bin/sh -c mkdir -p "$HTTPD_PREFIX" \t&& chown www-data:www-data "$HTTPD_PREFIX" # buildkit',
        0,
        144,
        (layer) => layer.dir('/usr/local/apache2', 0o755, 33, 33),
      ),
      ...BUILDKIT,
    },
    {
      ...layered('WORKDIR /usr/local/apache2', 0, 32, (layer) =>
        layer.dir('/usr/local/apache2', 0o755, 33, 33),
      ),
      ...BUILDKIT,
    },
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\tlibaprutil1-ldap \t\tlibldap-common \t; \trm -rf /var/lib/apt/lists/* # buildkit',
        11_313_120,
        4_197_802,
        (layer) => layer.dir('/etc/ssl/certs'),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'ENV HTTPD_VERSION=2.4.58', ...BUILDKIT },
    {
      createdBy:
        'ENV HTTPD_SHA256=fa16d72a078210a54c47dd5bef2f8b9b8a01d94909a51453956b3ec6442ea4c5',
      ...BUILDKIT,
    },
    { createdBy: 'ENV HTTPD_PATCHES=', ...BUILDKIT },
    {
      ...layered(
        'RUN /bin/sh -c set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tbzip2 \t\tdirmngr \t\tdpkg-dev \t\tgcc \t\tgnupg \t\tlibapr1-dev \t\tlibaprutil1-dev \t\tmake \t\twget \t; \thttpd -v # buildkit',
        81_603_771,
        31_399_121,
        (layer) =>
          layer
            .program('/usr/local/apache2/bin/httpd')
            .file(
              '/usr/local/apache2/htdocs/index.html',
              '<html><body><h1>It works!</h1></body></html>\n',
            )
            .dir('/usr/local/apache2/logs')
            .file(
              '/usr/local/apache2/conf/httpd.conf',
              'ServerRoot "/usr/local/apache2"\n\nListen 80\n',
            ),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'STOPSIGNAL SIGWINCH', ...BUILDKIT },
    {
      ...layered('COPY httpd-foreground /usr/local/bin/ # buildkit', 138, 293, (layer) =>
        layer.program('/usr/local/bin/httpd-foreground', 'httpd'),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'EXPOSE map[80/tcp:{}]', ...BUILDKIT },
    { createdBy: 'CMD ["httpd-foreground"]', ...BUILDKIT },
  ],
};

const whoami: CatalogueImage = {
  repository: 'traefik/whoami',
  tags: ['latest', 'v1.10', 'v1.10.1'],
  created: '2023-04-12T14:13:41.233527301Z',
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [PATH],
    Entrypoint: ['/whoami'],
    Labels: {
      'org.opencontainers.image.description':
        'Tiny Go webserver that prints OS information and HTTP request to output',
      'org.opencontainers.image.title': 'whoami',
      'org.opencontainers.image.url': 'https://github.com/traefik/whoami',
      'org.opencontainers.image.version': '1.10.1',
    },
  },
  steps: [
    {
      ...layered(
        'COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit',
        1_717_332,
        407_211,
        (layer) => layer.dir('/usr/share/zoneinfo'),
      ),
      ...BUILDKIT,
    },
    {
      ...layered(
        'COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit',
        215_454,
        122_471,
        (layer) => layer.dir('/etc/ssl/certs'),
      ),
      ...BUILDKIT,
    },
    {
      ...layered('COPY whoami / # buildkit', 4_689_920, 2_366_105, (layer) =>
        layer.program('/whoami'),
      ),
      ...BUILDKIT,
    },
    { createdBy: 'ENTRYPOINT ["/whoami"]', ...BUILDKIT },
    { createdBy: 'EXPOSE map[80/tcp:{}]', ...BUILDKIT },
  ],
  dockerVersion: '',
};

const helloWorld: CatalogueImage = {
  repository: 'library/hello-world',
  tags: ['latest', 'linux'],
  created: '2023-05-04T17:37:03.872958712Z',
  config: { Env: [PATH], Cmd: ['/hello'] },
  steps: [
    {
      ...layered('COPY hello / # buildkit', 13_256, 2_457, (layer) => layer.program('/hello')),
      ...BUILDKIT,
    },
    { createdBy: 'CMD ["/hello"]', ...BUILDKIT },
  ],
  dockerVersion: '',
};

export const REAL_CATALOGUE: Catalogue = [
  ...NGINX_IMAGES,
  alpine,
  busybox,
  ubuntu,
  redis,
  httpd,
  whoami,
  helloWorld,
  ...officialImages(alpine, ubuntu),
];
