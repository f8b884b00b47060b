/**
 * nginx images of the Hub: 1.12 and 1.13 (Debian stretch, legacy builder, April 2018) and the latest of
 * the time of Docker 20.10 (1.25, Debian bookworm). Histories and sizes are those of the real images.
 */
import type { CatalogueImage, CatalogueStep } from './catalogue';
import { LayerBuilder } from './layer';
import { debianGroup, debianPasswd, debianTree } from './rootfs';

const MAINTAINER = 'NGINX Docker Maintainers <docker-maint@nginx.com>';
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NOP = '/bin/sh -c #(nop) ';
const LOG_LINKS =
  '/bin/sh -c ln -sf /dev/stdout /var/log/nginx/access.log \t' +
  '&& ln -sf /dev/stderr /var/log/nginx/error.log';

/** Unix microseconds of 2018-04-17 and 2023-10-24. */
const OLD_US = 1_523_977_200_000_000;
const NEW_US = 1_698_183_600_000_000;

const STRETCH =
  'PRETTY_NAME="Debian GNU/Linux 9 (stretch)"\nNAME="Debian GNU/Linux"\nVERSION_ID="9"\n' +
  'VERSION="9 (stretch)"\nID=debian\nHOME_URL="https://www.debian.org/"\n' +
  'SUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n';
export const BOOKWORM =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n' +
  'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n' +
  'HOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\n' +
  'BUG_REPORT_URL="https://bugs.debian.org/"\n';

function welcomePage(colorScheme: boolean): string {
  const style = colorScheme
    ? 'html { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\n' +
      'font-family: Tahoma, Verdana, Arial, sans-serif; }\n'
    : '    body {\n        width: 35em;\n        margin: 0 auto;\n' +
      '        font-family: Tahoma, Verdana, Arial, sans-serif;\n    }\n';
  return (
    '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n<style>\n' +
    style +
    '</style>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n' +
    '<p>If you see this page, the nginx web server is successfully installed and\n' +
    'working. Further configuration is required.</p>\n\n' +
    '<p>For online documentation and support please refer to\n' +
    '<a href="http://nginx.org/">nginx.org</a>.<br/>\nCommercial support is available at\n' +
    '<a href="http://nginx.com/">nginx.com</a>.</p>\n\n' +
    '<p><em>Thank you for using nginx.</em></p>\n</body>\n</html>\n'
  );
}

const ERROR_PAGE =
  '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n' +
  '<h1>An error occurred.</h1>\n' +
  '<p>Sorry, the page you are looking for is currently unavailable.<br/>\n' +
  'Please try again later.</p>\n</body>\n</html>\n';

