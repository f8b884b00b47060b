/** The official postgres and mongo images of November 2023. */
import type { CatalogueImage } from '../catalogue';
import type { LayerBuilder } from '../layer';
import { alpineGroup, alpinePasswd, debianGroup, debianPasswd } from '../rootfs';
import { bookwormSlim } from './base-images';
import { MONGO, POSTGRES, POSTGRES_ALPINE } from './database-steps';
import { officialImage, withValues, type OfficialLayer } from './official-image';

const POSTGRES_USERS = {
  passwd: ['postgres:x:999:999::/var/lib/postgresql:/bin/bash'],
  group: ['postgres:x:999:', 'ssl-cert:x:101:postgres'],
};
const ALPINE_USERS = {
  passwd: ['postgres:x:70:70:Linux User,,,:/var/lib/postgresql:/bin/sh'],
  group: ['postgres:x:70:'],
};
const MONGO_USERS = {
  passwd: ['mongodb:x:999:999::/data/db:/bin/sh'],
  group: ['mongodb:x:999:'],
};
const DATA = '/var/lib/postgresql/data';

/** The scripts of these images are long; the simulator knows them by name. */
function entrypoint(image: string, size: number, blobSize: number): OfficialLayer {
  const path = '/usr/local/bin/docker-entrypoint.sh';
  return [size, blobSize, (layer) => layer.program(path, `${image}-entrypoint`)];
}

function postgresPrograms(layer: LayerBuilder, folder: string): LayerBuilder {
  const names =
    'clusterdb createdb createuser dropdb dropuser initdb pg_basebackup pg_ctl pg_dump ' +
    'pg_dumpall pg_isready pg_restore postgres psql reindexdb vacuumdb';
  for (const name of names.split(' ')) layer.program(`${folder}/${name}`);
  return layer;
}

interface PostgresRelease {
  readonly major: string;
  readonly version: string;
  readonly size: readonly [number, number];
  readonly alpine: readonly [number, number];
  readonly sum: string;
}

const POSTGRES_RELEASES: readonly PostgresRelease[] = [
  {
    major: '16',
    version: '16.1',
    size: [313_344_000, 109_445_120],
    alpine: [232_448_000, 84_738_048],
    sum: 'ce3c4d85d19b0121fe0d3f8ef1fa601f71989e86f8a66f7dc3ad546dd5564fec',
  },
  {
    major: '15',
    version: '15.5',
    size: [306_380_800, 107_085_824],
    alpine: [230_195_200, 83_591_168],
    sum: '8f53aa95d78eb8e82536ea46b68187793b42bba3b4f65aa342f540b23c9b10a6',
  },
];

function postgresDebian(release: PostgresRelease): CatalogueImage {
  const { major, version, size } = release;
  const bin = `/usr/lib/postgresql/${major}/bin`;
  return officialImage({
    repository: 'library/postgres',
    tags: postgresTags(release, ['', '-bookworm']),
    created: '2023-11-09T20:04:26Z',
    base: bookwormSlim,
    instructions: withValues(POSTGRES, {
      PG_MAJOR: major,
      PG_VERSION: `${version}-1.pgdg120+1`,
    }),
    layers: [
      [
        9_024,
        1_163,
        (layer) =>
          layer
            .file('/etc/passwd', debianPasswd(POSTGRES_USERS))
            .file('/etc/group', debianGroup(POSTGRES_USERS))
            .dir('/var/lib/postgresql', 0o755, 999, 999),
      ],
      [10_108_928, 4_526_080, (layer) => layer.program('/usr/bin/gpg')],
      [4_130_816, 1_445_888, (layer) => layer.program('/usr/local/bin/gosu')],
      [25_145_344, 8_060_928, (layer) => layer.program('/usr/bin/locale')],
      [4_419_584, 1_287_168, (layer) => layer.program('/usr/bin/xz')],
      [0, 116, (layer) => layer.dir('/docker-entrypoint-initdb.d')],
      [3_137, 3_143, (layer) => layer.dir('/usr/local/share/keyrings')],
      [...size, (layer) => postgresPrograms(layer, bin)],
      [57_821, 9_892, (layer) => layer.file(...sampleConfig('/usr/share/postgresql'))],
      [0, 129, (layer) => layer.dir('/var/run/postgresql', 0o2777, 999, 999)],
      [0, 168, (layer) => layer.dir(DATA, 0o777, 999, 999)],
      entrypoint('postgres', 13_480, 4_790),
    ],
  });
}

