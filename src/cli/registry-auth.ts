/**
 * Credentials for registries: in the client's own configuration file, as a `docker login` leaves them,
 * and as the header that the engine passes on (docker/cli: cli/config/configfile, cli/command/registry.go).
 */
import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '../base';
import { SysError, sys, type Sys } from '../kernel';
import { get } from './client';
import { CliError } from './errors';

type Environment = Readonly<Record<string, string>>;

export const HUB = 'https://index.docker.io/v1/';

interface ConfigFile {
  auths?: Record<string, { auth?: string }>;
  [key: string]: unknown;
}

export interface StoredLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

export function configPath(env: Environment): string {
  return `${env['DOCKER_CONFIG'] ?? `${env['HOME'] ?? '/root'}/.docker`}/config.json`;
}

function* readConfig(env: Environment): Sys<ConfigFile> {
  const path = configPath(env);
  let text: string;
  try {
    text = yield* sys.readText(path);
  } catch (error) {
    if (error instanceof SysError) return {};
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as ConfigFile;
  } catch {
    // Told below, as what is no object is.
  }
  throw new CliError(`WARNING: Error loading config file: ${path}: invalid character`);
}

function* writeConfig(env: Environment, config: ConfigFile): Sys<void> {
  const path = configPath(env);
  const folder = path.slice(0, path.lastIndexOf('/'));
  try {
    yield* sys.mkdir(folder, 0o700);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EEXIST') throw error;
  }
  yield* sys.writeFile(path, encodeUtf8(JSON.stringify(config, undefined, '\t')), 0o600);
}

/** `index.docker.io` and its kin are one; of others scheme and path do not count. */
export function serverKey(server: string): string {
  if (server === '' || /^(https?:\/\/)?(index\.)?docker\.io(\/|$)/.test(server)) return HUB;
  return server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** What a login to that server has left. */
export function* storedLogin(env: Environment, server: string): Sys<StoredLogin | undefined> {
  const { auths = {} } = yield* readConfig(env);
  const key = serverKey(server);
  const name = Object.keys(auths).find((other) => serverKey(other) === key);
  const bytes = fromBase64((name === undefined ? undefined : auths[name]?.auth) ?? '');
  const [, username, password] = /^([^:]*):([^]*)$/.exec(bytes ? decodeUtf8(bytes) : '') ?? [];
  if (username === undefined || password === undefined || username === '') return undefined;
  return { username, password, serveraddress: name! };
}

export function* keepLogin(env: Environment, login: StoredLogin): Sys<void> {
  const config = yield* readConfig(env);
  const auth = toBase64(encodeUtf8(`${login.username}:${login.password}`));
  const auths = { ...config.auths, [serverKey(login.serveraddress)]: { auth } };
  const sorted = Object.fromEntries(Object.entries(auths).sort(([a], [b]) => (a < b ? -1 : 1)));
  yield* writeConfig(env, { ...config, auths: sorted });
}

export function* forgetLogin(env: Environment, server: string): Sys<void> {
  const config = yield* readConfig(env);
  const key = serverKey(server);
  const names = Object.keys(config.auths ?? {}).filter((name) => serverKey(name) === key);
  if (names.length === 0) return;
  const auths = { ...config.auths };
  for (const name of names) delete auths[name];
  yield* writeConfig(env, { ...config, auths });
}

/** Registry of an image's name. */
function registryOf(image: string): string {
  const first = image.split('/')[0]!;
  if (!image.includes('/')) return HUB;
  return first.includes('.') || first.includes(':') || first === 'localhost' ? first : HUB;
}

/**
 * Asks which registry is the default one, as the real client does before it looks for credentials,
 * and answers the header with those for an image's registry.
 */
export function* registryAuth(env: Environment, image = ''): Sys<Readonly<Record<string, string>>> {
  yield* get('/info');
  return authHeader(yield* storedLogin(env, registryOf(image)));
}

/** Base64 for URLs of `{}` where nobody has logged in. */
function authHeader(login: StoredLogin | undefined): Readonly<Record<string, string>> {
  const text = toBase64(encodeUtf8(JSON.stringify(login ?? {})));
  return { 'x-registry-auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}
