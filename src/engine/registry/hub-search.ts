/**
 * `docker search` (moby registry/search.go): what the simulated Hub has, with descriptions and stars of
 * the end of 2023, and what people have pushed there.
 *
 * Knowingly different: only repositories that can also be pulled are found.
 */
import { parseAtoi, filterValues, type ApiError, type Filters } from '../../api';
import type { EngineCore } from '../core';

interface SearchResult {
  readonly star_count: number;
  readonly is_official: boolean;
  readonly name: string;
  readonly is_automated: boolean;
  readonly description: string;
}

type Row = readonly [name: string, stars: number, description: string];

const OFFICIAL: readonly Row[] = [
  ['nginx', 19287, 'Official build of Nginx.'],
  ['ubuntu', 16560, 'Ubuntu is a Debian-based Linux operating system based on free software.'],
  [
    'node',
    12870,
    'Node.js is a JavaScript-based platform for server-side and networking applications.',
  ],
  [
    'postgres',
    12785,
    'The PostgreSQL object-relational database system provides reliability and data integrity.',
  ],
  [
    'redis',
    12414,
    'Redis is an open source key-value store that functions as a data structure server.',
  ],
  [
    'alpine',
    10434,
    'A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!',
  ],
  ['mongo', 9952, 'MongoDB document databases provide high availability and easy scalability.'],
  [
    'python',
    9220,
    'Python is an interpreted, interactive, object-oriented, open-source programming language.',
  ],
  [
    'debian',
    4822,
    "Debian is a Linux distribution that's composed entirely of free and open-source software.",
  ],
  [
    'golang',
    4653,
    'Go (golang) is a general purpose, higher-level, imperative programming language.',
  ],
  ['httpd', 4639, 'The Apache HTTP Server Project'],
  [
    'registry',
    3899,
    'The Docker Registry 2.0 implementation for storing and distributing Docker images',
  ],
  ['busybox', 3166, 'Busybox base image.'],
  ['hello-world', 2119, 'Hello World! (an example of minimal Dockerization)'],
  ['haproxy', 1888, 'HAProxy - The Reliable, High Performance TCP/HTTP Load Balancer'],
  [
    'buildpack-deps',
    127,
    'A collection of common build dependencies used for installing various modules, e.g., gems.',
  ],
];

const OTHERS: readonly Row[] = [
  [
    'traefik/whoami',
    43,
    'Tiny Go webserver that prints OS information and HTTP request to output.',
  ],
];

function resultOf([name, stars, description]: Row, official: boolean): SearchResult {
  return {
    star_count: stars,
    is_official: official,
    name,
    is_automated: false,
    description,
  };
}

function everything(core: EngineCore): SearchResult[] {
  return [
    ...OFFICIAL.map((row) => resultOf(row, true)),
    ...OTHERS.map((row) => resultOf(row, false)),
    ...core.disk.hub.paths().map((path) => resultOf([path, 0, ''], false)),
  ];
}

/** What a filter allows; undefined for everything. */
interface Wanted {
  readonly automated: boolean | undefined;
  readonly official: boolean | undefined;
  readonly stars: number;
}

function wantedOf(filters: Filters): Wanted | ApiError {
  const flags: (boolean | undefined)[] = [];
  for (const name of ['is-automated', 'is-official']) {
    const values = filterValues(filters, name);
    const [value] = values;
    if (values.length > 0 && (values.length > 1 || (value !== 'true' && value !== 'false')))
      return invalid(`${name}=[${values.join(' ')}]`);
    flags.push(value === undefined ? undefined : value === 'true');
  }
  let stars = 0;
  for (const value of filterValues(filters, 'stars')) {
    const count = parseAtoi(value);
    if (typeof count !== 'number') return invalid(`stars=${value}`);
    stars = Math.max(stars, count);
  }
  return { automated: flags[0], official: flags[1], stars };
}

function invalid(text: string): ApiError {
  return { status: 400, message: `Invalid filter '${text}'` };
}

export function searchHub(
  core: EngineCore,
  term: string,
  filters: Filters,
  limit: number,
): readonly SearchResult[] | ApiError {
  const wanted = wantedOf(filters);
  if ('status' in wanted) return wanted;
  // The Hub of the recordings needs a login; its refusal is what the engine passes on.
  if (core.hub === 'stand-in') return { status: 500, message: 'Unexpected status code 401' };
  if (core.registry.down) {
    const url = `https://index.docker.io/v1/search?q=${encodeURIComponent(term)}&n=${limit}`;
    const reason = 'net/http: request canceled while waiting for connection';
    return {
      status: 500,
      message: `Get "${url}": ${reason} (Client.Timeout exceeded while awaiting headers)`,
    };
  }
  const word = term.toLowerCase().replace(/^(docker\.io\/)?(library\/)?/, '');
  const found = everything(core).filter((result) => rank(result, word) < 3);
  found.sort((a, b) => rank(a, word) - rank(b, word) || b.star_count - a.star_count);
  return found
    .slice(0, limit)
    .filter((result) => wanted.automated === undefined || wanted.automated === result.is_automated)
    .filter((result) => wanted.official === undefined || wanted.official === result.is_official)
    .filter((result) => result.star_count >= wanted.stars);
}

/** 0 for the name itself, 1 for a part of it, 2 for a word of the description, 3 for nothing. */
function rank({ name, description }: SearchResult, word: string): number {
  if (name === word) return 0;
  if (name.includes(word)) return 1;
  return description.toLowerCase().includes(word) ? 2 : 3;
}
