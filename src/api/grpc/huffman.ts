/**
 * The Huffman code of HPACK (RFC 7541, appendix B). The code is canonical, so the lengths say it all.
 * Only reading is needed: what we send is not compressed.
 */

/** Bits of each byte's code, 256 of them, and of the end of string. */
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];
const END = 256;

interface CodeTable {
  /** For each length: the first code, and the symbols of that length in order. */
  readonly first: readonly number[];
  readonly symbols: readonly (readonly number[])[];
}

const TABLE: CodeTable = makeTable();

function makeTable(): CodeTable {
  const symbols: number[][] = Array.from({ length: 31 }, () => []);
  LENGTHS.forEach((length, symbol) => symbols[length]!.push(symbol));
  const first: number[] = [0];
  let code = 0;
  for (let length = 1; length <= 30; length++) {
    code = (code + symbols[length - 1]!.length) * 2;
    first[length] = code;
  }
  return Object.freeze({ first, symbols });
}

/** Undefined where the bits are no text. */
export function huffmanDecode(data: Uint8Array): Uint8Array | undefined {
  const out: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      if (length > 30) return undefined;
      const at = code - TABLE.first[length]!;
      const found = TABLE.symbols[length]![at];
      if (at < 0 || found === undefined) continue;
      if (found === END) return undefined;
      out.push(found);
      code = 0;
      length = 0;
    }
  }
  // What is left over is the beginning of the end of string: ones.
  return length < 8 && code === 2 ** length - 1 ? Uint8Array.from(out) : undefined;
}
