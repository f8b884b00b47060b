/**
 * The line that is being typed at a shell's prompt. Keys are counted as they are pressed, for the echo
 * may come late; where history, completion or moves within the line are used, the screen is asked.
 */
type ReadLine = () => string | undefined;

export class TypedLine {
  private text = '';
  /** Whether `text` is the whole line: it began at an empty prompt and only grew or shrank at its end. */
  private certain = false;

  /** `atPrompt` answers what stands behind the prompt now; undefined if there is no prompt. */
  add(keys: string, atPrompt: ReadLine): void {
    if (keys === '') return;
    if (this.text === '') this.certain = atPrompt() === '';
    if (keys === '\x7f') this.text = this.text.slice(0, -1);
    else if (keys.startsWith('\x1b[200~')) this.text += keys.slice(6).replace('\x1b[201~', '');
    // eslint-disable-next-line no-control-regex
    else if (/[\x00-\x1f]/.test(keys)) this.certain = false;
    else this.text += keys;
  }

  /** The line at Return; undefined if it was typed to a program and not to a shell. */
  take(atPrompt: ReadLine): string | undefined {
    const line = this.certain ? this.text : atPrompt();
    this.text = '';
    this.certain = false;
    return line;
  }
}
