/**
 * What the daemon does with one registry in one go: finds out where it answers (ping of /v2/), then asks
 * one request after the other (moby distribution/registry.go, docker/distribution registry/client).
 */
import { decodeUtf8 } from '../../base';
import type { ApiError } from '../../api';
import type { Kernel } from '../../kernel';
import { registryEndpoints } from './endpoints';
import {
  HttpExchange,
  type Dialler,
  type HttpAnswer,
  type HttpAsk,
  type HttpListener,
  type HttpTarget,
} from './http-exchange';
import { decodeGoJson, recordOf } from './json';

/** What a conversation needs of the machine. */
export interface RegistryHost {
  readonly kernel: Kernel;
  readonly stack: Dialler;
  /** `insecure-registries` of the running daemon. */
  readonly insecureRegistries: readonly string[];
}

/** Base64 of `user:password`, '' for nobody. */
export type BasicAuth = string;

export abstract class Conversation implements HttpListener {
  private readonly endpoints: readonly HttpTarget[];
  private at = 0;
  private readonly asked = new Map<string, HttpAsk>();
  private readonly exchanges = new Set<HttpExchange>();

  constructor(
    protected readonly host: RegistryHost,
    readonly domain: string,
    private readonly basicAuth: BasicAuth,
  ) {
    this.endpoints = registryEndpoints(host.kernel, domain, host.insecureRegistries);
  }

  /** Never ends before this returns. */
  begin(): void {
    this.ask('ping', { method: 'GET', path: '/v2/' });
  }

  /** The registry answers: what is wanted may be asked. */
  protected abstract reached(): void;
  protected abstract answered(tag: string, answer: HttpAnswer): void;
  protected abstract failed(error: ApiError): void;

  protected ask(tag: string, ask: HttpAsk): void {
    this.asked.set(tag, ask);
    const { kernel, stack } = this.host;
    const headers =
      this.basicAuth === ''
        ? ask.headers
        : { ...ask.headers, Authorization: `Basic ${this.basicAuth}` };
    const full = headers ? { ...ask, headers } : ask;
    this.exchanges.add(new HttpExchange(kernel, stack, this.target, full, this, tag));
  }

  private get target(): HttpTarget {
    return this.endpoints[this.at]!;
  }

  /** Gives up whatever is under way. */
  abandon(): void {
    for (const exchange of this.exchanges) exchange.close();
  }

  httpAnswered(tag: string, answer: HttpAnswer): void {
    if (answer.status === 401) {
      const realm = answer.headers['www-authenticate'] ?? '';
      const message = /^basic/i.test(realm)
        ? this.basicAuth === ''
          ? 'no basic auth credentials'
          : 'unauthorized: authentication required'
        : `not simulated: a registry that asks for ${realm.split(' ')[0] ?? 'a token'}`;
      return this.failed({ status: 500, message });
    }
    if (tag !== 'ping') return this.answered(tag, answer);
    if (answer.status === 200) return this.reached();
    this.pingFailed(`${this.url('/v2/')}: ${unexpected(answer.status)}`, false);
  }

  httpFailed(tag: string, reason: string): void {
    const ask = this.asked.get(tag)!;
    const method = `${ask.method.slice(0, 1)}${ask.method.slice(1).toLowerCase()}`;
    const message = `${method} "${this.url(ask.path)}": ${reason}`;
    if (tag === 'ping') this.pingFailed(message, true);
    else this.failed({ status: 500, message });
  }

  private pingFailed(message: string, goesOn: boolean): void {
    if (!goesOn || this.at + 1 >= this.endpoints.length)
      return this.failed({ status: 500, message });
    this.at++;
    this.begin();
  }

  private url(path: string): string {
    return `${this.target.secure ? 'https' : 'http'}://${this.domain}${path}`;
  }
}

/** `errcode.Error` as Go prints it: "manifest unknown: manifest unknown". */
export function errorText(answer: HttpAnswer): string {
  const { errors } = recordOf(decodeGoJson(decodeUtf8(answer.body)));
  const first = recordOf(Array.isArray(errors) ? (errors as unknown[])[0] : undefined);
  const code = first['code'];
  if (typeof code !== 'string') return unexpected(answer.status);
  return `${code.toLowerCase().replaceAll('_', ' ')}: ${String(first['message'])}`;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

function unexpected(status: number): string {
  return `received unexpected HTTP status: ${status} ${REASONS[status] ?? ''}`.trimEnd();
}
