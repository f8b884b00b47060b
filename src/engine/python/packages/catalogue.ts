/** What the simulated package index has: packages of June 2022, with the files that we give them. */
import { FLASK_APP } from './flask-app';
import { FLASK_FILES } from './flask-parts';
import { REDIS_FILES } from './redis-client';
import { JINJA_FILES, MARKUPSAFE_FILES, WERKZEUG_FILES } from './werkzeug';

export interface Package {
  /** As its metadata spell it. */
  readonly name: string;
  readonly version: string;
  readonly wheel: string;
  readonly bytes: number;
  /** As `pip` prints them: "Collecting Werkzeug>=2.0". */
  readonly requires: readonly string[];
  readonly summary: string;
  readonly files: Readonly<Record<string, string>>;
  /** Scripts in /usr/local/bin: module and function. */
  readonly scripts?: Readonly<Record<string, string>>;
}

const anywhere = 'py3-none-any';
const musl = 'cp310-cp310-musllinux_1_1_x86_64';

function named(
  name: string,
  version: string,
  bytes: number,
  requires: readonly string[],
  summary: string,
  files: Readonly<Record<string, string>>,
  more: { readonly tag?: string; readonly scripts?: Readonly<Record<string, string>> } = {},
): Package {
  const wheel = `${name.replace(/-/g, '_')}-${version}-${more.tag ?? anywhere}.whl`;
  const { scripts } = more;
  return { name, version, wheel, bytes, requires, summary, files, ...(scripts ? { scripts } : {}) };
}

const marker = (module: string) => ({ [`${module}/__init__.py`]: '' });

const ALL: readonly Package[] = [
  named(
    'Flask',
    '2.1.2',
    95_200,
    ['Werkzeug>=2.0', 'Jinja2>=3.0', 'itsdangerous>=2.0', 'click>=8.0'],
    'A simple framework for building complex web applications.',
    { ...FLASK_FILES, 'flask/app.py': FLASK_APP },
    { scripts: { flask: 'flask.cli:main' } },
  ),
  named(
    'Werkzeug',
    '2.1.2',
    224_900,
    [],
    'The comprehensive WSGI web application library.',
    WERKZEUG_FILES,
  ),
  named(
    'Jinja2',
    '3.1.2',
    133_100,
    ['MarkupSafe>=2.0'],
    'A very fast and expressive template engine.',
    JINJA_FILES,
  ),
  named(
    'MarkupSafe',
    '2.1.1',
    29_000,
    [],
    'Safely add untrusted strings to HTML/XML markup.',
    MARKUPSAFE_FILES,
    { tag: musl },
  ),
  named(
    'itsdangerous',
    '2.1.2',
    15_000,
    [],
    'Safely pass data to untrusted environments and back.',
    marker('itsdangerous'),
  ),
  named('click', '8.1.3', 96_600, [], 'Composable command line interface toolkit', marker('click')),
  named(
    'redis',
    '4.3.4',
    246_200,
    ['async-timeout>=4.0.2', 'deprecated>=1.2.3', 'packaging>=20.4'],
    'Python client for Redis database and key-value store',
    REDIS_FILES,
  ),
  named(
    'async-timeout',
    '4.0.2',
    5_800,
    [],
    'Timeout context manager for asyncio programs',
    marker('async_timeout'),
  ),
  named(
    'Deprecated',
    '1.2.13',
    9_600,
    ['wrapt<2,>=1.10'],
    'Python @deprecated decorator.',
    marker('deprecated'),
    { tag: 'py2.py3-none-any' },
  ),
  named(
    'wrapt',
    '1.14.1',
    79_300,
    [],
    'Module for decorators, wrappers and monkey patching.',
    marker('wrapt'),
    { tag: musl },
  ),
  named(
    'packaging',
    '21.3',
    40_800,
    ['pyparsing!=3.0.5,>=2.0.2'],
    'Core utilities for Python packages',
    marker('packaging'),
  ),
  named('pyparsing', '3.0.9', 98_300, [], 'pyparsing module', marker('pyparsing')),
];

export const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
export const PACKAGES: ReadonlyMap<string, Package> = new Map(
  ALL.map((each) => [canonical(each.name), each]),
);

/** Real ones that we do not have: an honest word instead of "no matching distribution". */
export const KNOWN_PACKAGES: ReadonlySet<string> = new Set(
  (
    'aiohttp alembic ansible attrs awscli azure-core beautifulsoup4 black boto3 bottle celery certifi cffi chardet ' +
    'charset-normalizer cryptography cython dash django djangorestframework docker docker-compose eventlet ' +
    'fastapi flask-cors flask-restful flask-sqlalchemy flask-login flask-wtf gevent gunicorn httpx idna ipython ' +
    'jupyter kafka-python keras kubernetes lxml mariadb matplotlib mypy mysql-connector-python mysqlclient ' +
    'numpy pandas paramiko pika pillow pipenv plotly poetry prometheus-client psutil psycopg2 psycopg2-binary ' +
    'pycryptodome pydantic pygame pyjwt pylint pymongo pymysql pytest python-dateutil python-dotenv pytz ' +
    'pyyaml requests rich scikit-learn scipy scrapy seaborn selenium setuptools six sqlalchemy starlette streamlit ' +
    'tensorflow toml torch tornado tqdm twisted typer urllib3 uvicorn uwsgi virtualenv waitress websockets wheel yt-dlp'
  ).split(' '),
);
