/** What has happened in elections, newest first. */
import { useCluster } from '../state/cluster-store';
import { formatClock } from '../state/virtual-time';

const SHOWN = 12;

export function Story() {
  const xray = useCluster((s) => s.xray);
  const events = xray
    .filter(
      (e) =>
        e.record.kind === 'election' || (e.record.kind === 'note' && e.record.topic === 'raft'),
    )
    .slice(-SHOWN)
    .reverse();
  if (events.length === 0) return null;
  return (
    <section aria-live="polite">
      <h2>What happened</h2>
      <ol className="story">
        {events.map((event, i) => (
          <li key={`${event.at}-${i}`}>
            <time>{formatClock(event.at).slice(3, 10)}</time> {event.node}:{' '}
            {'text' in event.record ? event.record.text : ''}
          </li>
        ))}
      </ol>
    </section>
  );
}
