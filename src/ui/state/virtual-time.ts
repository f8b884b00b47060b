/** Virtual time as the page shows it, guessed between two updates of the host. */
import type { ClusterState } from './cluster-store';

/** An update is at most this late (ms of wall time, where nothing happens); later, the guess stops. */
const GUESS_MS = 1100;

/** Virtual microseconds now. */
export function virtualNow(state: Pick<ClusterState, 'clock' | 'clockAt' | 'ready'>): number {
  const { clock, clockAt, ready } = state;
  if (!ready || clock.paused || !Number.isFinite(clock.speed)) return clock.now;
  const wallMs = Math.min(performance.now() - clockAt, GUESS_MS);
  return clock.now + wallMs * 1000 * clock.speed;
}

/** 00:07:42.310 */
export function formatClock(us: number): string {
  const ms = Math.floor(us / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  return `${clock}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** "0.4 s", "12.1 s", "3 min" for the time since something. */
export function formatAgo(us: number): string {
  const seconds = Math.max(0, us) / 1_000_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatSpan(us);
}

/** "just now", "3 s", "2 min" for a span of virtual time. */
export function formatSpan(us: number): string {
  const seconds = us / 1_000_000;
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}
