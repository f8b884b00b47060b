/** Hops put together into the connections that they belong to, newest first. */
import type { HopRecord } from '../../api';
import type { XrayEvent } from '../../host';

export interface Hop {
  readonly at: number;
  readonly node: string;
  readonly step: HopRecord['step'];
  readonly text: string;
}

export interface Flow {
  readonly flow: string;
  readonly at: number;
  readonly cause: number;
  readonly title: string;
  readonly outcome: 'answered' | 'refused' | 'under way';
  readonly hops: readonly Hop[];
}

/** So many connections are kept in sight. */
const SHOWN = 30;

export function flowsOf(events: readonly XrayEvent[]): readonly Flow[] {
  const byFlow = new Map<string, XrayEvent[]>();
  for (const event of events) {
    if (event.record.kind !== 'hop') continue;
    const list = byFlow.get(event.record.flow);
    if (list) list.push(event);
    else byFlow.set(event.record.flow, [event]);
  }
  return [...byFlow.entries()]
    .toReversed()
    .slice(0, SHOWN)
    .map(([flow, list]) => flowOf(flow, list));
}

function flowOf(flow: string, events: readonly XrayEvent[]): Flow {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const hops = sorted.flatMap(({ at, node, record }): Hop[] =>
    record.kind === 'hop' ? [{ at, node, step: record.step, text: record.text }] : [],
  );
  const first = hops[0]!;
  const steps = new Set(hops.map((hop) => hop.step));
  const answered = steps.has('answer') || steps.has('accept');
  const refused = steps.has('refused') || steps.has('timeout');
  return {
    flow,
    at: first.at,
    cause: sorted[0]!.cause,
    title: `${first.node}: ${first.text}`,
    outcome: refused ? 'refused' : answered ? 'answered' : 'under way',
    hops,
  };
}
