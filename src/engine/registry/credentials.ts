/** What a client sends as X-Registry-Auth (api/types/registry AuthConfig, base64url of JSON). */
import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '../../base';
import type { ApiCall } from '../../api';
import type { BasicAuth } from './conversation';
import { decodeGoJson, recordOf } from './json';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Nobody's, where the header has none or is not decodable. */
export function credentialsOf(call: ApiCall): Credentials {
  const header = call.headers['x-registry-auth'] ?? '';
  const value = recordOf(decodeGoJson(textOf(header)));
  const text = (key: string) => (typeof value[key] === 'string' ? value[key] : '');
  if (text('username') !== '') return { username: text('username'), password: text('password') };
  const [, username = '', password = ''] = /^([^:]*):([^]*)$/.exec(textOf(text('auth'))) ?? [];
  return { username, password };
}

export function basicAuth({ username, password }: Credentials): BasicAuth {
  return username === '' ? '' : toBase64(encodeUtf8(`${username}:${password}`));
}

/** Of either alphabet, with or without padding; '' for what is not base64. */
function textOf(encoded: string): string {
  const bare = encoded.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = fromBase64(bare + '='.repeat((4 - (bare.length % 4)) % 4));
  return bytes ? decodeUtf8(bytes) : '';
}
