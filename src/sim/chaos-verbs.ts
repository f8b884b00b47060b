/**
 * What each chaos verb does: usage, one line of help, and the changes it makes. A change is plain data
 * and knows its own opposite, so that every verb can be undone in one way.
 */
import type { Input } from '../api';
import { ChaosError, formatDelay, formatRate, formatShare } from './chaos-words';
import { parseDelay, parseRate, parseShare, type Words } from './chaos-words';
import { DEFAULT_DISK_DELAY_US } from './disk';
import { DEFAULT_LINK, type LinkSettings } from './link';

/** Faults of one machine that last until they are taken back. */
export interface Condition {
  readonly diskDelayUs: number;
  readonly diskFull: boolean;
  readonly skewUs: number;
  readonly registryDown: boolean;
}

export const HEALTHY: Condition = Object.freeze({
  diskDelayUs: DEFAULT_DISK_DELAY_US,
  diskFull: false,
  skewUs: 0,
  registryDown: false,
});

export type PowerAction = 'crash' | 'boot' | 'shutdown' | 'freeze' | 'thaw';

/** One change to the room. */
export type Change =
  | {
      readonly kind: 'link';
      readonly from: string;
      readonly to: string;
      readonly settings: Partial<LinkSettings>;
    }
  | {
      readonly kind: 'drop';
      readonly from: string;
      readonly to: string;
      readonly count: number;
    }
  | { readonly kind: 'power'; readonly node: string; readonly action: PowerAction }
  | {
      readonly kind: 'condition';
      readonly node: string;
      readonly condition: Partial<Condition>;
    }
  | { readonly kind: 'input'; readonly node: string; readonly input: Input };

/** What a verb may look at. */
export interface Room {
  readonly names: readonly string[];
  power(node: string): 'on' | 'off';
  frozen(node: string): boolean;
}

export interface Verb {
  readonly usage: string;
  readonly summary: string;
  /** The changes and what to say about them. */
  run(words: Words, room: Room): { readonly changes: Change[]; readonly text: string };
}

type Outcome = ReturnType<Verb['run']>;

function powerVerb(
  usage: string,
  summary: string,
  wanted: (room: Room, node: string) => string | undefined,
  actions: (room: Room, node: string) => PowerAction[],
): Verb {
  return {
    usage: `${usage} NODE...`,
    summary,
    run(words, room): Outcome {
      const nodes = words.nodes();
      words.end();
      for (const node of nodes) {
        const objection = wanted(room, node);
        if (objection) throw new ChaosError(`${node} ${objection}`, 1);
      }
      const changes = nodes.flatMap((node) =>
        actions(room, node).map((action): Change => ({ kind: 'power', node, action })),
      );
      return { changes, text: `${usage} ${nodes.join(' ')}` };
    },
  };
}

const mustBeOn = (room: Room, node: string) =>
  room.power(node) === 'off' ? 'is down already' : undefined;
const mustRun = (room: Room, node: string) =>
  room.power(node) === 'off' ? 'is down' : room.frozen(node) ? 'is frozen already' : undefined;

function arrow(pairs: readonly [string, string][]): string {
  // A machine that is alone has no links.
  if (pairs.length === 0 || pairs.length > 2) return 'all links';
  const [from, to] = pairs[0]!;
  return pairs.length === 1 ? `${from} -> ${to}` : `${from} <-> ${to}`;
}

function linkChanges(pairs: [string, string][], settings: Partial<LinkSettings>): Change[] {
  return pairs.map(([from, to]): Change => ({ kind: 'link', from, to, settings }));
}

function shareVerb(
  verb: string,
  summary: string,
  field: 'lossPermille' | 'duplicatePermille' | 'reorderPermille',
): Verb {
  return {
    usage: `${verb} A B PERCENT`,
    summary,
    run(words): Outcome {
      const pairs = words.direction();
      const permille = words.value('share', '10%', parseShare);
      words.end();
      const text = `${verb} of ${formatShare(permille)} on ${arrow(pairs)}`;
      return { changes: linkChanges(pairs, { [field]: permille }), text };
    },
  };
}

const cut: Verb = {
  usage: 'cut A B',
  summary: 'cut a link; "cut A to B" cuts one way',
  run(words): Outcome {
    const pairs = words.direction();
    words.end();
    return { changes: linkChanges(pairs, { cut: true }), text: `cut ${arrow(pairs)}` };
  },
};