const NGINX_CONF = `
user  nginx;
worker_processes  1;

error_log  /var/log/nginx/error.log warn;
pid        /var/run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;
const DEFAULT_CONF = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

function nginxFiles(mtimeUs: number, newer: boolean): LayerBuilder {
  const layer = new LayerBuilder(mtimeUs);
  const users = {
    passwd: ['nginx:x:101:101:nginx user,,,:/nonexistent:/bin/false'],
    group: ['nginx:x:101:'],
  };
  layer.file('/etc/passwd', debianPasswd(users)).file('/etc/group', debianGroup(users));
  const conf = newer
    ? NGINX_CONF.replace('worker_processes  1', 'worker_processes  auto').replace(
        'error.log warn',
        'error.log notice',
      )
    : NGINX_CONF;
  layer.file('/etc/nginx/nginx.conf', conf).file('/etc/nginx/conf.d/default.conf', DEFAULT_CONF);
  layer.dir('/etc/nginx/modules').dir('/var/cache/nginx');
  layer.file('/usr/share/nginx/html/index.html', welcomePage(newer));
  layer.file('/usr/share/nginx/html/50x.html', ERROR_PAGE);
  layer.program('/usr/sbin/nginx').symlink('/usr/sbin/nginx-debug', 'nginx');
  if (newer)
    layer.program('/usr/bin/curl').program('/usr/bin/envsubst').dir('/docker-entrypoint.d');
  return layer;
}

function logLinks(layer: LayerBuilder): LayerBuilder {
  return layer
    .symlink('/var/log/nginx/access.log', '/dev/stdout')
    .symlink('/var/log/nginx/error.log', '/dev/stderr');
}

const INSTALL_OLD =
  '/bin/sh -c set -x \t&& apt-get update \t&& apt-get install --no-install-recommends --no-install-suggests -y gnupg1 apt-transport-https ca-certificates \t&& \tNGINX_GPGKEY=573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62; \tfound=\'\'; \tfor server in \t\tha.pool.sks-keyservers.net \t\thkp://keyserver.ubuntu.com:80 \t\thkp://p80.pool.sks-keyservers.net:80 \t\tpgp.mit.edu \t; do \t\techo "Fetching GPG key $NGINX_GPGKEY from $server"; \t\tapt-key adv --keyserver "$server" --keyserver-options timeout=10 --recv-keys "$NGINX_GPGKEY" && found=yes && break; \tdone; \ttest -z "$found" && echo >&2 "error: failed to fetch GPG key $NGINX_GPGKEY" && exit 1; \tapt-get remove --purge --auto-remove -y gnupg1 && rm -rf /var/lib/apt/lists/*';

function oldNginx(
  tag: string,
  version: string,
  njs: string,
  created: string,
  installSize: number,
  installBlob: number,
): CatalogueImage {
  const base: CatalogueStep[] = [
    {
      createdBy: `${NOP}ADD file:ec5be7eec56a749752ecad0a4b2a6a9b1f6d2d7f7e7d1d2b4f2d2f8e1a7a5b3c in / `,
      created: '2018-04-27T19:27:46.143146372Z',
      layer: {
        size: 55_270_533,
        blobSize: 22_492_350,
        tree: () => debianTree(OLD_US, STRETCH, '9.4').build(),
      },
    },
    { createdBy: `${NOP} CMD ["bash"]`, created: '2018-04-27T19:27:46.478281216Z' },
  ];
  return {
    repository: 'library/nginx',
    tags: [tag, version.split('-')[0]!],
    created,
    config: {
      ExposedPorts: { '80/tcp': {} },
      Env: [PATH, `NGINX_VERSION=${version}`, `NJS_VERSION=${njs}`],
      Cmd: ['nginx', '-g', 'daemon off;'],
      ArgsEscaped: true,
      OnBuild: [],
      Labels: { maintainer: MAINTAINER },
      StopSignal: 'SIGTERM',
    },
    dockerVersion: '17.06.2-ce',
    steps: [
      ...base,
      { createdBy: `${NOP} LABEL maintainer=${MAINTAINER}` },
      { createdBy: `${NOP} ENV NGINX_VERSION=${version}` },
      { createdBy: `${NOP} ENV NJS_VERSION=${njs}` },
      {
        createdBy: INSTALL_OLD,
        layer: {
          size: installSize,
          blobSize: installBlob,
          tree: () => nginxFiles(OLD_US, false).build(),
        },
      },
      {
        createdBy: LOG_LINKS,
        layer: {
          size: 22,
          blobSize: 203,
          tree: () => logLinks(new LayerBuilder(OLD_US)).build(),
        },
      },
      { createdBy: `${NOP} EXPOSE 80/tcp` },
      { createdBy: `${NOP} STOPSIGNAL [SIGTERM]` },
      { createdBy: `${NOP} CMD ["nginx" "-g" "daemon off;"]` },
    ],
  };
}

/** Debian bookworm-slim as the newer images have it. */
export const BOOKWORM_STEPS: readonly CatalogueStep[] = [
  {
    createdBy: `${NOP}ADD file:9c6c8a5f2b2e7e1b4c1d8f8f1f3d2f0a6f1f5f4d7a9f3b1b8d0f1a2c3d4e5f60 in / `,
    created: '2023-10-11T18:20:45.182379371Z',
    layer: {
      size: 74_759_018,
      blobSize: 29_124_181,
      tree: () => debianTree(NEW_US, BOOKWORM, '12.2').build(),
    },
  },
  { createdBy: `${NOP} CMD ["bash"]`, created: '2023-10-11T18:20:45.504223124Z' },
];

function copyScript(name: string, size: number, blobSize: number): CatalogueStep {
  const target = name === 'docker-entrypoint.sh' ? '/ ' : '/docker-entrypoint.d ';
  const path = `${target.trim()}/${name}`.replace('//', '/');
  const program = name === 'docker-entrypoint.sh' ? 'nginx-entrypoint' : 'nginx-entrypoint-part';
  return {
    createdBy: `COPY ${name} ${target}# buildkit`,
    comment: 'buildkit.dockerfile.v0',
    layer: {
      size,
      blobSize,
      tree: () => new LayerBuilder(NEW_US).program(path, program).build(),
    },
  };
}

