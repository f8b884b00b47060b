/** The official python images: 3.12, 3.11, 3.10 and 3.9 of the autumn of 2023, and 3.10.5 on Alpine 3.16. */
import type { CatalogueImage } from '../catalogue';
import type { LayerBuilder } from '../layer';
import { alpine316, bookwormSlim, buildpack } from './base-images';
import { officialImage, withValues, type OfficialLayer } from './official-image';
import { ALPINE, ALPINE_2022, FULL, SLIM } from './python-steps';

interface Release {
  readonly version: string;
  readonly created: string;
  readonly pip: string;
  readonly setuptools?: string;
  readonly key: string;
  /** Sizes of the interpreter's layer, unpacked and compressed, by flavour. */
  readonly full: readonly [number, number];
  readonly slim: readonly [number, number];
  readonly alpine: readonly [number, number];
}

const PABLO = 'A035C8C19219BA821ECEA86B64E628F8D684696D';
const SUM = '9cc01665956d22b3bf057ae8287b035827bfd895da235bcea200ab3b811790b6';
const URL =
  'https://github.com/pypa/get-pip/raw/4cfa4081d27285bda1220a62a5ebf5b4bd749cdb/public/get-pip.py';

const RELEASES: readonly Release[] = [
  {
    version: '3.12.0',
    created: '2023-10-21T18:46:15Z',
    pip: '23.2.1',
    key: '7169605F62C751356D054A26A821E680E5FA6305',
    full: [65_945_600, 22_372_352],
    slim: [36_311_040, 12_002_304],
    alpine: [33_914_880, 12_959_744],
  },
  {
    version: '3.11.6',
    created: '2023-10-21T17:01:28Z',
    pip: '23.2.1',
    setuptools: '65.5.1',
    key: PABLO,
    full: [57_856_000, 19_767_296],
    slim: [34_263_040, 11_892_736],
    alpine: [32_153_600, 12_352_512],
  },
  {
    version: '3.10.13',
    created: '2023-10-21T15:49:12Z',
    pip: '23.0.1',
    setuptools: '65.5.1',
    key: PABLO,
    full: [54_067_200, 17_266_688],
    slim: [31_129_600, 11_533_312],
    alpine: [29_900_800, 12_103_680],
  },
  {
    version: '3.9.18',
    created: '2023-10-21T21:17:19Z',
    pip: '23.0.1',
    setuptools: '58.1.0',
    key: 'E3FF2839C048B25C084DEBE9B26995E310250568',
    full: [51_609_600, 15_884_288],
    slim: [29_081_600, 11_020_288],
    alpine: [27_955_200, 11_340_800],
  },
];

const shortVersion = (version: string) => version.split('.').slice(0, 2).join('.');

/** The interpreter: a program that the simulator knows by the name `python3`. */
function interpreter(version: string): (layer: LayerBuilder) => LayerBuilder {
  const short = shortVersion(version);
  const lib = `/usr/local/lib/python${short}`;
  return (layer) =>
    layer
      .program(`/usr/local/bin/python${short}`, 'python3')
      .symlink('/usr/local/bin/python3', `python${short}`)
      .program(`/usr/local/bin/idle${short}`, 'idle')
      .symlink('/usr/local/bin/idle3', `idle${short}`)
      .program(`/usr/local/bin/pydoc${short}`, 'pydoc')
      .symlink('/usr/local/bin/pydoc3', `pydoc${short}`)
      .program(`/usr/local/bin/python${short}-config`, 'python-config')
      .symlink('/usr/local/bin/python3-config', `python${short}-config`)
      .file(`/usr/local/lib/libpython${short}.so.1.0`, '', 0o755)
      .symlink(`/usr/local/lib/libpython${short}.so`, `libpython${short}.so.1.0`)
      .file('/usr/local/lib/libpython3.so', '', 0o755)
      .dir(`/usr/local/include/python${short}`)
      .dir(`${lib}/lib-dynload`)
      .file(
        `${lib}/site-packages/README.txt`,
        'This directory exists so that 3rd party packages can be installed\n' +
          'here.  Read the source for site.py for more details.\n',
      );
}

function links(layer: LayerBuilder): LayerBuilder {
  for (const name of ['idle', 'pydoc', 'python'])
    layer.symlink(`/usr/local/bin/${name}`, `${name}3`);
  return layer.symlink('/usr/local/bin/python-config', 'python3-config');
}

function installer(release: Pick<Release, 'version' | 'pip' | 'setuptools'>) {
  const short = shortVersion(release.version);
  const folder = `/usr/local/lib/python${short}/site-packages`;
  return (layer: LayerBuilder) => {
    for (const name of ['pip', 'pip3', `pip${short}`])
      layer.program(`/usr/local/bin/${name}`, 'pip');
    distribution(layer, folder, 'pip', release.pip);
    if (release.setuptools !== undefined)
      distribution(layer, folder, 'setuptools', release.setuptools);
    return layer;
  };
}