const heal: Verb = {
  usage: 'heal [A B]',
  summary: 'make a link whole and quick again, or all of them',
  run(words, { names }): Outcome {
    if (words.peek() !== undefined) {
      const pairs = words.direction();
      words.end();
      return { changes: linkChanges(pairs, DEFAULT_LINK), text: `healed ${arrow(pairs)}` };
    }
    const all = names.flatMap((from) =>
      names.filter((to) => to !== from).map((to): [string, string] => [from, to]),
    );
    return { changes: linkChanges(all, DEFAULT_LINK), text: 'healed all links' };
  },
};

const partition: Verb = {
  usage: 'partition A,B / C',
  summary: 'cut all links between the groups; without a second group, from all the others',
  run(words, { names }): Outcome {
    const groups = [words.nodes()];
    while (words.skip('|', '/', 'vs', 'from')) groups.push(words.nodes());
    words.end();
    const grouped = groups.flat();
    const rest = names.filter((name) => !grouped.includes(name));
    if (groups.length === 1) groups.push(rest);
    if (groups.some((group) => group.length === 0)) {
      throw new ChaosError('a partition has machines on both sides', 1);
    }
    const twice = grouped.find((name, index) => grouped.indexOf(name) !== index);
    if (twice) throw new ChaosError(`${twice} is on two sides`);
    const pairs = groups.flatMap((group, index) =>
      groups.flatMap((other, at) =>
        at === index
          ? []
          : group.flatMap((from) => other.map((to): [string, string] => [from, to])),
      ),
    );
    const text = `partition ${groups.map((group) => group.join(',')).join(' | ')}`;
    return { changes: linkChanges(pairs, { cut: true }), text };
  },
};

const delay: Verb = {
  usage: 'delay A B TIME [JITTER]',
  summary: 'make a link slow ("200ms"), with up to so much more at random',
  run(words): Outcome {
    const pairs = words.direction();
    const delayUs = words.value('time', '200ms', positiveDelay);
    const jitterUs =
      words.peek() === undefined ? DEFAULT_LINK.jitterUs : words.value('time', '50ms', parseDelay);
    words.end();
    const text = `delay of ${formatDelay(delayUs)} on ${arrow(pairs)}`;
    return { changes: linkChanges(pairs, { delayUs, jitterUs: Math.max(0, jitterUs) }), text };
  },
};

const bandwidth: Verb = {
  usage: 'bandwidth A B RATE',
  summary: 'limit a link ("10mbit")',
  run(words): Outcome {
    const pairs = words.direction();
    const bytesPerSecond = words.value('rate', '10mbit', parseRate);
    words.end();
    const text = `bandwidth of ${formatRate(bytesPerSecond)} on ${arrow(pairs)}`;
    return { changes: linkChanges(pairs, { bytesPerSecond }), text };
  },
};

const drop: Verb = {
  usage: 'drop A B [COUNT]',
  summary: 'lose the next message from A to B',
  run(words): Outcome {
    const [from, to] = words.direction()[0]!;
    const count =
      words.peek() === undefined ? 1 : words.value('count', '3', (word) => countOf(word));
    words.end();
    const what = count === 1 ? 'the next message' : `the next ${count} messages`;
    return { changes: [{ kind: 'drop', from, to, count }], text: `drop ${what} ${from} -> ${to}` };
  },
};

const slowDisk: Verb = {
  usage: 'slow-disk NODE TIME|off',
  summary: 'make each write of a disk take so long',
  run(words): Outcome {
    const node = words.node();
    const off = words.skip('off');
    const diskDelayUs = off ? DEFAULT_DISK_DELAY_US : words.value('time', '500ms', positiveDelay);
    words.end();
    const text = `writes on ${node} take ${formatDelay(diskDelayUs)}`;
    return { changes: [{ kind: 'condition', node, condition: { diskDelayUs } }], text };
  },
};

const diskFull: Verb = {
  usage: 'disk-full NODE [off]',
  summary: 'fill the disk of a node, or make room again',
  run(words): Outcome {
    const node = words.node();
    const full = !words.skip('off');
    if (full) words.skip('on');
    words.end();
    const text = full ? `the disk of ${node} is full` : `the disk of ${node} has room again`;
    return { changes: [{ kind: 'condition', node, condition: { diskFull: full } }], text };
  },
};

