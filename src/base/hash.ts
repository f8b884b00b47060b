/**
 * A quick 64-bit fingerprint (two 32-bit FNV-1a style lanes) for trace hashes, map keys and names of
 * random streams. Not for content: content digests are SHA-256 (engine/).
 */

/** Beyond so many names of fields, those that are maps' keys have filled the memory of names. */
const MAX_KEYS = 4096;
const keyWords = new Map<string, number>();

export class Fingerprint {
  private a = 0x811c9dc5;
  private b = 0x01000193;

  /** Adds a text. */
  text(value: string): this {
    let { a, b } = this;
    for (let i = 0; i < value.length; i++) {
      const word = value.charCodeAt(i);
      a = Math.imul(a ^ word, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ (word + 0x9e3779b9), 0x85ebca6b);
      b ^= b >>> 13;
    }
    this.a = a;
    this.b = b;
    return this.word(0x10000 + value.length);
  }

  /** Adds an integer (up to 2^53). */
  number(value: number): this {
    this.word(value | 0);
    return this.word(Math.floor(value / 4294967296) | 0);
  }

  /** Adds bytes. */
  bytes(value: Uint8Array): this {
    for (let i = 0; i < value.length; i++) this.word(value[i]!);
    return this.word(0x20000 + value.length);
  }

  /** Adds any plain data. The order of the keys counts, as it does in JSON. */
  data(value: unknown): this {
    switch (typeof value) {
      case 'undefined':
        return this.word(2);
      case 'string':
        return this.word(3).text(value);
      case 'number':
        return Number.isSafeInteger(value)
          ? this.word(11).number(value)
          : this.word(4).text(`${value}`);
      case 'boolean':
        return this.word(value ? 5 : 6);
      default:
        return value ? this.composite(value) : this.word(1);
    }
  }

  private composite(value: object): this {
    if (Array.isArray(value)) {
      this.word(8).word(value.length);
      for (const item of value) this.data(item);
      return this;
    }
    if (value instanceof Uint8Array) return this.word(7).bytes(value);
    this.word(9);
    // Plain data inherits nothing that is enumerable.
    for (const key in value) {
      this.word(wordOfKey(key)).data((value as Record<string, unknown>)[key]);
    }
    return this.word(10);
  }

  private word(value: number): this {
    this.a = Math.imul(this.a ^ value, 0x01000193);
    this.a ^= this.a >>> 15;
    this.b = Math.imul(this.b ^ (value + 0x9e3779b9), 0x85ebca6b);
    this.b ^= this.b >>> 13;
    return this;
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0');
    return hex(this.a) + hex(this.b);
  }

  /** A 32-bit unsigned number. */
  digest32(): number {
    return (this.a ^ Math.imul(this.b, 0x27d4eb2f)) >>> 0;
  }
}

/** A word that stands for the name of a field; there are few names, so each is read once. */
function wordOfKey(key: string): number {
  const known = keyWords.get(key);
  if (known !== undefined) return known;
  const word = new Fingerprint().text(key).digest32() | 0;
  if (keyWords.size >= MAX_KEYS) keyWords.clear();
  keyWords.set(key, word);
  return word;
}
