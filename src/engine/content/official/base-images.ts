/**
 * Base images of the Hub besides Alpine 3.18, Ubuntu 22.04 and busybox: Debian, older Alpines, Ubuntu
 * 20.04, and buildpack-deps, which many official images stand on. Autumn of 2023.
 */
import type { CatalogueImage } from '../catalogue';
import { LayerBuilder } from '../layer';
import { BOOKWORM, BOOKWORM_STEPS } from '../real-nginx';
import { alpineTree, debianTree } from '../rootfs';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NOP = '/bin/sh -c #(nop) ';
/** Unix microseconds of 2023-10-10 and 2022-05-23. */
const BUILT_US = 1_696_896_000_000_000;
const ALPINE_2022_US = 1_653_264_000_000_000;
const DEBIAN_CREATED = '2023-10-11T18:20:26.310837Z';

const BULLSEYE =
  'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nNAME="Debian GNU/Linux"\nVERSION_ID="11"\n' +
  'VERSION="11 (bullseye)"\nVERSION_CODENAME=bullseye\nID=debian\n' +
  'HOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\n' +
  'BUG_REPORT_URL="https://bugs.debian.org/"\n';
const FOCAL =
  'NAME="Ubuntu"\nVERSION="20.04.6 LTS (Focal Fossa)"\nID=ubuntu\nID_LIKE=debian\n' +
  'PRETTY_NAME="Ubuntu 20.04.6 LTS"\nVERSION_ID="20.04"\nHOME_URL="https://www.ubuntu.com/"\n' +
  'SUPPORT_URL="https://help.ubuntu.com/"\nBUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\n' +
  'VERSION_CODENAME=focal\nUBUNTU_CODENAME=focal\n';

/** A root file system that was added as one archive, and a shell. */
function rootImage(
  name: string,
  tags: readonly string[],
  sum: string,
  sizes: readonly [number, number],
  tree: () => LayerBuilder,
  shell: string,
  created: string,
): CatalogueImage {
  const [size, blobSize] = sizes;
  return {
    repository: `library/${name}`,
    tags,
    created,
    config: { Env: [PATH], Cmd: [shell] },
    steps: [
      {
        createdBy: `${NOP}ADD file:${sum} in / `,
        layer: { size, blobSize, tree: () => tree().build() },
      },
      { createdBy: `${NOP} CMD ["${shell}"]` },
    ],
  };
}

export const bookworm = rootImage(
  'debian',
  ['latest', '12', '12.2', 'bookworm', 'stable'],
  'b6f8ab02e02a5b2f9d9d2f9b0d8a4e2a13d9d6c2bb8f3b23f4a1b6a41e1bd2f7',
  [116_500_000, 49_555_904],
  () => debianTree(BUILT_US, BOOKWORM, '12.2'),
  'bash',
  DEBIAN_CREATED,
);

export const bookwormSlim: CatalogueImage = {
  repository: 'library/debian',
  tags: ['bookworm-slim', '12-slim', '12.2-slim', 'stable-slim'],
  created: '2023-10-11T18:20:45.504223124Z',
  config: { Env: [PATH], Cmd: ['bash'] },
  steps: BOOKWORM_STEPS,
};

const bullseye = rootImage(
  'debian',
  ['11', '11.8', 'bullseye', 'oldstable'],
  '9f1e7f1b9b8a1b6a2f4d1c2f1cb9c7d6ad1f0d44b9df1a8bbf4ed0a3a62c5e10',
  [124_109_312, 55_057_408],
  () => debianTree(BUILT_US, BULLSEYE, '11.8'),
  'bash',
  DEBIAN_CREATED,
);

export const bullseyeSlim = rootImage(
  'debian',
  ['bullseye-slim', '11-slim', '11.8-slim', 'oldstable-slim'],
  '3dfc64ab3b0b9d1a8d7f0b3f6a2a05f6d64d0c8cf5c1c5c9d8a9b5f3c2e61a77',
  [80_507_904, 31_417_344],
  () => debianTree(BUILT_US, BULLSEYE, '11.8'),
  'bash',
  DEBIAN_CREATED,
);

export const alpine316 = rootImage(
  'alpine',
  ['3.16', '3.16.0'],
  '8e81116368669ed3dd361bc898d61bff249f524139a239fdaf3ec46869a39921',
  [5_529_600, 2_806_054],
  () => alpineTree(ALPINE_2022_US, '3.16.0'),
  '/bin/sh',
  '2022-05-23T19:19:31.970967174Z',
);

const alpine317 = rootImage(
  'alpine',
  ['3.17', '3.17.5'],
  'a4f7cb3b27b8c9a8a1f8b6b0b46c7a2f4e3b4cb4a9fd5c8f7a2c3b8e90a2c9d1',
  [7_061_504, 3_401_088],
  () => alpineTree(BUILT_US, '3.17.5'),
  '/bin/sh',
  '2023-08-07T19:20:18.640821441Z',
);

