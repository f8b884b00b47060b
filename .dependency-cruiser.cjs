/** The import rule: imports only go down. Rows and doors are those of ARCHITECTURE.md. */
const ROWS = [
  ['base'],
  ['api'],
  ['raft', 'gossip', 'sim', 'kernel', 'swarm'],
  ['engine', 'cli', 'shell'],
  ['node'],
  ['host'],
  ['labs'],
  ['ui'],
];
/** What a folder may import, where it is not simply everything below. */
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
const all = ROWS.flat();
const notTest = '[.](test|fuzz[.]test)[.]tsx?$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: notTest },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(MAY).map(([folder, may]) => ({
      name: `${folder}-imports-down`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: notTest },
      to: { path: '^(src|workers|e2e)/', pathNot: `^src/(${[folder, ...may].join('|')})/` },
    })),
    ...all.map((folder) => ({
      name: `${folder}-through-its-index`,
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: `^src/${folder}/|^src/headless/|^workers/|${notTest}` },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index[.]ts$|^src/host/create[.]ts$` },
    })),
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
