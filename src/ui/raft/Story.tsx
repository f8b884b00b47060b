/** What managers have done lately, newest first: elections, votes, who leads. */
import { useCluster } from '../state/cluster-store';
import { formatClock } from '../state/virtual-time';

const SHOWN = 12;

export function Story() {
  const story = useCluster((s) => s.story);
  const events = story.filter((event) => event.kind !== 'commits').slice(-SHOWN);
  if (events.length === 0) return null;
  return (
    <section aria-live="polite">
      <h2>What happened</h2>
      <ol className="story">
        {events.toReversed().map((event, i) => (
          <li key={`${event.at}-${event.node}-${i}`} data-kind={event.kind}>
            <time>{formatClock(event.at).slice(3, 10)}</time> {event.node} {event.text}
          </li>
        ))}
      </ol>
    </section>
  );
}
