/**
 * A quick 64-bit fingerprint (two 32-bit FNV-1a style lanes) for trace hashes, map keys and names of
 * random streams. Not for content: content digests are SHA-256 (engine/).
 */

export class Fingerprint {
  private a = 0x811c9dc5;
  private b = 0x01000193;

  /** Adds a text. */
  text(value: string): this {
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
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

  /** Adds any plain data, keys in sorted order. */
  data(value: unknown): this {
    if (value === null || value === undefined) return this.word(value === null ? 1 : 2);
    if (typeof value === 'string') return this.word(3).text(value);
    if (typeof value === 'number') {
      return Number.isSafeInteger(value)
        ? this.word(11).number(value)
        : this.word(4).text(`${value}`);
    }
    if (typeof value === 'boolean') return this.word(value ? 5 : 6);
    if (value instanceof Uint8Array) return this.word(7).bytes(value);
    if (Array.isArray(value)) {
      this.word(8).word(value.length);
      for (const item of value) this.data(item);
      return this;
    }
    const record = value as Record<string, unknown>;
    this.word(9);
    for (const key of Object.keys(record).sort()) this.text(key).data(record[key]);
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
