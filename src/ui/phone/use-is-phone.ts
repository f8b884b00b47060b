/** Whether there is room for one part of the page at a time only. */
import { useSyncExternalStore } from 'react';

const query = matchMedia('(max-width: 720px)');

export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => query.matches,
  );
}
