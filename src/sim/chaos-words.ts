/**
 * The words of a chaos line: nodes, directions, times, shares. Every wrong word gets a sentence that
 * names it and says what would be right.
 */

/** A line that cannot be carried out; the text goes to the user. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError';
  constructor(
    message: string,
    /** 2 for a line that makes no sense, 1 for one that is impossible now. */
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
  }
}

/** Words of a line; `->`, `<->` and `|` are words of their own even without blanks. */
export function splitWords(line: string): string[] {
  return line
    .replace(/<->|->|\||=>/g, (sign) => ` ${sign} `)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Microseconds of "200ms", "1.5s", "300us", "2m"; undefined if it is none of these. */
export function parseDelay(word: string): number | undefined {
  const match = /^([+-]?)(\d+(?:\.\d+)?)(us|ms|s|m|h)$/.exec(word);
  if (!match) return undefined;
  const scale = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 }[match[3]!]!;
  const us = Math.round(Number(match[2]) * scale);
  return match[1] === '-' ? -us : us;
}

/** "200ms", "1.5s", "50us" */
export function formatDelay(us: number): string {
  const sign = us < 0 ? '-' : '';
  const size = Math.abs(us);
  if (size >= 1_000_000) return `${sign}${size / 1_000_000}s`;
  if (size >= 1_000) return `${sign}${size / 1_000}ms`;
  return `${sign}${size}us`;
}

/** Thousandths of "10%", "2.5%", "0.1%"; undefined if it is no share. */
export function parseShare(word: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%?$/.exec(word);
  if (!match) return undefined;
  const permille = Math.round(Number(match[1]) * 10);
  return permille <= 1000 ? permille : undefined;
}

/** "10%", "2.5%" */
export function formatShare(permille: number): string {
  return `${permille / 10}%`;
}

/** Bytes per second of "10mbit", "1gbit", "500kbit"; undefined if it is no rate. */
export function parseRate(word: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(k|m|g)bit$/.exec(word);
  if (!match) return undefined;
  const scale = { k: 1_000, m: 1_000_000, g: 1_000_000_000 }[match[2]!]!;
  const rate = Math.floor((Number(match[1]) * scale) / 8);
  return rate > 0 ? rate : undefined;
}

/** "10mbit" */
export function formatRate(bytesPerSecond: number): string {
  const bits = bytesPerSecond * 8;
  if (bits >= 1_000_000_000) return `${bits / 1_000_000_000}gbit`;
  if (bits >= 1_000_000) return `${bits / 1_000_000}mbit`;
  return `${bits / 1_000}kbit`;
}

/** The words of one line after its verb, taken one after the other. */
export class Words {
  private next = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly names: readonly string[],
    private readonly usage: string,
  ) {}

  /** The next word, without taking it. */
  peek(): string | undefined {
    return this.words[this.next];
  }

  take(what: string): string {
    const word = this.words[this.next++];
    if (word === undefined) throw new ChaosError(`missing ${what}\n${this.usage}`);
    return word;
  }

  /** Takes the word if it is one of these. */
  skip(...signs: readonly string[]): boolean {
    const word = this.peek();
    if (word === undefined || !signs.includes(word)) return false;
    this.next++;
    return true;
  }

  end(): void {
    const extra = this.peek();
    if (extra !== undefined) throw new ChaosError(`unexpected "${extra}"\n${this.usage}`);
  }

  node(): string {
    return this.known(this.take('a node'));
  }

  /** "node1,node2" and "node1 node2", up to a sign or the end. */
  nodes(): string[] {
    const found: string[] = [];
    for (let word = this.peek(); word !== undefined && !isSign(word); word = this.peek()) {
      this.next++;
      for (const name of word.split(',')) if (name !== '') found.push(this.known(name));
    }
    if (found.length === 0) throw new ChaosError(`missing a node\n${this.usage}`);
    return [...new Set(found)];
  }

  /** "A B" is both ways, "A -> B" and "A to B" one way, "all" every link. */
  direction(): [string, string][] {
    if (this.skip('all')) return this.everyPair();
    const from = this.node();
    const oneWay = this.skip('->', '=>', 'to');
    if (!oneWay) this.skip('<->', 'and');
    if (!oneWay && this.peek() === '-') {
      this.next++;
      throw new ChaosError('the shell takes ">" for a redirection; write "A to B" for one way');
    }
    const to = this.node();
    if (from === to) throw new ChaosError(`${from} has no link to itself`);
    return oneWay
      ? [[from, to]]
      : [
          [from, to],
          [to, from],
        ];
  }

  value<T>(what: string, example: string, parse: (word: string) => T | undefined): T {
    const word = this.take(what);
    const value = parse(word);
    if (value !== undefined) return value;
    throw new ChaosError(`"${word}" is no ${what}; write it like ${example}`);
  }

  private everyPair(): [string, string][] {
    const { names } = this;
    return names.flatMap((from) =>
      names.filter((to) => to !== from).map((to): [string, string] => [from, to]),
    );
  }

  private known(name: string): string {
    if (this.names.includes(name)) return name;
    throw new ChaosError(`no such node: ${name} (there are ${this.names.join(', ')})`, 1);
  }
}

function isSign(word: string): boolean {
  return ['|', '/', 'vs', 'from'].includes(word);
}
