/**
 * The program `pip` 22.0.4: install, uninstall, list, freeze, show over the simulated index. Its words
 * are pip's; what an installation writes are files of ours, so a package's layer is smaller than the
 * real one's. One version of each package exists.
 */
import { SysError, sys, type ProcessStart, type Sys } from '../../kernel';
import { PACKAGES, KNOWN_PACKAGES, canonical, type Package } from './packages/catalogue';

const NEWEST = '22.1.2';
const BAR = '━'.repeat(40);
/** Bytes of a download in a microsecond, and what a question to the index takes. */
const BYTES_PER_US = 3;
const ASK_US = 180_000;
const ROOT_WARNING =
  "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour " +
  'with the system package manager. It is recommended to use a virtual environment instead: ' +
  'https://pip.pypa.io/warnings/venv\n';

interface Place {
  readonly short: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Installed {
  readonly name: string;
  readonly version: string;
  readonly info: string;
}

const out = (text: string) => sys.write(1, text);
const err = (text: string) => sys.write(2, text);

export function* pip(start: ProcessStart): Sys<number> {
  const short = (start.env['PYTHON_VERSION'] ?? '3.10.5').split('.').slice(0, 2).join('.');
  const place: Place = {
    short,
    folder: `/usr/local/lib/python${short}/site-packages`,
    env: start.env,
  };
  const args = start.argv
    .slice(1)
    .filter((arg) => !/^(--no-cache-dir|--disable-pip-version-check|-v)$/.test(arg));
  const silent = start.argv.includes('--disable-pip-version-check');
  const [command, ...rest] = args;
  switch (command) {
    case '--version':
    case '-V': {
      const version = (yield* find(place, 'pip'))?.version ?? '22.0.4';
      yield* out(`pip ${version} from ${place.folder}/pip (python ${short})\n`);
      return 0;
    }
    case 'install':
      return yield* warned(place, silent, yield* install(place, rest));
    case 'uninstall':
      return yield* uninstall(place, rest);
    case 'list':
      return yield* warned(place, silent, yield* list(place));
    case 'freeze':
      for (const each of yield* installed(place))
        if (!/^(pip|setuptools|wheel)$/.test(each.name))
          yield* out(`${each.name}==${each.version}\n`);
      return 0;
    case 'show':
      return yield* show(place, rest);
    case undefined:
      yield* out('\nUsage:   \n  pip <command> [options]\n');
      return 0;
    default:
      if (
        /^(download|config|search|cache|index|wheel|hash|check|debug|help|inspect|completion)$/.test(
          command,
        )
      ) {
        yield* err(`pip: not simulated: pip ${command}\n`);
        return 125;
      }
      yield* err(`ERROR: unknown command "${command}"\n`);
      return 1;
  }
}

/** What pip says at the end when a newer pip exists. */
function* warned(place: Place, silent: boolean, code: number): Sys<number> {
  const version = (yield* find(place, 'pip'))?.version ?? '22.0.4';
  const quiet = silent || (place.env['PIP_DISABLE_PIP_VERSION_CHECK'] ?? '') !== '';
  if (version === '22.0.4' && code < 2 && !quiet)
    yield* err(
      `WARNING: You are using pip version ${version}; however, version ${NEWEST} is available.\n` +
        "You should consider upgrading via the '/usr/local/bin/python -m pip install --upgrade pip' command.\n",
    );
  return code;
}

function* installed(place: Place): Sys<readonly Installed[]> {
  let entries: readonly { readonly name: string }[] = [];
  try {
    entries = yield* sys.readdir(place.folder);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
  }
  const found = entries.flatMap(({ name: entry }) => {
    const parts = /^(.+)-([^-]+)\.dist-info$/.exec(entry);
    return parts ? [{ name: realName(parts[1]!), version: parts[2]!, info: entry }] : [];
  });
  const key = (each: Installed) => each.name.toLowerCase();
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const realName = (name: string) => PACKAGES.get(canonical(name))?.name ?? name;

function* find(place: Place, name: string): Sys<Installed | undefined> {
  return (yield* installed(place)).find((each) => canonical(each.name) === canonical(name));
}

interface Wish {
  readonly name: string;
  readonly range: string;
  /** As typed. */
  readonly text: string;
  /** "(from flask)", "(from -r requirements.txt (line 1))" */
  readonly from: string;
}

function parseWish(text: string, from: string): Wish | undefined {
  const found =
    /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:(?:===?|[<>!~]=|[<>])\s*[\w.*+!-]+\s*,?\s*)*)$/.exec(
      text,
    );
  if (!found) return undefined;
  return {
    name: found[1]!,
    range: found[2]!.replace(/\s/g, ''),
    text: text.replace(/\s/g, ''),
    from,
  };
}

