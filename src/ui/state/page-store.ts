/** What belongs to the page alone: theme, view, selection, which terminal is in front. */
import { create } from 'zustand';

export type View = 'topology' | 'raft' | 'services' | 'request';
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
}

export const usePage = create<PageState>(() => ({
  theme: document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark',
  view: 'topology',
  selection: undefined,
  terminal: 'node1',
  guideOpen: true,
  paletteOpen: false,
  card: 'guide',
}));

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
export const showTerminal = (terminal: string): void => usePage.setState({ terminal });
export const toggleGuide = (): void => usePage.setState((s) => ({ guideOpen: !s.guideOpen }));
export const setPalette = (paletteOpen: boolean): void => usePage.setState({ paletteOpen });
export const showCard = (card: Card): void => usePage.setState({ card });
