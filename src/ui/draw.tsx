/** Hands the page to React. */
import { createRoot } from 'react-dom/client';
import { App } from './App';

export function draw(place: HTMLElement): void {
  createRoot(place).render(<App />);
}
