/**
 * Bytes of a file as a list of pieces that are never written into, so that a clone of the machine
 * shares them, and that many small appends (a log) cost little.
 */
import { NO_BYTES, concatBytes } from '../../base';

/** Pieces below this are joined with the next append. */
const PIECE_BYTES = 4096;

export class FileContent {
  private pieces: Uint8Array[] = [];
  /** Where each piece begins. */
  private starts: number[] = [];
  private length = 0;

  constructor(bytes: Uint8Array = NO_BYTES) {
    if (bytes.length > 0) this.append(bytes);
  }

  get size(): number {
    return this.length;
  }

  read(offset: number, max: number): Uint8Array {
    const end = Math.min(this.length, offset + max);
    if (offset >= end) return NO_BYTES;
    const parts: Uint8Array[] = [];
    for (let i = this.pieceAt(offset); i < this.pieces.length; i++) {
      const piece = this.pieces[i]!;
      const start = this.starts[i]!;
      if (start >= end) break;
      const from = Math.max(0, offset - start);
      const to = Math.min(piece.length, end - start);
      parts.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
    }
    return concatBytes(parts);
  }

  write(offset: number, data: Uint8Array): void {
    if (data.length === 0) return;
    if (offset > this.length) this.append(new Uint8Array(offset - this.length));
    if (offset === this.length) {
      this.append(data);
      return;
    }
    const tail = this.read(offset + data.length, this.length);
    this.truncate(offset);
    this.append(data);
    if (tail.length > 0) this.append(tail);
  }

  truncate(size: number): void {
    if (size > this.length) {
      this.append(new Uint8Array(size - this.length));
      return;
    }
    while (this.pieces.length > 0 && this.starts[this.starts.length - 1]! >= size) {
      this.pieces.pop();
      this.starts.pop();
    }
    const last = this.pieces.length - 1;
    if (last >= 0) this.pieces[last] = this.pieces[last]!.subarray(0, size - this.starts[last]!);
    this.length = size;
  }

  private append(data: Uint8Array): void {
    const last = this.pieces.length - 1;
    const tail = this.pieces[last];
    if (tail && tail.length + data.length <= PIECE_BYTES) {
      this.pieces[last] = concatBytes([tail, data]);
    } else {
      this.starts.push(this.length);
      this.pieces.push(data);
    }
    this.length += data.length;
  }

  /** Index of the piece that holds the byte at `offset`. */
  private pieceAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
