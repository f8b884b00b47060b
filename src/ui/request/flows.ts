/** Hops put together into the connections that they belong to, newest first. */
import type { HopRecord } from '../../api';
import type { XrayEvent } from '../../host';

export interface Hop {
  readonly at: number;
  readonly node: string;
  readonly step: HopRecord['step'];
  readonly text: string;
  /** Id of the container that was reached, '' for none. */
  readonly container: string;
}

/** A stretch of the way on one machine. */
export interface Stretch {
  readonly node: string;
  readonly hops: readonly Hop[];
  /** Container that was reached there, '' for none. */
  readonly container: string;
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
    record.kind === 'hop'
      ? [{ at, node, step: record.step, text: record.text, container: record.container ?? '' }]
      : [],
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
    // A mesh that tried a dead address and then another one has answered after all.
    outcome: answered ? 'answered' : refused ? 'refused' : 'under way',
    hops,
  };
}

/** The way there, machine by machine; the answer comes back the same way and is left out. */
export function stretchesOf(flow: Flow): readonly Stretch[] {
  const stretches: { node: string; hops: Hop[]; container: string }[] = [];
  for (const hop of flow.hops) {
    if (hop.step === 'answer') continue;
    let last = stretches.at(-1);
    if (last?.node !== hop.node) {
      last = { node: hop.node, hops: [], container: '' };
      stretches.push(last);
    }
    last.hops.push(hop);
    if (hop.container !== '') last.container = hop.container;
  }
  return stretches;
}

/** "localhost:80" of "curl in the host connects to localhost:80"; the whole text if it is none. */
export function targetOf(flow: Flow): string {
  const first = flow.hops[0]!;
  return / connects to (\S+)$/.exec(first.text)?.[1] ?? first.text;
}

/** "820 µs", "1.9 ms", "3.0 s" */
export function formatTime(us: number): string {
  if (us < 1000) return `${us} µs`;
  return us < 1_000_000 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(1)} s`;
}