function* install(place: Place, args: readonly string[]): Sys<number> {
  const wishes: Wish[] = [];
  let upgrade = false;
  let quiet = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-r' || arg === '--requirement') {
      const code = yield* readRequirements(args[++i] ?? '', wishes);
      if (code > 0) return code;
    } else if (arg === '-U' || arg === '--upgrade') upgrade = true;
    else if (arg === '-q' || arg === '--quiet') quiet = true;
    else if (
      /^--(user|no-warn-script-location|root-user-action=ignore|no-input|prefer-binary)$/.test(arg)
    )
      continue;
    else if (arg.startsWith('-')) {
      yield* err(`pip: not simulated: pip install ${arg}\n`);
      return 125;
    } else {
      const wish = parseWish(arg, '');
      if (!wish) return yield* badName(arg);
      wishes.push(wish);
    }
  }
  if (wishes.length === 0) {
    yield* err(
      'ERROR: You must give at least one requirement to install (see "pip help install")\n',
    );
    return 1;
  }
  return yield* satisfy(place, wishes, upgrade, quiet);
}

function* badName(arg: string): Sys<number> {
  if (/^(\.|\/|git\+|https?:)/.test(arg)) {
    yield* err(`pip: not simulated: installing from ${arg}\n`);
    return 125;
  }
  yield* err(`ERROR: Invalid requirement: '${arg}'\n`);
  return 1;
}

function* readRequirements(path: string, wishes: Wish[]): Sys<number> {
  let text: string;
  try {
    text = yield* sys.readText(path);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
    yield* err(
      `ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${path}'\n`,
    );
    return 1;
  }
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw
      .replace(/(^|\s)#.*$/, '')
      .replace(/;.*$/, '')
      .trim();
    if (line === '') continue;
    const wish = parseWish(line, ` (from -r ${path} (line ${i + 1}))`);
    if (!wish) {
      yield* err(`ERROR: Invalid requirement: '${line}' (from line ${i + 1} of ${path})\n`);
      return 1;
    }
    wishes.push(wish);
  }
  return 0;
}

function* isOffline(): Sys<boolean> {
  const { interfaces } = yield* sys.netinfo();
  return !interfaces.some((each) => each.kind !== 'loopback' && each.addresses.length > 0);
}

function* satisfy(place: Place, wishes: Wish[], upgrade: boolean, quiet: boolean): Sys<number> {
  const say = (text: string): Sys<unknown> => (quiet ? nothing() : out(text));
  const chosen: Package[] = [];
  const queue = [...wishes];
  for (let wish = queue.shift(); wish; wish = queue.shift()) {
    const key = canonical(wish.name);
    if (chosen.some((each) => canonical(each.name) === key)) continue;
    const present = yield* find(place, wish.name);
    const self = key === 'pip' && upgrade ? PIP : undefined;
    if (present && !(self && present.version !== self.version)) {
      yield* say(
        `Requirement already satisfied: ${wish.text}${inside(place, wish)} (${present.version})\n`,
      );
      queue.unshift(...wishesOf(PACKAGES.get(key)));
      continue;
    }
    if (present)
      yield* say(`Requirement already satisfied: pip in ${place.folder} (${present.version})\n`);
    const offline = yield* isOffline();
    const found = offline ? undefined : (self ?? PACKAGES.get(key));
    if (!found) return yield* notFound(wish, offline);
    const exact = /^===?([\w.]+)$/.exec(wish.range)?.[1];
    if (exact !== undefined && exact !== found.version) {
      yield* err(
        `pip: not simulated: ${found.name} ${exact} (the simulated index has ${found.version})\n`,
      );
      return 125;
    }
    yield* say(`Collecting ${wish.text}\n`);
    yield* download(found, say);
    chosen.push(found);
    queue.unshift(...wishesOf(found));
  }
  if (chosen.length === 0) return 0;
  const order = inOrder(chosen);
  const shown = (each: Package) => shownName(each, wishes);
  yield* say(`Installing collected packages: ${order.map(shown).join(', ')}\n`);
  for (const each of order) yield* put(place, each, say);
  const all = order.map((each) => `${shown(each)}-${each.version}`).sort();
  yield* say(`Successfully installed ${all.join(' ')}\n`);
  if ((yield* sys.getuid()).uid === 0) yield* err(ROOT_WARNING);
  return 0;
}

