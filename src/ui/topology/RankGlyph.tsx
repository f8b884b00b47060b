/** Hexagon for a manager, rounded square for a worker, hollow for neither; a cross when it is off. */
import type { NodeRank } from './facts';

export function RankGlyph({ rank, off }: { readonly rank: NodeRank; readonly off: boolean }) {
  const isManager = rank === 'leader' || rank === 'manager';
  return (
    <svg className="rank" width="24" height="24" viewBox="0 0 24 24" aria-hidden>
      {isManager ? (
        <path d="M12 2.5l8.2 4.75v9.5L12 21.5l-8.2-4.75v-9.5z" />
      ) : (
        <rect x="4" y="4" width="16" height="16" rx="4" />
      )}
      {off ? (
        <path d="M9 9l6 6m0-6l-6 6" />
      ) : (
        rank !== 'alone' && <circle cx="12" cy="12" r="3.4" />
      )}
    </svg>
  );
}
