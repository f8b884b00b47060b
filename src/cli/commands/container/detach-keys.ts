/**
 * The keys that leave an attached container running: ^P ^Q unless told otherwise (moby:
 * pkg/term).
 */
import { CliError } from '../../errors';

const DEFAULT = [0x10, 0x11];

/** `ctrl-p,ctrl-q` or `a,b` as bytes. */
export function parseKeys(text: string): number[] {
  return text.split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const letter = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
    if (letter === undefined) throw new CliError(`Unknown character: '${key}'`);
    return letter.toUpperCase().charCodeAt(0) - 64;
  });
}

export class DetachKeys {
  private readonly keys: readonly number[];
  private matched = 0;

  constructor(text: string) {
    this.keys = text === '' ? DEFAULT : parseKeys(text);
  }

  /** What may pass on; keys of a beginning are held back until it is clear. */
  filter(bytes: Uint8Array): { pass: Uint8Array; detached: boolean } {
    const pass: number[] = [];
    for (const byte of bytes) {
      if (byte === this.keys[this.matched]) {
        this.matched++;
        if (this.matched === this.keys.length) {
          this.matched = 0;
          return { pass: Uint8Array.from(pass), detached: true };
        }
        continue;
      }
      pass.push(...this.keys.slice(0, this.matched));
      this.matched = byte === this.keys[0] ? 1 : 0;
      if (this.matched === 0) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detached: false };
  }
}
