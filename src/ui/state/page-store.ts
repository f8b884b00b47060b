/** What belongs to the page alone: theme, view, selection, which terminal is in front. */
import { create } from 'zustand';

export type View = 'topology' | 'raft' | 'services' | 'request' | 'layers' | 'containers';
export type Theme = 'dark' | 'light';
/** What the inspector shows. */
export type Selection =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  | undefined;
/** Which of the three cards a phone shows. */
export type Card = 'guide' | 'canvas' | 'terminal';

interface PageState {
  readonly theme: Theme;
  readonly view: View;
  readonly selection: Selection;
  /** Node whose terminal is in front. */
  readonly terminal: string;
  readonly guideOpen: boolean;
  readonly paletteOpen: boolean;
  readonly card: Card;
  /** Whether a drag on the canvas cuts links instead of moving it. */
  readonly cutting: boolean;
  /** What went wrong with the last thing the mouse did; '' if nothing did. */
  readonly complaint: string;
  /** Terminals for screen readers: xterm keeps its text in the page's own elements. */
  readonly screenReader: boolean;
  /** A second terminal beside the first; undefined if there is one only. */
  readonly beside: string | undefined;
  readonly helpOpen: boolean;
}

export const usePage = create<PageState>(() => ({
  theme: document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark',
  view: 'topology',
  selection: undefined,
  terminal: 'node1',
  guideOpen: true,
  paletteOpen: false,
  card: 'guide',
  cutting: false,
  complaint: '',
  screenReader: readFlag('drydock.screen-reader'),
  beside: undefined,
  helpOpen: false,
}));

function readFlag(name: string): boolean {
  try {
    return localStorage.getItem(name) === 'yes';
  } catch {
    return false;
  }
}

export function setTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem('drydock.theme', theme);
  } catch {
    // A page without storage forgets the theme.
  }
  usePage.setState({ theme });
}
export const setView = (view: View): void => usePage.setState({ view });
export const select = (selection: Selection): void => usePage.setState({ selection });
export const showTerminal = (terminal: string): void =>
  usePage.setState(({ beside }) => (beside === terminal ? {} : { terminal }));
export const toggleGuide = (): void => usePage.setState((s) => ({ guideOpen: !s.guideOpen }));
export const setPalette = (paletteOpen: boolean): void => usePage.setState({ paletteOpen });
export const showCard = (card: Card): void => usePage.setState({ card });
export const setCutting = (cutting: boolean): void => usePage.setState({ cutting });
export const complain = (complaint: string): void => usePage.setState({ complaint });
export const setBeside = (beside: string | undefined): void => usePage.setState({ beside });
export const setHelp = (helpOpen: boolean): void => usePage.setState({ helpOpen });
export function setScreenReader(screenReader: boolean): void {
  try {
    localStorage.setItem('drydock.screen-reader', screenReader ? 'yes' : 'no');
  } catch {
    // A page without storage forgets it.
  }
  usePage.setState({ screenReader });
}
