/** UTF-8 that arrives in pieces: a character that is split over two of them waits for its rest. */
import { NO_BYTES, concatBytes, decodeUtf8 } from '../base';

export class StreamDecoder {
  private rest: Uint8Array = NO_BYTES;

  decode(data: Uint8Array): string {
    const bytes = this.rest.length === 0 ? data : concatBytes([this.rest, data]);
    const whole = bytes.length - incomplete(bytes);
    this.rest = whole === bytes.length ? NO_BYTES : bytes.slice(whole);
    return decodeUtf8(whole === bytes.length ? bytes : bytes.subarray(0, whole));
  }
}

/** How many bytes at the end begin a character that is not there yet. */
function incomplete(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}
