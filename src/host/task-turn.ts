/**
 * Lets waiting messages and timers have their turn, without the 4 ms that browsers add to a timer of
 * zero length.
 */
export class TaskTurn {
  private readonly channel = new MessageChannel();
  private resolve: (() => void) | undefined;

  constructor() {
    this.channel.port1.onmessage = () => this.release();
  }

  /** One turn of the event loop. */
  yield(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.channel.port2.postMessage(0);
    });
  }

  /** Lets the program end (Node waits for open ports). */
  close(): void {
    this.channel.port1.close();
    this.channel.port2.close();
    this.release();
  }

  private release(): void {
    const { resolve } = this;
    this.resolve = undefined;
    resolve?.();
  }
}
