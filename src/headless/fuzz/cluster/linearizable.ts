/**
 * Whether a history of overlapping operations could have happened one after the other: the search of
 * Wing and Gong with Lowe's memory of states, key by key, as Porcupine does it. The object is a cell
 * that is absent or holds a text.
 *
 * An operation without an answer may have happened at any time after its call, or never.
 */

export type Cell = string | undefined;

/** What an operation asks of the cell and makes of it. */
export interface Effect {
  readonly kind: 'read' | 'swap';
  /** The cell before it; 'any' where nothing is known of that. */
  readonly before: Cell | { readonly any: true };
  /** Of a swap: the cell after it. */
  readonly after: Cell;
}

export interface Operation {
  readonly key: string;
  readonly client: string;
  readonly text: string;
  readonly effect: Effect;
  readonly calledAt: number;
  /** Undefined while there is no answer. */
  readonly answeredAt: number | undefined;
}

export const ANY = Object.freeze({ any: true as const });

interface Mark {
  readonly operation: number;
  readonly isCall: boolean;
  readonly at: number;
  before: Mark | undefined;
  after: Mark | undefined;
}

/** Undefined if the history of that one key is fine; else the operation that nothing explains. */
export function explain(operations: readonly Operation[], initial: Cell): Operation | undefined {
  const head = marksOf(operations);
  const answers = operations.map((_, i) => findMark(head, i, false));
  let open = operations.filter(({ answeredAt }) => answeredAt !== undefined).length;
  const done = new Array<boolean>(operations.length).fill(false);
  const seen = new Set<string>();
  const stack: { readonly mark: Mark; readonly state: Cell }[] = [];
  let state = initial;
  let stuck: Operation | undefined;
  let stuckAt = -1;
  let mark = head.after;
  while (open > 0) {
    if (mark?.isCall === true) {
      const operation = operations[mark.operation]!;
      const next = apply(operation.effect, state);
      if (next) {
        done[mark.operation] = true;
        const memory = `${done.map(Number).join('')}|${next.state ?? '\u0000'}`;
        if (!seen.has(memory)) {
          seen.add(memory);
          stack.push({ mark, state });
          state = next.state;
          lift(mark, answers[mark.operation]);
          if (operation.answeredAt !== undefined) open--;
          mark = head.after;
          continue;
        }
        done[mark.operation] = false;
      }
      mark = mark.after;
      continue;
    }
    if (mark && mark.at > stuckAt) {
      stuckAt = mark.at;
      stuck = operations[mark.operation];
    }
    const last = stack.pop();
    if (!last) return stuck;
    const { operation } = last.mark;
    done[operation] = false;
    state = last.state;
    if (operations[operation]!.answeredAt !== undefined) open++;
    unlift(last.mark, answers[operation]);
    mark = last.mark.after;
  }
  return undefined;
}

function apply(effect: Effect, state: Cell): { readonly state: Cell } | undefined {
  const { before, after, kind } = effect;
  if (typeof before !== 'object' && before !== state) return undefined;
  return { state: kind === 'read' ? state : after };
}

/** Calls and answers in the order of time; at one instant calls come first. */
function marksOf(operations: readonly Operation[]): Mark {
  const marks: Mark[] = [];
  operations.forEach(({ calledAt, answeredAt }, operation) => {
    const links = { before: undefined, after: undefined };
    marks.push({ operation, isCall: true, at: calledAt, ...links });
    if (answeredAt !== undefined)
      marks.push({ operation, isCall: false, at: answeredAt, ...links });
  });
  marks.sort(
    (a, b) => a.at - b.at || Number(b.isCall) - Number(a.isCall) || a.operation - b.operation,
  );
  const head: Mark = { operation: -1, isCall: true, at: -1, before: undefined, after: undefined };
  let last = head;
  for (const mark of marks) {
    last.after = mark;
    mark.before = last;
    last = mark;
  }
  return head;
}

function findMark(head: Mark, operation: number, isCall: boolean): Mark | undefined {
  for (let mark = head.after; mark; mark = mark.after)
    if (mark.operation === operation && mark.isCall === isCall) return mark;
  return undefined;
}

function lift(call: Mark, answer: Mark | undefined): void {
  for (const mark of [call, answer]) {
    if (!mark) continue;
    mark.before!.after = mark.after;
    if (mark.after) mark.after.before = mark.before;
  }
}

function unlift(call: Mark, answer: Mark | undefined): void {
  for (const mark of [answer, call]) {
    if (!mark) continue;
    mark.before!.after = mark;
    if (mark.after) mark.after.before = mark;
  }
}

/** All keys; undefined if all is well. */
export function checkHistory(
  operations: readonly Operation[],
  initial: (key: string) => Cell,
): { readonly key: string; readonly culprit: Operation } | undefined {
  const byKey = new Map<string, Operation[]>();
  for (const operation of operations) {
    const list = byKey.get(operation.key);
    if (list) list.push(operation);
    else byKey.set(operation.key, [operation]);
  }
  for (const [key, list] of byKey) {
    const culprit = explain(list, initial(key));
    if (culprit) return { key, culprit };
  }
  return undefined;
}
