/** The official node images of November 2023: 21, 20 and 18, each on Debian and on Alpine. */
import type { CatalogueImage } from '../catalogue';
import type { LayerBuilder } from '../layer';
import { alpineGroup, alpinePasswd, debianGroup, debianPasswd } from '../rootfs';
import { bookwormSlim, buildpack } from './base-images';
import { ALPINE, FULL, SLIM } from './node-steps';
import { officialImage, withValues, type OfficialLayer } from './official-image';

interface Release {
  readonly version: string;
  readonly names: readonly string[];
  readonly created: string;
  readonly npm: string;
  readonly checksum: string;
  /** Of node's own layer, unpacked and compressed. */
  readonly full: readonly [number, number];
  readonly alpine: readonly [number, number];
}

const RELEASES: readonly Release[] = [
  {
    version: '21.1.0',
    names: ['21', 'current', ''],
    created: '2023-10-25T04:04:28Z',
    npm: '10.2.0',
    checksum: '987dac3f01a5b81bd3674edcf984161ed145995f2f11e7b5893249af5fa237e8',
    full: [171_520_000, 50_528_256],
    alpine: [126_976_000, 46_755_840],
  },
  {
    version: '20.9.0',
    names: ['20', 'lts', 'iron'],
    created: '2023-10-25T04:04:28Z',
    npm: '10.1.0',
    checksum: 'a3cfa3eabebdcbb677256227b9ff44dad88bff37fd9de886077d670dc8fddb6b',
    full: [164_761_600, 49_801_216],
    alpine: [166_144_000, 49_824_768],
  },
  {
    version: '18.18.2',
    names: ['18', 'hydrogen'],
    created: '2023-10-18T11:01:36Z',
    npm: '9.8.1',
    checksum: 'b02028add9898575516a2626a5f1a262f080291d8f253ba1fd61cedb0e476591',
    full: [159_436_800, 45_694_976],
    alpine: [161_024_000, 46_928_896],
  },
];

const ENTRYPOINT = `#!/bin/sh
set -e

# Run command with node if the first argument contains a "-" or is not a system command. The last
# part inside the "{}" is a workaround for the following bug in ash/dash:
# https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=874264
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- node "$@"
fi

exec "$@"
`;

const DEBIAN_USERS = {
  passwd: ['node:x:1000:1000::/home/node:/bin/bash'],
  group: ['node:x:1000:'],
};
const ALPINE_USERS = {
  passwd: ['node:x:1000:1000:Linux User,,,:/home/node:/bin/sh'],
  group: ['node:x:1000:node'],
};

function debianUser(layer: LayerBuilder): LayerBuilder {
  return layer
    .file('/etc/passwd', debianPasswd(DEBIAN_USERS))
    .file('/etc/group', debianGroup(DEBIAN_USERS))
    .dir('/home/node', 0o755, 1000, 1000);
}

/** node, npm and npx: programs that the simulator knows by name. */
function runtime(release: Release) {
  const modules = '/usr/local/lib/node_modules';
  const packageFile = JSON.stringify({ name: 'npm', version: release.npm });
  return (layer: LayerBuilder) =>
    layer
      .program('/usr/local/bin/node')
      .symlink('/usr/local/bin/nodejs', '/usr/local/bin/node')
      .program(`${modules}/npm/bin/npm-cli.js`, 'npm')
      .program(`${modules}/npm/bin/npx-cli.js`, 'npx')
      .file(`${modules}/npm/package.json`, `${packageFile}\n`)
      .symlink('/usr/local/bin/npm', '../lib/node_modules/npm/bin/npm-cli.js')
      .symlink('/usr/local/bin/npx', '../lib/node_modules/npm/bin/npx-cli.js')
      .dir('/usr/local/include/node')
      .file('/usr/local/README.md', '# Node.js\n');
}

function yarn(layer: LayerBuilder): LayerBuilder {
  return layer
    .program('/opt/yarn-v1.22.19/bin/yarn')
    .symlink('/opt/yarn-v1.22.19/bin/yarnpkg', 'yarn')
    .symlink('/usr/local/bin/yarn', '/opt/yarn-v1.22.19/bin/yarn')
    .symlink('/usr/local/bin/yarnpkg', '/opt/yarn-v1.22.19/bin/yarnpkg');
}

const entrypoint: OfficialLayer = [
  388,
  450,
  (layer) => layer.file('/usr/local/bin/docker-entrypoint.sh', ENTRYPOINT, 0o755),
];

function tagsOf(release: Release, endings: readonly string[]): string[] {
  const short = release.version.split('.').slice(0, 2).join('.');
  const names = [release.version, short, ...release.names];
  return endings.flatMap((ending) =>
    names.map((name) => (name === '' ? ending.slice(1) || 'latest' : `${name}${ending}`)),
  );
}

function flavours(alpine: CatalogueImage, release: Release): CatalogueImage[] {
  const values = { NODE_VERSION: release.version, CHECKSUM: release.checksum };
  const node = runtime(release);
  const of = (
    base: CatalogueImage,
    endings: readonly string[],
    steps: readonly string[],
    layers: readonly OfficialLayer[],
  ) =>
    officialImage({
      repository: 'library/node',
      tags: tagsOf(release, endings),
      created: release.created,
      base,
      instructions: withValues(steps, values),
      layers: [...layers, entrypoint],
    });
  return [
    of(buildpack, ['', '-bookworm'], FULL, [
      [8_944, 3_370, debianUser],
      [...release.full, node],
      [7_583_744, 2_210_560, yarn],
    ]),
    of(bookwormSlim, ['-slim', '-bookworm-slim'], SLIM, [
      [8_944, 3_370, debianUser],
      [...release.full, node],
      [7_697_408, 2_211_328, yarn],
    ]),
    of(alpine, ['-alpine', '-alpine3.18'], ALPINE, [
      [
        ...release.alpine,
        (layer) =>
          node(layer)
            .file('/etc/passwd', alpinePasswd(ALPINE_USERS))
            .file('/etc/group', alpineGroup(ALPINE_USERS))
            .dir('/home/node', 0o2755, 1000, 1000),
      ],
      [7_675_904, 2_343_936, yarn],
    ]),
  ];
}

export function nodeImages(alpine: CatalogueImage): CatalogueImage[] {
  return RELEASES.flatMap((release) => flavours(alpine, release));
}
