/**
 * One terminal of one node: an xterm that lives as long as the page, whatever tab is in front. Its bytes
 * go straight between the host and the screen; React sees none of them.
 */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';
import type { HostTerminal } from '../../host';
import { host } from '../state/session';
import type { Theme } from '../state/page-store';
import { noteLine } from '../state/command-store';

/** Told of everything that a node's terminals print (the guide's checks). */
export type PrintListener = (node: string, text: string) => void;
const printListeners = new Set<PrintListener>();

export function onPrinted(listener: PrintListener): () => void {
  printListeners.add(listener);
  return () => printListeners.delete(listener);
}

const THEMES: Readonly<Record<Theme, ITheme>> = {
  dark: {
    background: '#0a1119',
    foreground: '#e8edf2',
    cursor: '#ff7a52',
    cursorAccent: '#0a1119',
    selectionBackground: '#2f4a63',
    black: '#1a2634',
    red: '#ff6b57',
    green: '#35c9b0',
    yellow: '#f0b44c',
    blue: '#4aa3ff',
    magenta: '#bb8cff',
    cyan: '#5fd6e8',
    white: '#d5dee6',
    brightBlack: '#73879a',
    brightRed: '#ff8f7e',
    brightGreen: '#6fe0cc',
    brightYellow: '#ffd07a',
    brightBlue: '#86c2ff',
    brightMagenta: '#d3b5ff',
    brightCyan: '#92e6f2',
    brightWhite: '#ffffff',
  },
  light: {
    background: '#f5f3ee',
    foreground: '#14202b',
    cursor: '#b83a14',
    cursorAccent: '#f5f3ee',
    selectionBackground: '#cfd9e2',
    black: '#14202b',
    red: '#b3260f',
    green: '#0c6b5d',
    yellow: '#7d5200',
    blue: '#0b5cad',
    magenta: '#7a3fc4',
    cyan: '#0b6a7a',
    white: '#5f6c77',
    brightBlack: '#66727d',
    brightRed: '#c22d17',
    brightGreen: '#0c7566',
    brightYellow: '#8a5a00',
    brightBlue: '#0b63b8',
    brightMagenta: '#8e2bb0',
    brightCyan: '#0b7285',
    brightWhite: '#14202b',
  },
};

export class TerminalSession {
  readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private line: HostTerminal | undefined;
  private opened = false;

  constructor(
    readonly node: string,
    theme: Theme,
  ) {
    this.terminal = new Terminal({
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: 13,
      lineHeight: 1.25,
      cursorBlink: true,
      scrollback: 5000,
      allowProposedApi: true,
      theme: THEMES[theme],
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.onData((data) => this.send(data));
    this.terminal.onResize(({ cols, rows }) => this.line?.resize(cols, rows));
    this.terminal.attachCustomKeyEventHandler((event) => this.handleKey(event));
    loadExtras(this.terminal);
  }

  /** Puts the screen into a place on the page; the shell starts at the first time. */
  attach(place: HTMLElement): void {
    const { element } = this.terminal;
    if (element) place.append(element);
    else this.terminal.open(place);
    this.resize();
    if (!this.opened) this.connect();
  }

  private connect(): void {
    this.opened = true;
    const { cols, rows } = this.terminal;
    this.line = host().openTerminal(this.node, cols, rows, {
      data: (text) => {
        this.terminal.write(text);
        for (const listener of printListeners) listener(this.node, text);
      },
      closed: () => {
        this.opened = false;
        this.line = undefined;
        this.terminal.write(
          '\r\n\x1b[2mThe shell has ended. Press Return for a new one.\x1b[0m\r\n',
        );
      },
    });
  }

  /** Copy and paste as terminals on Linux have them; Return starts a new shell after `exit`. */
  private handleKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    if (!this.opened && event.key === 'Enter') {
      this.connect();
      return false;
    }
    const copyKey = event.ctrlKey && event.shiftKey && event.code === 'KeyC';
    if (copyKey && this.terminal.hasSelection()) {
      event.preventDefault();
      void navigator.clipboard?.writeText(this.terminal.getSelection());
      return false;
    }
    // The browser's own paste event brings Ctrl-V and Ctrl-Shift-V.
    if (event.ctrlKey && event.code === 'KeyV') return false;
    if (event.ctrlKey && event.code === 'KeyK' && !event.shiftKey && !event.altKey) return false;
    return true;
  }

  resize(): void {
    if (this.terminal.element?.isConnected) this.fit.fit();
  }

  setTheme(theme: Theme): void {
    this.terminal.options.theme = THEMES[theme];
  }

  /** Types a whole command, as if by hand. */
  type(text: string): void {
    if (!this.opened) this.connect();
    this.send(text);
  }

  private send(data: string): void {
    const end = data.indexOf('\r');
    if (end >= 0) noteLine(this.node, this.lineAtPrompt() + data.slice(0, end));
    this.line?.write(data);
  }

  /** What stands behind the prompt on the cursor's line, over all the rows that it wraps to. */
  private lineAtPrompt(): string {
    const { active } = this.terminal.buffer;
    let row = active.baseY + active.cursorY;
    let text = active.getLine(row)?.translateToString(true) ?? '';
    while (row > 0 && active.getLine(row)?.isWrapped) {
      row--;
      text = (active.getLine(row)?.translateToString(false) ?? '') + text;
    }
    return /^\[[^\]]*\] \S+ [#$] ?(.*)$/.exec(text)?.[1] ?? '';
  }

  dispose(): void {
    this.line?.close();
    this.terminal.dispose();
  }
}

/** What a terminal can do without for its first prompt comes a little later. */
function loadExtras(terminal: Terminal): void {
  void Promise.all([
    import('@xterm/addon-unicode-graphemes'),
    import('@xterm/addon-web-links'),
  ]).then(([graphemes, links]) => {
    terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    terminal.loadAddon(new links.WebLinksAddon());
  });
}

const sessions = new Map<string, TerminalSession>();

/** The terminal of a node; `slot` tells several of one node apart. */
export function terminalOf(node: string, theme: Theme, slot = 0): TerminalSession {
  const key = `${node}/${slot}`;
  let session = sessions.get(key);
  if (!session) {
    session = new TerminalSession(node, theme);
    sessions.set(key, session);
  }
  return session;
}

/** Closes the terminals of nodes that are no more. */
export function keepTerminals(nodes: readonly string[]): void {
  for (const [key, session] of sessions) {
    if (nodes.includes(session.node)) continue;
    session.dispose();
    sessions.delete(key);
  }
}

export function themeTerminals(theme: Theme): void {
  for (const session of sessions.values()) session.setTheme(theme);
}
