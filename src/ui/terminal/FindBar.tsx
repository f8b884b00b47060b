/** Looks for a text in what a terminal has shown. */
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useState } from 'react';

interface Props {
  readonly find: (text: string, direction: 'up' | 'down') => boolean;
  readonly close: () => void;
}

export function FindBar({ find, close }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);
  const look = (direction: 'up' | 'down') => setFound(text === '' || find(text, direction));
  return (
    <form
      className="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        look('up');
      }}
    >
      <input
        aria-label="Text to find in the terminal"
        placeholder="Find"
        value={text}
        ref={(input) => input?.focus()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <span aria-live="polite">{found ? '' : 'not found'}</span>
      <button type="submit" aria-label="Further up" title="Further up (Return)">
        <ArrowUp size={14} aria-hidden />
      </button>
      <button
        type="button"
        aria-label="Further down"
        title="Further down"
        onClick={() => look('down')}
      >
        <ArrowDown size={14} aria-hidden />
      </button>
      <button type="button" aria-label="Close the search" onClick={close}>
        <X size={14} aria-hidden />
      </button>
    </form>
  );
}
