/** The official golang, haproxy and registry images of November 2023. */
import type { CatalogueImage } from '../catalogue';
import type { LayerBuilder } from '../layer';
import { alpineGroup, alpinePasswd, debianGroup, debianPasswd } from '../rootfs';
import { buildpackScm, bullseyeSlim } from './base-images';
import { officialImage, type OfficialLayer } from './official-image';
import { GOLANG, GOLANG_ALPINE, HAPROXY, HAPROXY_ALPINE, REGISTRY } from './server-steps';

function goToolchain(layer: LayerBuilder): LayerBuilder {
  return layer
    .program('/usr/local/go/bin/go')
    .program('/usr/local/go/bin/gofmt')
    .file('/usr/local/go/VERSION', 'go1.21.4\ntime 2023-11-01T20:46:39Z\n')
    .dir('/usr/local/go/src')
    .dir('/usr/local/go/pkg');
}

const goPath: readonly OfficialLayer[] = [
  [0, 126, (layer) => layer.dir('/go/bin', 0o1777).dir('/go/src', 0o1777)],
  [0, 32, (layer) => layer.dir('/go', 0o1777)],
];

const golang = officialImage({
  repository: 'library/golang',
  tags: ['latest', '1', '1.21', '1.21.4', 'bookworm', '1-bookworm', '1.21-bookworm'],
  created: '2023-11-07T18:33:36Z',
  base: buildpackScm,
  instructions: GOLANG,
  layers: [
    [
      246_784_000,
      92_274_688,
      (layer) =>
        ['g++', 'gcc', 'make', 'pkg-config'].reduce((l, n) => l.program(`/usr/bin/${n}`), layer),
    ],
    [224_716_800, 66_993_152, goToolchain],
    ...goPath,
  ],
});

const HAPROXY_ENTRYPOINT = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
if [ "\${1#-}" != "$1" ]; then
	set -- haproxy "$@"
fi

if [ "$1" = 'haproxy' ]; then
	shift # "haproxy"
	# if the user wants "haproxy", let's add a couple useful flags
	#   -W  -- "master-worker mode" (similar to the old "haproxy-systemd-wrapper"; allows for reload via "SIGUSR2")
	#   -db -- disables background mode
	set -- haproxy -W -db "$@"
fi

exec "$@"
`;
const HAPROXY_USERS = {
  passwd: ['haproxy:x:99:99::/var/lib/haproxy:/bin/sh'],
  group: ['haproxy:x:99:'],
};

function haproxyProgram(layer: LayerBuilder): LayerBuilder {
  for (const code of [400, 403, 408, 500, 502, 503, 504])
    layer.file(
      `/usr/local/etc/haproxy/errors/${code}.http`,
      `HTTP/1.0 ${code} ${HAPROXY_REASONS[code] ?? ''}\r\nCache-Control: no-cache\r\n` +
        'Connection: close\r\nContent-Type: text/html\r\n\r\n' +
        `<html><body><h1>${code} ${HAPROXY_REASONS[code] ?? ''}</h1>\n</body></html>\n`,
    );
  return layer.program('/usr/local/sbin/haproxy');
}
const HAPROXY_REASONS: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Forbidden',
  408: 'Request Time-out',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
};

const haproxyRest: readonly OfficialLayer[] = [
  [
    596,
    474,
    (layer) => layer.file('/usr/local/bin/docker-entrypoint.sh', HAPROXY_ENTRYPOINT, 0o755),
  ],
  [0, 32, (layer) => layer.dir('/var/lib/haproxy', 0o755, 99, 99)],
];

const haproxy = officialImage({
  repository: 'library/haproxy',
  tags: ['latest', 'lts', '2.8', '2.8.3', 'bullseye', '2.8-bullseye'],
  created: '2023-09-07T11:13:22Z',
  base: bullseyeSlim,
  instructions: HAPROXY,
  layers: [
    [
      9_728,
      3_584,
      (layer) =>
        layer
          .file('/etc/passwd', debianPasswd(HAPROXY_USERS))
          .file('/etc/group', debianGroup(HAPROXY_USERS))
          .dir('/var/lib/haproxy', 0o755, 99, 99),
    ],
    [22_931_456, 9_351_168, haproxyProgram],
    ...haproxyRest,
  ],
});

const REGISTRY_CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;
const REGISTRY_ENTRYPOINT = `#!/bin/sh

set -e

case "$1" in
    *.yaml|*.yml) set -- registry serve "$@" ;;
    serve|garbage-collect|help|-*) set -- registry "$@" ;;
esac

exec "$@"
`;

function certificates(layer: LayerBuilder): LayerBuilder {
  return layer.dir('/etc/ssl/certs').dir('/usr/share/ca-certificates');
}

export function serverImages(alpine: CatalogueImage): CatalogueImage[] {
  return [
    golang,
    officialImage({
      repository: 'library/golang',
      tags: ['alpine', '1-alpine', '1.21-alpine', '1.21.4-alpine', '1.21-alpine3.18'],
      created: '2023-11-07T18:33:36Z',
      base: alpine,
      instructions: GOLANG_ALPINE,
      layers: [[349_184, 285_184, certificates], [211_456_000, 65_997_824, goToolchain], ...goPath],
    }),
    haproxy,
    officialImage({
      repository: 'library/haproxy',
      tags: ['alpine', 'lts-alpine', '2.8-alpine', '2.8.3-alpine'],
      created: '2023-09-07T11:13:22Z',
      base: alpine,
      instructions: HAPROXY_ALPINE,
      layers: [
        [
          4_701,
          1_261,
          (layer) =>
            layer
              .file('/etc/passwd', alpinePasswd(HAPROXY_USERS))
              .file('/etc/group', alpineGroup(HAPROXY_USERS))
              .dir('/var/lib/haproxy', 0o755, 99, 99),
        ],
        [18_522_112, 7_239_680, haproxyProgram],
        ...haproxyRest,
      ],
    }),
    officialImage({
      repository: 'library/registry',
      tags: ['2', 'latest', '2.8', '2.8.3'],
      created: '2023-10-02T18:42:41Z',
      base: alpine,
      instructions: REGISTRY,
      layers: [
        [349_184, 285_696, certificates],
        [17_721_344, 6_496_256, (layer) => layer.program('/bin/registry')],
        [295, 398, (layer) => layer.file('/etc/docker/registry/config.yml', REGISTRY_CONFIG)],
        [155, 214, (layer) => layer.file('/entrypoint.sh', REGISTRY_ENTRYPOINT, 0o755)],
      ],
    }),
  ];
}
