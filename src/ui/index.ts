/** The page: what the entry point starts. The theme comes before the views that build on it. */
import './theme/tokens.css';
import './theme/base.css';
export { App } from './App';
export { optionsFromAddress, startSession } from './state/session';
