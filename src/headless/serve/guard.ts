/**
 * Who may speak to the served engines: programs of this very computer. A page of some other site that
 * makes the browser send a request gives itself away by its Origin, or by its Host after a DNS trick.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused; undefined if it is not. */
export function objection(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isLoopback(host))
    return `the host "${host ?? ''}" is not this computer`;
  if (origin === undefined) return undefined;
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match && isLoopback(match[1]!) ? undefined : `the origin "${origin}" is foreign`;
}

/** "localhost:2375", "127.0.0.1", "[::1]:80" */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
