/** `--output`, `--secret` and `--ssh` (docker/cli: cli/command/image/build_buildkit.go). */
import { SysError, sys, type Sys } from '../../kernel';
import { CliError } from '../errors';
import { errnoText } from '../files';
import type { SessionOffer } from './session-server';

export interface OutputSpec {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function parseOutputs(items: readonly string[]): OutputSpec[] {
  return items.map((text) => {
    const fields = text.split(',');
    if (fields.length === 1 && fields[0] === text && !text.startsWith('type='))
      return { type: 'local', attributes: { dest: text } };
    let type = '';
    const attributes: Record<string, string> = {};
    for (const field of fields) {
      const mark = field.indexOf('=');
      if (mark < 0) throw new CliError(`failed to parse outputs: invalid value ${field}`);
      const key = field.slice(0, mark).toLowerCase();
      if (key === 'type') type = field.slice(mark + 1);
      else attributes[key] = field.slice(mark + 1);
    }
    if (type === '') throw new CliError(`failed to parse outputs: type is required for output`);
    return { type, attributes };
  });
}

/** Opens what an archive is written to, before anything is built. */
export function* targetOf(output: OutputSpec | undefined): Sys<SessionOffer['target']> {
  if (output?.type !== 'local' && output?.type !== 'tar') return undefined;
  const { dest } = output.attributes;
  if (dest === undefined) throw new CliError(`dest is required for ${output.type} output`);
  if (output.type === 'local') return { folder: dest };
  if (dest === '-') {
    if (yield* sys.isatty(1)) throw new CliError('refusing to write output to console');
    return { fd: 1 };
  }
  try {
    return { fd: yield* sys.open(dest, { write: true, create: true, truncate: true }) };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CliError(`failed to open ${dest}: open ${dest}: ${errnoText(error)}`);
  }
}

export function* readSecrets(
  items: readonly string[],
  env: Readonly<Record<string, string>>,
): Sys<Map<string, Uint8Array>> {
  const secrets = new Map<string, Uint8Array>();
  const fail = (reason: string) =>
    new CliError(`could not parse secrets: [${items.join(' ')}]: ${reason}`);
  for (const item of items) {
    let id = '';
    let source = '';
    let type = '';
    for (const field of item.split(',')) {
      const mark = field.indexOf('=');
      if (mark < 0) throw fail(`invalid field '${field}' must be a key=value pair`);
      const key = field.slice(0, mark).toLowerCase();
      const value = field.slice(mark + 1);
      if (key === 'type') type = value;
      else if (key === 'id') id = value;
      else if (key === 'source' || key === 'src') source = value;
      else if (key === 'env') source = value;
      else throw fail(`unexpected key '${key}' in '${field}'`);
    }
    if (type !== '' && type !== 'file' && type !== 'env')
      throw fail(`unsupported secret type ${JSON.stringify(type)}`);
    if (id === '') throw fail('secret missing ID');
    secrets.set(id, yield* readSecret(source === '' ? id : source, fail));
  }
  void env;
  return secrets;
}

function* readSecret(path: string, fail: (reason: string) => CliError): Sys<Uint8Array> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw fail(`failed to stat ${path}: stat ${path}: ${errnoText(error)}`);
  }
}

/** There is no agent in this world, and no keys that one could forward. */
export function* checkSsh(
  items: readonly string[],
  env: Readonly<Record<string, string>>,
): Sys<void> {
  const fail = (reason: string) =>
    new CliError(`could not parse ssh: [${items.join(' ')}]: ${reason}`);
  for (const item of items) {
    const mark = item.indexOf('=');
    const paths = mark < 0 ? [] : item.slice(mark + 1).split(',');
    if (paths.length === 0 && (env['SSH_AUTH_SOCK'] ?? '') === '')
      throw fail('invalid empty ssh agent socket, make sure SSH_AUTH_SOCK is set');
    for (const path of paths.length > 0 ? paths : [env['SSH_AUTH_SOCK']!]) {
      try {
        yield* sys.stat(path);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        throw fail(`stat ${path}: ${errnoText(error)}`);
      }
    }
    throw new CliError('not simulated: forwarding SSH agents and keys', 125);
  }
}
