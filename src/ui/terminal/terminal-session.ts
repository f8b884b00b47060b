/**
 * One terminal of one node: an xterm that lives as long as the page, whatever tab is in front. Its bytes
 * go straight between the host and the screen; React sees none of them.
 */
import { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import type { HostTerminal } from '../../host';
import { host } from '../state/cluster';
import { usePage, type Theme } from '../state/page-store';
import { noteLine } from '../state/command-store';
import { openFile } from '../editor/editor-store';
import { loadExtras } from './extras';
import { TERMINAL_THEMES } from './themes';
import { TypedLine } from './typed-line';

/** What the command `edit FILE` sends to the page. */
const EDIT_OSC = 7717;

/** Told of everything that a node's terminals print (the guide's checks). */
export type PrintListener = (node: string, text: string) => void;
const printListeners = new Set<PrintListener>();

export function onPrinted(listener: PrintListener): () => void {
  printListeners.add(listener);
  return () => printListeners.delete(listener);
}

export class TerminalSession {
  readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private line: HostTerminal | undefined;
  private opened = false;
  private search: SearchAddon | undefined;
  private readonly typed = new TypedLine();

  constructor(
    readonly node: string,
    theme: Theme,
  ) {
    this.terminal = new Terminal({
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: innerWidth < 1200 ? 12 : 13,
      lineHeight: 1.25,
      cursorBlink: true,
      scrollback: 5000,
      allowProposedApi: true,
      minimumContrastRatio: 4.5,
      screenReaderMode: usePage.getState().screenReader,
      rightClickSelectsWord: false,
      theme: TERMINAL_THEMES[theme],
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.onData((data) => this.send(data));
    this.terminal.onResize(({ cols, rows }) => this.line?.resize(cols, rows));
    this.terminal.attachCustomKeyEventHandler((event) => this.handleKey(event));
    this.terminal.parser.registerOscHandler(EDIT_OSC, (text) => {
      const path = /^edit;(\/.*)$/.exec(text)?.[1];
      if (path !== undefined) openFile(this.node, path);
      return true;
    });
    void loadExtras(this.terminal).then((search) => (this.search = search));
  }

  /** Puts the screen into a place on the page; the shell starts at the first time. */
  attach(place: HTMLElement): void {
    const { element } = this.terminal;
    if (element) place.append(element);
    else this.open(place);
    this.resize();
    if (!this.opened) this.connect();
  }

  /** The page does not wait for the font: columns are counted anew when it has come. */
  private open(place: HTMLElement): void {
    this.terminal.open(place);
    const { fontFamily, fontSize } = this.terminal.options;
    void document.fonts?.load(`${fontSize}px ${fontFamily}`).then(() => {
      // Only a changed option makes xterm measure its cells again.
      this.terminal.options.fontFamily = `${fontFamily} `;
      this.resize();
    });
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
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyF') return false;
    return event.key !== 'F6';
  }

  /** Looks for a text above the cursor, or below it; false if there is none. */
  find(text: string, direction: 'up' | 'down'): boolean {
    if (!this.search) return false;
    return direction === 'up' ? this.search.findPrevious(text) : this.search.findNext(text);
  }

  /** As a right click does it: copies what is selected, else pastes. */
  async copyOrPaste(): Promise<void> {
    if (this.terminal.hasSelection()) {
      await navigator.clipboard?.writeText(this.terminal.getSelection());
      this.terminal.clearSelection();
    } else {
      this.terminal.paste((await navigator.clipboard?.readText()) ?? '');
    }
    this.terminal.focus();
  }

  setScreenReader(on: boolean): void {
    this.terminal.options.screenReaderMode = on;
  }

  resize(): void {
    if (this.terminal.element?.isConnected) this.fit.fit();
  }

  setTheme(theme: Theme): void {
    this.terminal.options.theme = TERMINAL_THEMES[theme];
  }

  /** Lets the shell start, if it has not. */
  start(): void {
    if (!this.opened) this.connect();
  }

  /** Whether the shell waits for a line and none is begun. */
  atPrompt(): boolean {
    return this.lineAtPrompt() === '';
  }

  /** Types a whole command, as if by hand. */
  type(text: string): void {
    this.start();
    this.send(text);
  }

  private send(data: string): void {
    const end = data.indexOf('\r');
    if (end >= 0) {
      this.typed.add(data.slice(0, end), () => this.lineAtPrompt());
      noteLine(this.node, this.typed.take(() => this.lineAtPrompt()) ?? '');
    } else this.typed.add(data, () => this.lineAtPrompt());
    this.line?.write(data);
  }

  /** What stands behind the prompt on the cursor's line, over all the rows that it wraps to. */
  private lineAtPrompt(): string | undefined {
    const { active } = this.terminal.buffer;
    let row = active.baseY + active.cursorY;
    let text = active.getLine(row)?.translateToString(true) ?? '';
    while (row > 0 && active.getLine(row)?.isWrapped) {
      row--;
      text = (active.getLine(row)?.translateToString(false) ?? '') + text;
    }
    return /^\[[^\]]*\] \S+ [#$] ?(.*)$/.exec(text)?.[1];
  }

  dispose(): void {
    this.line?.close();
    this.terminal.dispose();
  }
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

export function readTerminalsAloud(on: boolean): void {
  for (const session of sessions.values()) session.setScreenReader(on);
}