function sampleConfig(folder: string): [path: string, text: string] {
  return [
    `${folder}/postgresql.conf.sample`,
    "listen_addresses = '*'\t\t# what IP address(es) to listen on;\nmax_connections = 100\n" +
      'shared_buffers = 128MB\ndynamic_shared_memory_type = posix\nmax_wal_size = 1GB\n' +
      'min_wal_size = 80MB\n',
  ];
}

function postgresAlpine(alpine: CatalogueImage, release: PostgresRelease): CatalogueImage {
  const { major, version, sum } = release;
  return officialImage({
    repository: 'library/postgres',
    tags: postgresTags(release, ['-alpine', '-alpine3.18']),
    created: '2023-11-09T20:04:26Z',
    base: alpine,
    instructions: withValues(POSTGRES_ALPINE, {
      PG_MAJOR: major,
      PG_VERSION: version,
      PG_SHA256: sum,
    }),
    layers: [
      [
        4_795,
        1_289,
        (layer) =>
          layer
            .file('/etc/passwd', alpinePasswd(ALPINE_USERS))
            .file('/etc/group', alpineGroup(ALPINE_USERS))
            .dir('/var/lib/postgresql', 0o755, 70, 70),
      ],
      [0, 149, (layer) => layer.dir('/docker-entrypoint-initdb.d')],
      [
        ...release.alpine,
        (layer) => postgresPrograms(layer, '/usr/local/bin').program('/sbin/su-exec'),
      ],
      [57_593, 9_533, (layer) => layer.file(...sampleConfig('/usr/local/share/postgresql'))],
      [0, 129, (layer) => layer.dir('/var/run/postgresql', 0o3777, 70, 70)],
      [0, 168, (layer) => layer.dir(DATA, 0o1777, 70, 70)],
      entrypoint('postgres', 13_479, 4_789),
    ],
  });
}

function postgresTags(release: PostgresRelease, endings: readonly string[]): string[] {
  const newest = release === POSTGRES_RELEASES[0];
  const names = [release.major, release.version, ...(newest ? [''] : [])];
  return endings.flatMap((ending) =>
    names.map((name) => (name === '' ? ending.slice(1) || 'latest' : `${name}${ending}`)),
  );
}

function mongo(
  ubuntu: CatalogueImage,
  version: string,
  tags: readonly string[],
  key: string,
  size: readonly [number, number],
): CatalogueImage {
  const major = version.split('.').slice(0, 2).join('.');
  const programs = 'mongod mongos mongosh mongodump mongorestore mongoimport mongoexport mongostat';
  return officialImage({
    repository: 'library/mongo',
    tags: [...tags, version, `${version}-jammy`],
    created: '2023-11-09T17:01:36Z',
    base: ubuntu,
    instructions: withValues(MONGO, { KEY: key, MONGO_MAJOR: major, MONGO_VERSION: version }),
    layers: [
      [
        4_627,
        1_805,
        (layer) =>
          layer
            .file('/etc/passwd', debianPasswd(MONGO_USERS))
            .file('/etc/group', debianGroup(MONGO_USERS))
            .dir('/data/db', 0o755, 999, 999)
            .dir('/data/configdb', 0o755, 999, 999),
      ],
      [7_741_440, 2_928_128, (layer) => layer.program('/usr/bin/jq').program('/usr/bin/numactl')],
      [4_268_032, 1_468_416, (layer) => layer.program('/usr/local/bin/gosu')],
      [0, 116, (layer) => layer.dir('/docker-entrypoint-initdb.d')],
      [1_163, 1_103, (layer) => layer.dir('/etc/apt/keyrings')],
      [116, 262, (layer) => layer.dir('/etc/apt/sources.list.d')],
      [
        ...size,
        (layer) => programs.split(' ').reduce((l, name) => l.program(`/usr/bin/${name}`), layer),
      ],
      entrypoint('mongo', 14_267, 4_698),
    ],
  });
}

export function databaseImages(alpine: CatalogueImage, ubuntu: CatalogueImage): CatalogueImage[] {
  return [
    ...POSTGRES_RELEASES.flatMap((release) => [
      postgresDebian(release),
      postgresAlpine(alpine, release),
    ]),
    mongo(
      ubuntu,
      '7.0.3',
      ['latest', '7', '7.0', 'jammy', '7-jammy'],
      'E58830201F7DD82CD808AA84160D26BB1785BA38',
      [664_371_200, 218_103_808],
    ),
    mongo(
      ubuntu,
      '6.0.11',
      ['6', '6.0', '6-jammy'],
      '39BD841E4BE5FB195A65400E6A26B1AE64C3C388',
      [614_400_000, 203_423_744],
    ),
  ];
}
