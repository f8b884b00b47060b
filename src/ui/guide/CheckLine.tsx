/** One check: hollow, half or filled disc, the sentence, and how far it is. */
import type { CheckResult } from '../../labs';

interface Props {
  readonly sentence: string;
  readonly result: CheckResult;
}

export function CheckLine({ sentence, result }: Props) {
  const state = result.done ? 'done' : /^(0 of .*)?$/.test(result.progress) ? 'open' : 'partly';
  return (
    <li className="check" data-state={state}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden>
        <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {state === 'partly' && <path d="M7 1.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />}
        {state === 'done' && (
          <>
            <circle cx="7" cy="7" r="6" fill="currentColor" />
            <path d="M4.2 7.2l2 2 3.6-4" fill="none" stroke="var(--ground)" strokeWidth="1.6" />
          </>
        )}
      </svg>
      <span>
        {sentence}
        {result.progress !== '' && <em>: {result.progress}</em>}
        <span className="visually-hidden">{result.done ? ', done' : ', not yet'}</span>
      </span>
    </li>
  );
}
