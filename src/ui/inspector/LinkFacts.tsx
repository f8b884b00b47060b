/** One link: how it is, both ways, and what has just crossed it. */
import type { LinkState } from '../../host';
import { useCluster } from '../state/cluster-store';
import { formatClock } from '../state/virtual-time';
import { linkActions } from '../topology/actions';
import { Actions, Facts } from './Facts';

const SHOWN = 12;

interface Props {
  readonly from: string;
  readonly to: string;
}

export function LinkFacts({ from, to }: Props) {
  const there = useCluster((s) => s.links.find((l) => l.from === from && l.to === to));
  const back = useCluster((s) => s.links.find((l) => l.from === to && l.to === from));
  const flights = useCluster((s) => s.flights);
  const mine = flights
    .filter((f) => (f.from === from && f.to === to) || (f.from === to && f.to === from))
    .slice(-SHOWN)
    .toReversed();
  return (
    <>
      <h2>
        {from} and {to}
      </h2>
      <Facts
        facts={[
          [`${from} to ${to}`, wordsOf(there)],
          [`${to} to ${from}`, wordsOf(back)],
        ]}
      />
      <h3>Last messages</h3>
      <ol className="inspector-list">
        {mine.map((flight) => (
          <li key={flight.id}>
            <time>{formatClock(flight.sentAt).slice(3)}</time> {flight.from}: {flight.channel}{' '}
            {flight.label}
            {flight.arrivesAt === undefined && ' (lost)'}
          </li>
        ))}
      </ol>
      <Actions actions={linkActions(from, to, there, back)} />
    </>
  );
}

function wordsOf(link: LinkState | undefined): string {
  if (!link) return 'as usual';
  if (link.cut) return 'cut';
  const delay = link.delayUs < 1000 ? `${link.delayUs} µs` : `${link.delayUs / 1000} ms`;
  return `${delay}${link.lossPermille > 0 ? `, ${link.lossPermille / 10}% lost` : ''}`;
}
