/** The list of a repository's tags, as a pull of all of them asks for it. */
import { decodeUtf8 } from '../../base';
import { familiarName, type ApiError, type ImageReference } from '../../api';
import { Conversation, errorText, type BasicAuth, type RegistryHost } from './conversation';
import type { HttpAnswer } from './http-exchange';
import { decodeGoJson, recordOf } from './json';

export interface TagListener {
  tagsRead(tags: readonly string[] | ApiError): void;
}

export class TagReader extends Conversation {
  constructor(
    host: RegistryHost,
    private readonly repository: ImageReference,
    auth: BasicAuth,
    private readonly listener: TagListener,
  ) {
    super(host, repository.domain, auth);
  }

  protected reached(): void {
    this.ask('tags', { method: 'GET', path: `/v2/${this.repository.path}/tags/list` });
  }

  protected answered(_tag: string, answer: HttpAnswer): void {
    const text = errorText(answer);
    if (answer.status === 404) {
      const message = `repository ${familiarName(this.repository)} not found: ${text}`;
      return this.failed({ status: 404, message });
    }
    if (answer.status !== 200) return this.failed({ status: 500, message: text });
    const { tags } = recordOf(decodeGoJson(decodeUtf8(answer.body)));
    this.listener.tagsRead(Array.isArray(tags) ? (tags as unknown[]).map(String) : []);
  }

  protected failed(error: ApiError): void {
    this.listener.tagsRead(error);
  }
}
