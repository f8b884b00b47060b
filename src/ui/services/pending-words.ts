/** Why a task waits, in words: the scheduler's own text says which filter turned down how many nodes. */

/** A filter's text, and what it means for the nodes that it names. */
const REASONS: readonly (readonly [RegExp, (nodes: string) => string])[] = [
  [/not available for new tasks/, (n) => `${n} not ready, drained or paused`],
  [/insufficient resources/, (n) => `${n} without the processors or memory that it reserves`],
  [/scheduling constraints not satisfied/, (n) => `${n} that its constraints rule out`],
  [/max replicas per node limit exceed/, (n) => `${n} with as many of its tasks as one may have`],
  [/unsupported platform/, (n) => `${n} of a platform that the image is not for`],
  [/host-mode port already in use/, (n) => `${n} where its port is taken`],
  [/missing plugin/, (n) => `${n} without a plugin that it needs`],
];

/** "no suitable node (...)" as a sentence; other texts as they are; '' for none. */
export function pendingBecause(error: string): string {
  const match = /^no suitable node(?: \((.*)\))?$/.exec(error);
  if (!match) return error;
  if (match[1] === undefined) return 'there is no node for it';
  const parts = match[1].split(/; */).map((part) => {
    const count = /(\d+) nodes?/.exec(part)?.[1];
    const nodes = count === undefined ? 'nodes' : `${count} ${count === '1' ? 'node' : 'nodes'}`;
    const reason = REASONS.find(([pattern]) => pattern.test(part));
    return reason ? reason[1](nodes) : part;
  });
  return `no node fits: ${parts.join(', ')}`;
}
