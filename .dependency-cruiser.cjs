/**
 * The import rule: imports only go down, through a folder's index.ts. Rows and doors are those of
 * ARCHITECTURE.md. Circles are checked in src/headless/import-rule.mjs.
 */
/** What each folder may import, from the bottom row to the top. */
const MAY = {
  base: [],
  api: ['base'],
  raft: ['base'],
  gossip: ['base'],
  sim: ['base', 'api'],
  kernel: ['base', 'api'],
  swarm: ['base', 'api'],
  engine: ['base', 'api', 'kernel'],
  cli: ['base', 'api', 'kernel'],
  shell: ['base', 'api', 'kernel'],
  node: ['base', 'api', 'raft', 'gossip', 'kernel', 'swarm', 'engine', 'cli', 'shell'],
  host: ['base', 'api', 'sim', 'node'],
  labs: ['base', 'api', 'host'],
  ui: ['base', 'api', 'labs', 'host'],
};
const ENDS = 'src/(backend|headless|tidy)/|src/main[.]tsx$|workers/';
const FOLDERS = Object.keys(MAY);
/** Tests, and the toys that only tests import, may look behind doors and upwards. */
const notTest = '[.](test|fuzz[.]test)[.]tsx?$|/testdata/';

module.exports = {
  forbidden: [
    ...Object.entries(MAY).map(([folder, may]) => ({
      name: `${folder}-imports-down`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: notTest },
      to: { path: '^(src|workers|e2e)/', pathNot: `^src/(${[folder, ...may].join('|')})/` },
    })),
    ...FOLDERS.map((folder) => ({
      name: `${folder}-through-its-index`,
      severity: 'error',
      from: {
        path: '^(src|workers)/',
        pathNot: `^src/${folder}/|^src/headless/|^workers/|${notTest}`,
      },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index[.]ts$|^src/host/create[.]ts$` },
    })),
    {
      name: 'testdata-is-for-tests',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: notTest },
      to: { path: '/testdata/.*[.]tsx?$' },
    },
    {
      name: 'nobody-imports-the-ends',
      severity: 'error',
      from: { path: '^src/', pathNot: `^(${ENDS})|${notTest}` },
      to: { path: `^(${ENDS})`, pathNot: '^workers/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    exclude: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
