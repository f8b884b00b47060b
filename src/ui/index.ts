/** The page: what the entry point starts. The theme comes before the views that build on it. */
import './theme/tokens.css';
import './theme/base.css';
export { optionsFromAddress, startSession } from './state/cluster';

/** Draws the page. Its code comes apart from the cluster's start, which has not to wait for it. */
export async function drawPage(place: HTMLElement): Promise<void> {
  const { draw } = await import('./draw');
  draw(place);
}
