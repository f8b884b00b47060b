/** How texts of builds are made comparable: ids numbered, times and random names out of the way. */

/** Ids get numbers in order of appearance; a short id is the long one that it begins. */
export class IdNumbers {
  private readonly known = new Map<string, number>();

  replace(text: string): string {
    return text.replace(/(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-zA-Z])/g, (id) => {
      const key = id.slice(0, 12);
      if (!this.known.has(key)) this.known.set(key, this.known.size + 1);
      return `<id${this.known.get(key)!}>`;
    });
  }
}

/** Of a file's sum there are only 64 digits, and they may follow a word. */
export function numberSums(text: string, ids: IdNumbers): string {
  return text.replace(/(file|multi|dir):([0-9a-f]{64})/g, (_all, kind: string, sum: string) => {
    return `${kind}:${ids.replace(sum)}`;
  });
}

export function simulatedText(text: string, ids: IdNumbers): string {
  return ids
    .replace(numberSums(text, ids))
    .replace(/\.dockerfile\.[0-9a-f]{20}/g, '.dockerfile.<n>')
    .replace(/docker-builder\d+/g, 'docker-builder<n>')
    .replace(/on (\d+\.){3}\d+:53/g, 'on <ip>:53');
}

/** A change of colour inside a line depends on chance. */
function steady(text: string): string {
  return text
    .replaceAll('\u001b[0m\u001b[91m', '')
    .replace(/on (<ip>|(\d+\.){3}\d+):53/g, 'on <ip>:53');
}

/** The lines between two steps may come in any order: a RUN's two streams are read apart. */
export function sameOutput(real: string, simulated: string): boolean {
  const left = steady(real);
  const right = steady(simulated);
  if (left === right) return true;
  const sorted = (text: string) => blocks(text).map((block) => [...block].sort().join('\n'));
  return sorted(left).join('\n') === sorted(right).join('\n');
}

function blocks(text: string): string[][] {
  const out: string[][] = [[]];
  for (const line of text.replace(/\u001b\[(0|91)m/g, '').split('\n')) {
    if (/^(Step \d|Removing|Successfully| --->)/.test(line)) out.push([]);
    out.at(-1)!.push(line);
  }
  return out;
}

/** The first line in which two texts differ. */
export function firstDifference(real: string, simulated: string): string {
  const left = steady(real).split('\n');
  const right = steady(simulated).split('\n');
  const at = left.findIndex((line, i) => line !== right[i]);
  const i = at < 0 ? left.length : at;
  return `line ${i + 1}: ${JSON.stringify(left[i])} / ${JSON.stringify(right[i])}`;
}