function* nothing(): Sys<void> {}

/** Of a requirement of another package pip tells where it came from. */
const inside = (place: Place, wish: Wish) => ` in ${place.folder}${wish.from}`;
const wishesOf = (from: Package | undefined): Wish[] =>
  (from?.requires ?? []).map((text) => parseWish(text, ` (from ${from!.name.toLowerCase()})`)!);
/** What was asked for is called as it was typed. */
const shownName = (each: Package, wishes: readonly Wish[]) =>
  wishes.find((wish) => canonical(wish.name) === canonical(each.name))?.name ?? each.name;

const PIP: Package = {
  name: 'pip',
  version: NEWEST,
  wheel: `pip-${NEWEST}-py3-none-any.whl`,
  bytes: 2_100_000,
  requires: [],
  summary: 'The PyPA recommended tool for installing Python packages.',
  files: { 'pip/__init__.py': `__version__ = "${NEWEST}"\n` },
};

function inOrder(chosen: readonly Package[]): Package[] {
  const order: Package[] = [];
  const visit = (each: Package) => {
    if (order.includes(each)) return;
    // Leaves first, last asked first: as pip's own order comes out for flask.
    for (const wish of [...wishesOf(each)].reverse()) {
      const other = chosen.find((one) => canonical(one.name) === canonical(wish.name));
      if (other) visit(other);
    }
    order.push(each);
  };
  chosen.forEach(visit);
  return order;
}

function* notFound(wish: Wish, offline: boolean): Sys<number> {
  const typed = wish.text;
  if (offline) {
    const path = `/simple/${canonical(wish.name)}/`;
    for (let total = 4; total >= 0; total--) {
      yield* sys.sleep(500_000 * 2 ** (4 - total));
      yield* err(
        `WARNING: Retrying (Retry(total=${total}, connect=None, read=None, redirect=None, status=None)) after ` +
          "connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at " +
          "0x7f3c5d1b2e60>: Failed to establish a new connection: [Errno -3] Try again')': " +
          `${path}\n`,
      );
    }
  } else if (KNOWN_PACKAGES.has(canonical(wish.name))) {
    yield* err(`pip: not simulated: the package ${wish.name}\n`);
    return 125;
  } else yield* sys.sleep(ASK_US);
  yield* err(
    `ERROR: Could not find a version that satisfies the requirement ${typed}${wish.from} (from versions: none)\n` +
      `ERROR: No matching distribution found for ${typed}${wish.from}\n`,
  );
  return 1;
}

