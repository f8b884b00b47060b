/**
 * Gathers one Engine API exchange into a whole response.
 */
import { concatBytes, decodeUtf8 } from '../base';
import type { ApiHead } from '../api';
import type { ApiHandlers, ApiResponse } from './cluster-host';

/** A response whose body can be read as text. */
export class CollectedResponse implements ApiResponse {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: Uint8Array,
  ) {}

  text(): string {
    return decodeUtf8(this.body);
  }
}

export class ApiCollector implements ApiHandlers {
  ended = false;
  private headOfAnswer: ApiHead | undefined;
  private readonly parts: Uint8Array[] = [];

  /** `done` is called once, with the whole response. */
  constructor(private readonly done?: (response: CollectedResponse) => void) {}

  head(head: ApiHead): void {
    this.headOfAnswer = head;
  }

  data(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }

  end(): void {
    this.ended = true;
    this.done?.(this.response());
  }

  /** What came so far; status 0 where no head did. */
  response(): CollectedResponse {
    const { status, headers } = this.headOfAnswer ?? { status: 0, headers: {} };
    return new CollectedResponse(status, headers, concatBytes(this.parts));
  }
}