/** An installed package, as `pip list` finds it. */
function distribution(layer: LayerBuilder, folder: string, name: string, version: string): void {
  const info = `${folder}/${name}-${version}.dist-info`;
  layer
    .file(`${folder}/${name}/__init__.py`, `__version__ = "${version}"\n`)
    .file(`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`)
    .file(`${info}/INSTALLER`, 'pip\n');
}

function certificates(layer: LayerBuilder): LayerBuilder {
  return layer.dir('/etc/ssl/certs').dir('/usr/share/zoneinfo').dir('/usr/share/ca-certificates');
}

function valuesOf(release: Release): Record<string, string> {
  return {
    GPG_KEY: release.key,
    PYTHON_VERSION: release.version,
    PYTHON_PIP_VERSION: release.pip,
    PYTHON_GET_PIP_URL: URL,
    PYTHON_GET_PIP_SHA256: SUM,
    ...(release.setuptools === undefined ? {} : { PYTHON_SETUPTOOLS_VERSION: release.setuptools }),
  };
}

/** Python 3.12 came without setuptools, and 3.9 is linked without the optimiser. */
function instructionsOf(release: Release, steps: readonly string[]): string[] {
  return withValues(steps, valuesOf(release)).map((line) => {
    const own =
      release.setuptools === undefined
        ? line.replace('\t\t"setuptools==$PYTHON_SETUPTOOLS_VERSION" ', '')
        : line;
    return release.version.startsWith('3.9.') ? own.replace('\t\t--with-lto ', '') : own;
  });
}

/** `3.11.6`, `3.11` and, for the newest, `3` and `latest`, each with the flavours' endings. */
function tagsOf(release: Release, endings: readonly string[]): string[] {
  const newest = release === RELEASES[0];
  const names = [release.version, shortVersion(release.version), ...(newest ? ['3', ''] : [])];
  return endings.flatMap((ending) =>
    names.map((name) => (name === '' ? ending.slice(1) || 'latest' : `${name}${ending}`)),
  );
}

function flavours(alpine: CatalogueImage, release: Release): CatalogueImage[] {
  const { created } = release;
  const pipSize: readonly [number, number] =
    release.setuptools === undefined ? [10_086_400, 2_695_168] : [12_196_864, 3_069_952];
  const last: OfficialLayer[] = [
    [32, 232, links],
    [...pipSize, installer(release)],
  ];
  const of = (
    base: CatalogueImage,
    endings: readonly string[],
    steps: readonly string[],
    layers: readonly OfficialLayer[],
  ) =>
    officialImage({
      repository: 'library/python',
      tags: tagsOf(release, endings),
      created,
      base,
      instructions: instructionsOf(release, steps),
      layers: [...layers, ...last],
    });
  const python = interpreter(release.version);
  return [
    of(buildpack, ['', '-bookworm'], FULL, [
      [19_763_200, 6_389_760, (layer) => layer.dir('/usr/include/tk')],
      [...release.full, python],
    ]),
    of(bookwormSlim, ['-slim', '-slim-bookworm'], SLIM, [
      [9_209_344, 3_507_200, certificates],
      [...release.slim, python],
    ]),
    of(alpine, ['-alpine', '-alpine3.18'], ALPINE, [
      [1_641_472, 622_912, certificates],
      [...release.alpine, python],
    ]),
  ];
}

const SUMMER_2022 = { version: '3.10.5', pip: '22.0.4', setuptools: '58.1.0' } as const;

const python3105 = officialImage({
  repository: 'library/python',
  tags: ['3.10.5-alpine', '3.10.5-alpine3.16'],
  created: '2022-07-19T00:49:01.893276523Z',
  base: alpine316,
  classic: '20.10.12',
  instructions: withValues(ALPINE_2022, {
    GPG_KEY: PABLO,
    PYTHON_VERSION: SUMMER_2022.version,
    PYTHON_PIP_VERSION: SUMMER_2022.pip,
    PYTHON_SETUPTOOLS_VERSION: SUMMER_2022.setuptools,
    PYTHON_GET_PIP_URL:
      'https://github.com/pypa/get-pip/raw/6ce3639da143c5d79b44f94b04080abf2531fd6e/public/get-pip.py',
    PYTHON_GET_PIP_SHA256: 'ba3ab8267d91fd41c58dbce08f76db99f747f716d85ce1865813842bb035524d',
  }),
  layers: [
    [1_871_872, 669_696, certificates],
    [29_747_200, 11_988_992, interpreter(SUMMER_2022.version)],
    [32, 234, links],
    [11_550_720, 2_874_368, installer(SUMMER_2022)],
  ],
});

export function pythonImages(alpine: CatalogueImage): CatalogueImage[] {
  return [...RELEASES.flatMap((release) => flavours(alpine, release)), python3105];
}