function sizeText(bytes: number): string {
  if (bytes >= 1_000_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 10_000 ? `${Math.floor(bytes / 1000)} kB` : `${(bytes / 1000).toFixed(1)} kB`;
}

function* download(each: Package, say: (text: string) => Sys<unknown>): Sys<void> {
  yield* sys.sleep(ASK_US);
  yield* say(`  Downloading ${each.wheel} (${sizeText(each.bytes)})\n`);
  yield* sys.sleep(Math.ceil(each.bytes / BYTES_PER_US));
  if (each.bytes < 40_000) return;
  const big = each.bytes >= 1_000_000;
  const amount = (each.bytes / (big ? 1e6 : 1e3)).toFixed(1);
  yield* say(`     ${BAR} ${amount}/${amount} ${big ? 'MB' : 'KB'} 3.0 MB/s eta 0:00:00\n`);
}

function* folders(path: string): Sys<void> {
  const parts = path.split('/').slice(1, -1);
  for (let i = 1; i <= parts.length; i++) {
    try {
      yield* sys.mkdir(`/${parts.slice(0, i).join('/')}`, 0o755);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EEXIST') throw error;
    }
  }
}

function* put(place: Place, each: Package, say: (text: string) => Sys<unknown>): Sys<void> {
  const before = yield* find(place, each.name);
  if (before) {
    yield* say(
      `  Attempting uninstall: ${each.name}\n    Found existing installation: ${each.name} ${before.version}\n`,
    );
    yield* say(`    Uninstalling ${each.name}-${before.version}:\n`);
    yield* removeFiles(place, before);
    yield* say(`      Successfully uninstalled ${each.name}-${before.version}\n`);
  }
  const info = `${each.name.replace(/-/g, '_')}-${each.version}.dist-info`;
  const requires = each.requires.map((text) => {
    const wish = parseWish(text, '')!;
    return `Requires-Dist: ${wish.name} (${wish.range})\n`;
  });
  const files: Record<string, string> = {
    ...each.files,
    [`${info}/INSTALLER`]: 'pip\n',
    [`${info}/METADATA`]:
      `Metadata-Version: 2.1\nName: ${each.name}\nVersion: ${each.version}\nSummary: ${each.summary}\n` +
      `License: BSD-3-Clause\n${requires.join('')}`,
  };
  const scripts = Object.entries(each.scripts ?? {});
  files[`${info}/RECORD`] = [...Object.keys(files), `${info}/RECORD`]
    .map((name) => `${name},,\n`)
    .join('');
  for (const [name, text] of Object.entries(files)) {
    const path = `${place.folder}/${name}`;
    yield* folders(path);
    yield* sys.writeFile(path, text, 0o644);
  }
  for (const [name, target] of scripts) {
    const [module, fn] = target.split(':');
    const text =
      '#!/usr/local/bin/python\n# -*- coding: utf-8 -*-\nimport re\nimport sys\n' +
      `from ${module!} import ${fn!}\nif __name__ == '__main__':\n` +
      "    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n" +
      `    sys.exit(${fn!}())\n`;
    yield* sys.writeFile(`/usr/local/bin/${name}`, text, 0o755);
    yield* sys.chmod(`/usr/local/bin/${name}`, 0o755);
  }
}

function* removeFiles(place: Place, each: Installed): Sys<void> {
  const record = `${place.folder}/${each.info}/RECORD`;
  let names: readonly string[] = [`${each.info}/METADATA`, `${each.info}/INSTALLER`];
  try {
    names = (yield* sys.readText(record))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(',')[0]!);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
  }
  const holders = new Set<string>();
  for (const name of names) {
    try {
      yield* sys.unlink(`${place.folder}/${name}`);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
    }
    const parts = name.split('/').slice(0, -1);
    if (parts.length > 0) holders.add(parts.join('/'));
  }
  for (const holder of [...holders].sort().reverse()) {
    try {
      yield* sys.rmdir(`${place.folder}/${holder}`);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
    }
  }
}

function* uninstall(place: Place, args: readonly string[]): Sys<number> {
  const yes = args.includes('-y') || args.includes('--yes');
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const found = yield* find(place, name);
    if (!found) {
      yield* err(`WARNING: Skipping ${name} as it is not installed.\n`);
      continue;
    }
    const title = `${found.name}-${found.version}`;
    yield* out(
      `Found existing installation: ${found.name} ${found.version}\nUninstalling ${title}:\n`,
    );
    if (!yes) {
      yield* err('pip: not simulated: the question of pip uninstall; use -y\n');
      return 125;
    }
    yield* removeFiles(place, found);
    yield* out(`  Successfully uninstalled ${title}\n`);
  }
  return 0;
}

function* list(place: Place): Sys<number> {
  const all = yield* installed(place);
  const wide = Math.max(7, ...all.map(({ name }) => name.length));
  const right = Math.max(7, ...all.map(({ version }) => version.length));
  let text = `${'Package'.padEnd(wide)} Version\n${'-'.repeat(wide)} ${'-'.repeat(right)}\n`;
  for (const { name, version } of all) text += `${name.padEnd(wide)} ${version}\n`;
  yield* out(text);
  return 0;
}

function* show(place: Place, names: readonly string[]): Sys<number> {
  let any = false;
  for (const name of names) {
    const found = yield* find(place, name);
    if (!found) {
      yield* err(`WARNING: Package(s) not found: ${name}\n`);
      continue;
    }
    any = true;
    const known = PACKAGES.get(canonical(name));
    const needs = (known?.requires ?? []).map((text) => parseWish(text, '')!.name);
    yield* out(
      `Name: ${found.name}\nVersion: ${found.version}\nSummary: ${known?.summary ?? ''}\n` +
        `Home-page: \nAuthor: \nAuthor-email: \nLicense: BSD-3-Clause\nLocation: ${place.folder}\n` +
        `Requires: ${needs.join(', ')}\nRequired-by: \n`,
    );
  }
  return any ? 0 : 1;
}