const focal: CatalogueImage = {
  repository: 'library/ubuntu',
  tags: ['20.04', 'focal'],
  created: '2023-10-03T10:46:05.123451239Z',
  config: {
    Env: [PATH],
    Cmd: ['/bin/bash'],
    Labels: {
      'org.opencontainers.image.ref.name': 'ubuntu',
      'org.opencontainers.image.version': '20.04',
    },
  },
  steps: [
    { createdBy: `${NOP} ARG RELEASE` },
    { createdBy: `${NOP} ARG LAUNCHPAD_BUILD_ARCH` },
    { createdBy: `${NOP} LABEL org.opencontainers.image.ref.name=ubuntu` },
    { createdBy: `${NOP} LABEL org.opencontainers.image.version=20.04` },
    {
      createdBy: `${NOP}ADD file:4809da414c2d478b4d991cbdaa2df457f2b3d07d0ff6cf673f09a66f90833e81 in / `,
      layer: {
        size: 72_789_504,
        blobSize: 27_509_760,
        tree: () => debianTree(BUILT_US, FOCAL, 'bullseye/sid').build(),
      },
    },
    { createdBy: `${NOP} CMD ["/bin/bash"]` },
  ],
};

const CURL =
  '/bin/sh -c set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\tcurl \t\tgnupg \t\tnetbase \t\tsq \t\twget \t\ttzdata \t; \trm -rf /var/lib/apt/lists/*';
const SCM =
  '/bin/sh -c apt-get update && apt-get install -y --no-install-recommends \t\tgit \t\tmercurial \t\topenssh-client \t\tsubversion \t\t\t\tprocps \t&& rm -rf /var/lib/apt/lists/*';
const TOOLS =
  '/bin/sh -c set -ex; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tautoconf \t\tautomake \t\tbzip2 \t\tdefault-libmysqlclient-dev \t\tdpkg-dev \t\tfile \t\tg++ \t\tgcc \t\timagemagick \t\tlibbz2-dev \t\tlibc6-dev \t\tlibcurl4-openssl-dev \t\tlibdb-dev \t\tlibevent-dev \t\tlibffi-dev \t\tlibgdbm-dev \t\tlibglib2.0-dev \t\tlibgmp-dev \t\tlibjpeg-dev \t\tlibkrb5-dev \t\tliblzma-dev \t\tlibmagickcore-dev \t\tlibmagickwand-dev \t\tlibmaxminddb-dev \t\tlibncurses5-dev \t\tlibncursesw5-dev \t\tlibpng-dev \t\tlibpq-dev \t\tlibreadline-dev \t\tlibsqlite3-dev \t\tlibssl-dev \t\tlibtool \t\tlibwebp-dev \t\tlibxml2-dev \t\tlibxslt-dev \t\tlibyaml-dev \t\tmake \t\tpatch \t\tunzip \t\txz-utils \t\tzlib1g-dev \t; \trm -rf /var/lib/apt/lists/*';

function withTools(
  base: CatalogueImage,
  tags: readonly string[],
  createdBy: string,
  sizes: readonly [number, number],
  programs: string,
): CatalogueImage {
  const fill = new LayerBuilder(BUILT_US);
  for (const program of programs.split(' ')) fill.program(`/usr/bin/${program}`);
  const layer = { size: sizes[0], blobSize: sizes[1], tree: () => fill.build() };
  return {
    ...base,
    repository: 'library/buildpack-deps',
    tags,
    created: '2023-10-12T00:22:07.441226813Z',
    steps: [
      ...base.steps.map((step) => ({ created: base.created, ...step })),
      { createdBy, layer },
    ],
  };
}

const buildpackCurl = withTools(
  bookworm,
  ['bookworm-curl', 'curl', '12-curl'],
  CURL,
  [48_371_712, 24_030_336],
  'curl wget gpg sq',
);
export const buildpackScm = withTools(
  buildpackCurl,
  ['bookworm-scm', 'scm', '12-scm'],
  SCM,
  [177_074_176, 64_126_208],
  'git hg ssh scp svn',
);
export const buildpack = withTools(
  buildpackScm,
  ['bookworm', 'latest', '12', 'stable'],
  TOOLS,
  [587_317_248, 211_044_352],
  'autoconf automake bzip2 file g++ gcc make patch unzip xz',
);

export const BASE_IMAGES: readonly CatalogueImage[] = [
  bookworm,
  bookwormSlim,
  bullseye,
  bullseyeSlim,
  alpine317,
  alpine316,
  focal,
  buildpackCurl,
  buildpackScm,
  buildpack,
];
