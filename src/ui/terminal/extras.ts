/** What a terminal can do without until its first prompt stands: it comes a little later. */
import type { SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';

/** Browsers allow some 16 contexts; beyond this many terminals the DOM draws. */
const MAX_WEBGL = 6;
let webglInUse = 0;

export async function loadExtras(terminal: Terminal): Promise<SearchAddon> {
  const [graphemes, links, search, clipboard] = await Promise.all([
    import('@xterm/addon-unicode-graphemes'),
    import('@xterm/addon-web-links'),
    import('@xterm/addon-search'),
    import('@xterm/addon-clipboard'),
  ]);
  terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  terminal.loadAddon(new links.WebLinksAddon());
  terminal.loadAddon(new clipboard.ClipboardAddon());
  const finder = new search.SearchAddon();
  terminal.loadAddon(finder);
  void useWebgl(terminal);
  return finder;
}

/** The quick renderer where there is one; the DOM renderer otherwise, and when the context is lost. */
async function useWebgl(terminal: Terminal): Promise<void> {
  if (webglInUse >= MAX_WEBGL || !webglWanted()) return;
  webglInUse++;
  try {
    const { WebglAddon } = await import('@xterm/addon-webgl');
    if (!terminal.element) return;
    const addon = new WebglAddon();
    addon.onContextLoss(() => {
      addon.dispose();
      webglInUse--;
    });
    terminal.loadAddon(addon);
  } catch {
    webglInUse--;
  }
}

/** `drydock.renderer` = `dom` keeps the text in the page's elements (tests, screen readers). */
function webglWanted(): boolean {
  try {
    if (localStorage.getItem('drydock.renderer') === 'dom') return false;
  } catch {
    return false;
  }
  const context = document.createElement('canvas').getContext('webgl2', {
    failIfMajorPerformanceCaveat: true,
  });
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