const skew: Verb = {
  usage: 'skew NODE TIME',
  summary: 'set the clock of a node wrong ("5m" ahead, "-30s" behind, "0s" right)',
  run(words): Outcome {
    const node = words.node();
    const skewUs = words.value('time', '-30s', parseDelay);
    words.end();
    const text =
      skewUs === 0
        ? `the clock of ${node} is right`
        : `the clock of ${node} is ${formatDelay(Math.abs(skewUs))} ${skewUs > 0 ? 'ahead' : 'behind'}`;
    return { changes: [{ kind: 'condition', node, condition: { skewUs } }], text };
  },
};

function killVerb(verb: string, summary: string, oom: boolean): Verb {
  return {
    usage: `${verb} CONTAINER on NODE`,
    summary,
    run(words, room): Outcome {
      const container = words.take('a container');
      words.skip('on', '@');
      const node = words.node();
      words.end();
      const objection = mustBeOn(room, node);
      if (objection) throw new ChaosError(`${node} ${objection}`, 1);
      const input: Input = { kind: 'fault', fault: { kind: 'kill-container', container, oom } };
      return {
        changes: [{ kind: 'input', node, input }],
        text: `${verb} ${container} on ${node}`,
      };
    },
  };
}

const registry: Verb = {
  usage: 'registry down|up',
  summary: 'make Docker Hub unreachable from every node, or reachable again',
  run(words, { names }): Outcome {
    const word = words.take('"down" or "up"');
    if (word !== 'down' && word !== 'up') {
      throw new ChaosError(`"${word}" is neither "down" nor "up"`);
    }
    words.end();
    const registryDown = word === 'down';
    const changes = names.map((node): Change => ({
      kind: 'condition',
      node,
      condition: { registryDown },
    }));
    return { changes, text: `the registry is ${word}` };
  },
};

const powerCut: Verb = {
  usage: 'power-cut',
  summary: 'take the power from the whole room',
  run(words, room): Outcome {
    words.end();
    const running = room.names.filter((node) => room.power(node) === 'on');
    if (running.length === 0) throw new ChaosError('every machine is down already', 1);
    const changes = running.map((node): Change => ({ kind: 'power', node, action: 'crash' }));
    return { changes, text: 'the room has no power' };
  },
};

/** All verbs but `list`, `undo` and `help`, in the order in which help shows them. */
export const CHAOS_VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['crash', powerVerb('crash', 'kill a node at once, as kill -9 does', mustBeOn, () => ['crash'])],
  [
    'restart',
    powerVerb(
      'restart',
      'crash a node and start it again',
      () => undefined,
      (room, node) => (room.power(node) === 'on' ? ['crash', 'boot'] : ['boot']),
    ),
  ],
  ['stop', powerVerb('stop', 'stop a node in good order', mustBeOn, () => ['shutdown'])],
  [
    'start',
    powerVerb(
      'start',
      'start a node that is down',
      (room, node) => (room.power(node) === 'on' ? 'is running already' : undefined),
      () => ['boot'],
    ),
  ],
  ['freeze', powerVerb('freeze', 'hold a node still, as SIGSTOP does', mustRun, () => ['freeze'])],
  [
    'thaw',
    powerVerb(
      'thaw',
      'let a frozen node go on',
      (room, node) => (room.frozen(node) ? undefined : 'is not frozen'),
      () => ['thaw'],
    ),
  ],
  ['cut', cut],
  ['heal', heal],
  ['partition', partition],
  ['delay', delay],
  ['loss', shareVerb('loss', 'lose so many of the messages', 'lossPermille')],
  ['duplicate', shareVerb('duplicate', 'send so many of them twice', 'duplicatePermille')],
  ['reorder', shareVerb('reorder', 'let so many of them be overtaken', 'reorderPermille')],
  ['bandwidth', bandwidth],
  ['drop', drop],
  ['slow-disk', slowDisk],
  ['disk-full', diskFull],
  ['skew', skew],
  ['kill', killVerb('kill', 'kill a container', false)],
  ['oom', killVerb('oom', 'kill a container as the out-of-memory killer does', true)],
  ['registry', registry],
  ['power-cut', powerCut],
]);

function positiveDelay(word: string): number | undefined {
  const us = parseDelay(word);
  return us !== undefined && us >= 0 ? us : undefined;
}

function countOf(word: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(word) ? Number(word) : undefined;
}
