/**
 * BuildKit's plain output taken apart, for comparison: steps by name with their state and what they said.
 * Numbers, times, the order of steps that run side by side, and bars that are still moving do not count.
 */
export interface OutputBlock {
  readonly name: string;
  readonly status: string;
  readonly lines: readonly string[];
}

export interface TakenApart {
  readonly blocks: readonly OutputBlock[];
  /** What is behind the blocks: the error's own block and sentence. */
  readonly rest: readonly string[];
}

const MOVING =
  /^(exporting layers|writing image .*|naming to .*|transferring .*: ?[\d.]*[kMG]?B?)$/;

export function takeApart(text: string): TakenApart {
  const names = new Map<string, string>();
  const lines = new Map<string, string[]>();
  const status = new Map<string, string>();
  const rest: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^#(\d+) (.*)$/.exec(line);
    if (!match || rest.length > 0) {
      if (line !== '' || rest.length > 0) rest.push(line);
      continue;
    }
    const [, number = '', body = ''] = match;
    if (!names.has(number)) {
      names.set(number, body);
      lines.set(number, []);
      continue;
    }
    if (body === names.get(number) || /^sha256:(<id\d+>|[0-9a-f]{64})$/.test(body)) continue;
    if (body === '...') continue;
    const ended = /^(DONE|CACHED|CANCELED|ERROR)\b/.exec(body)?.[1];
    if (ended !== undefined) status.set(number, ended);
    if (ended === undefined || ended === 'ERROR') lines.get(number)!.push(steady(body));
  }
  const blocks = [...names].map(([number, name]) => ({
    name,
    status: status.get(number) ?? 'unfinished',
    lines: lines.get(number)!.filter((line) => !MOVING.test(line)),
  }));
  return { blocks, rest: rest.map(steady).filter((line) => line !== '') };
}

/** Without times, ids and random numbers. */
export function steady(line: string): string {
  return line
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:<id>')
    .replace(/<id\d+>/g, '<id>')
    .replace(/ \d+\.\ds done$/, ' done')
    .replace(/^(<t>|\d+\.\d+) /, '')
    .replace(/#\d+ (DONE) (<t>|\d+\.\ds)$/, '$1')
    .replace(/overlay2\/[0-9a-z]+/g, 'overlay2/<id>')
    .replace(/buildkit-mount(\d+|<n>)/g, 'buildkit-mount<n>')
    .replace(/on (<ip>|(\d+\.){3}\d+):53/g, 'on <ip>:53');
}

/** Of a FROM that several stages share any of them gives the name. */
function sharedName(name: string): string {
  return name.replace(/^\[[^\]]*\] (FROM .*)$/, '$1').replace(/@sha256:[0-9a-f<>id]+$/, '');
}

export function differences(real: string, simulated: string): string[] {
  const left = takeApart(real);
  const right = takeApart(simulated);
  const failed = left.blocks.some(({ status }) => status === 'ERROR' || status === 'CANCELED');
  const show = ({ name, status, lines }: OutputBlock) =>
    JSON.stringify([sharedName(name), status, [...lines].sort()]);
  const counts = (block: OutputBlock) =>
    !failed || block.status === 'ERROR' || block.name.startsWith('[internal] load build def');
  const flaws: string[] = [];
  const mine = right.blocks.filter(counts).map(show).sort();
  const real_ = left.blocks.filter(counts).map(show).sort();
  for (const line of real_) if (!mine.includes(line)) flaws.push(`real only: ${line}`);
  for (const line of mine) if (!real_.includes(line)) flaws.push(`simulated only: ${line}`);
  const [a, b] = [left.rest.join('\n'), right.rest.join('\n')];
  if (a !== b) flaws.push(`rest: ${JSON.stringify(a)} / ${JSON.stringify(b)}`);
  return flaws;
}