const BUILDKIT = { comment: 'buildkit.dockerfile.v0' } as const;
const INSTALL_NEW =
  '/bin/sh -c set -x     && groupadd --system --gid 101 nginx     && useradd --system --gid nginx --no-create-home --home /nonexistent --comment "nginx user" --shell /bin/false --uid 101 nginx     && apt-get update     && apt-get install --no-install-recommends --no-install-suggests -y gnupg1 ca-certificates     && apt-get install --no-install-recommends --no-install-suggests -y $nginxPackages gettext-base curl     && apt-get remove --purge --auto-remove -y && rm -rf /var/lib/apt/lists/* /etc/apt/sources.list.d/nginx.list     && ln -sf /dev/stdout /var/log/nginx/access.log     && ln -sf /dev/stderr /var/log/nginx/error.log     && mkdir /docker-entrypoint.d # buildkit';

const latest: CatalogueImage = {
  repository: 'library/nginx',
  tags: ['latest', '1', '1.25', '1.25.3', 'mainline', 'bookworm', '1.25-bookworm'],
  created: '2023-10-24T22:44:45Z',
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [PATH, 'NGINX_VERSION=1.25.3', 'NJS_VERSION=0.8.2', 'PKG_RELEASE=1~bookworm'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    Entrypoint: ['/docker-entrypoint.sh'],
    Labels: { maintainer: MAINTAINER },
    StopSignal: 'SIGQUIT',
  },
  dockerVersion: '',
  steps: [
    ...BOOKWORM_STEPS,
    { createdBy: `LABEL maintainer=${MAINTAINER}`, ...BUILDKIT },
    { createdBy: 'ENV NGINX_VERSION=1.25.3', ...BUILDKIT },
    { createdBy: 'ENV NJS_VERSION=0.8.2', ...BUILDKIT },
    { createdBy: 'ENV PKG_RELEASE=1~bookworm', ...BUILDKIT },
    {
      createdBy: `RUN ${INSTALL_NEW}`,
      ...BUILDKIT,
      layer: {
        size: 112_023_411,
        blobSize: 41_339_582,
        tree: () => logLinks(nginxFiles(NEW_US, true)).build(),
      },
    },
    copyScript('docker-entrypoint.sh', 1620, 627),
    copyScript('10-listen-on-ipv6-by-default.sh', 2125, 958),
    copyScript('15-local-resolvers.envsh', 336, 370),
    copyScript('20-envsubst-on-templates.sh', 3018, 1211),
    copyScript('30-tune-worker-processes.sh', 4619, 1404),
    { createdBy: 'ENTRYPOINT ["/docker-entrypoint.sh"]', ...BUILDKIT },
    { createdBy: 'EXPOSE map[80/tcp:{}]', ...BUILDKIT },
    { createdBy: 'STOPSIGNAL SIGQUIT', ...BUILDKIT },
    { createdBy: 'CMD ["nginx" "-g" "daemon off;"]', ...BUILDKIT },
  ],
};

export const NGINX_IMAGES: readonly CatalogueImage[] = [
  oldNginx(
    '1.12',
    '1.12.2-1~stretch',
    '1.12.2.0.1.14-1~stretch',
    '2018-04-30T13:58:46.427382129Z',
    52_932_110,
    21_947_207,
  ),
  oldNginx(
    '1.13',
    '1.13.12-1~stretch',
    '1.13.12.0.2.0-1~stretch',
    '2018-04-30T13:56:23.116372201Z',
    53_682_946,
    22_199_014,
  ),
  latest,
];
