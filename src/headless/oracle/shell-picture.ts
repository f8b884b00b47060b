/** A screen as xterm's headless emulator draws it, read back as the recorder did. */
import xterm from '@xterm/headless';

export class Picture {
  private readonly terminal: InstanceType<typeof xterm.Terminal>;

  constructor(cols: number, rows: number) {
    this.terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      await new Promise<void>((done) => this.terminal.write(piece, done));
    }
  }

  resize(cols: number, rows: number): void {
    this.terminal.resize(cols, rows);
  }

  get alternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  /** What is visible, without spaces at line ends and empty lines at the end. */
  lines(): string[] {
    const buffer = this.terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < this.terminal.rows; row++) {
      const text = buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '';
      lines.push(text.replace(/\s+$/, '').replace(/^(\[\d+\][+ -]?\s*)\d+(?=\s|$)/, '$1PID'));
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  cursor(): [number, number] {
    const buffer = this.terminal.buffer.active;
    return [buffer.cursorY, buffer.cursorX];
  }
}
