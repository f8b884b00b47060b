/** Multiplexed streams of the API: frames of stdout and stderr behind 8-byte heads (stdcopy). */
import { NO_BYTES, concatBytes } from '../base';
import { sys, type Sys } from '../kernel';

export interface Frame {
  readonly stream: number;
  readonly data: Uint8Array;
}

const HEAD_BYTES = 8;

export class FrameReader {
  private buffer: Uint8Array = NO_BYTES;
  private ended = false;

  constructor(readonly fd: number) {}

  /** The next whole frame; undefined at the end. */
  *next(): Sys<Frame | undefined> {
    for (;;) {
      const frame = this.take();
      if (frame) return frame;
      if (this.ended) return undefined;
      const piece = yield* sys.read(this.fd);
      if (piece.length === 0) this.ended = true;
      else this.buffer = concatBytes([this.buffer, piece]);
    }
  }

  /** A piece of a stream without frames (a terminal's); undefined at the end. */
  *raw(): Sys<Uint8Array | undefined> {
    const piece = yield* sys.read(this.fd);
    return piece.length === 0 ? undefined : piece;
  }

  /** Adds what was read elsewhere (after a poll) and gives the frames that are complete. */
  feed(piece: Uint8Array): Frame[] {
    this.buffer = concatBytes([this.buffer, piece]);
    const frames: Frame[] = [];
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Frame | undefined {
    const b = this.buffer;
    if (b.length < HEAD_BYTES) return undefined;
    const size = b[4]! * 0x1000000 + ((b[5]! << 16) | (b[6]! << 8) | b[7]!);
    if (b.length < HEAD_BYTES + size) return undefined;
    const data = b.slice(HEAD_BYTES, HEAD_BYTES + size);
    this.buffer = b.slice(HEAD_BYTES + size);
    return { stream: b[0]!, data };
  }
}
