/**
 * Screens on their way from the machines to the page: where a machine lives, its screen is compared
 * with the one sent before, and only the difference goes out, with a number. A page that misses a number
 * asks for everything again.
 */
import type { NodeScreen } from '../api';
import { applyPatch, diff, type Patch } from './patch';

export interface ScreenPatch {
  readonly node: string;
  /** Counts up from 0 for each node; 0 carries the whole screen. */
  readonly number: number;
  readonly patch: Patch;
}

/** Beside the machines: remembers what was sent. */
export class ScreenSource {
  private readonly sent = new Map<string, { screen: NodeScreen; number: number }>();

  /** What has changed since the last call; undefined if nothing has. */
  patch(node: string, screen: NodeScreen): ScreenPatch | undefined {
    const before = this.sent.get(node);
    const change = diff(before?.screen, screen);
    if (!change) return undefined;
    const number = before ? before.number + 1 : 0;
    this.sent.set(node, { screen, number });
    return { node, number, patch: change };
  }

  /** The next patch carries the whole screen. */
  forget(node?: string): void {
    if (node === undefined) this.sent.clear();
    else this.sent.delete(node);
  }
}

/** On the page: puts the screens together again. */
export class ScreenStore {
  private readonly known = new Map<string, { screen: NodeScreen; number: number }>();

  /** Applies patches; false when one is missing and everything has to be asked for. */
  apply(patches: readonly ScreenPatch[]): boolean {
    let complete = true;
    for (const { node, number, patch } of patches) {
      const before = this.known.get(node);
      if (number > 0 && before?.number !== number - 1) {
        complete = false;
        continue;
      }
      // A whole screen again may still be the same in most of its records.
      const screen = (
        number === 0 ? settle(before?.screen, patch) : applyPatch(before?.screen, patch)
      ) as NodeScreen;
      this.known.set(node, { screen, number });
    }
    return complete;
  }

  screens(nodes: readonly string[]): Record<string, NodeScreen> {
    const found: Record<string, NodeScreen> = {};
    for (const node of nodes) {
      const known = this.known.get(node);
      if (known) found[node] = known.screen;
    }
    return found;
  }

  keepOnly(nodes: ReadonlySet<string>): void {
    for (const node of [...this.known.keys()]) if (!nodes.has(node)) this.known.delete(node);
  }
}

function settle(before: NodeScreen | undefined, whole: Patch): unknown {
  const after = applyPatch(undefined, whole);
  const change = diff(before, after);
  return change ? applyPatch(before, change) : before;
}
