/**
 * The JavaScript heaps of a page and of all workers under it, by the DevTools protocol, after collection.
 * Playwright's sessions do not reach into workers, so messages are handed through the page's session: those for
 * a worker's worker travel inside a message to its parent.
 */
import type { CDPSession, Page } from '@playwright/test';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

type Answer = Readonly<Record<string, unknown>>;
type Send = (method: string, params?: object) => Promise<Answer>;

export interface Heap {
  readonly name: string;
  readonly bytes: number;
}

/** One target and those attached below it. */
class Target {
  readonly children = new Map<string, Target>();
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  constructor(
    readonly name: string,
    private readonly post: (text: string) => void,
  ) {}

  readonly send: Send = (method, params = {}) => {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.post(JSON.stringify({ id, method, params }));
    });
  };

  receive(text: string): void {
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) this.hear(message.method ?? '', message.params ?? {});
    else {
      this.waiting.get(message.id)?.(message.result ?? {});
      this.waiting.delete(message.id);
    }
  }

  hear(method: string, params: Answer): void {
    const sessionId = String(params['sessionId']);
    if (method === 'Target.receivedMessageFromTarget') {
      this.children.get(sessionId)?.receive(String(params['message']));
    } else if (method === 'Target.attachedToTarget') {
      const { url } = params['targetInfo'] as { url: string };
      // Vite's hash behind the first hyphen may hold hyphens itself.
      const name = url.replace(/.*\//, '').replace(/-.*$/, '');
      const post = (message: string) =>
        void this.send('Target.sendMessageToTarget', { sessionId, message });
      const child = new Target(name, post);
      this.children.set(sessionId, child);
      void attachBelow(child.send);
    }
  }

  async heaps(): Promise<Heap[]> {
    await this.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.send('Runtime.getHeapUsage');
    const below = await Promise.all([...this.children.values()].map((child) => child.heaps()));
    return [{ name: this.name, bytes: Number(usedSize) }, ...below.flat()];
  }
}

function attachBelow(send: Send): Promise<unknown> {
  const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
  return send('Target.setAutoAttach', options);
}

/** Call `measure` when all workers are there. */
export async function watchHeaps(page: Page): Promise<{ measure(): Promise<Heap[]> }> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const top = new Target('page', () => undefined);
  const send = (session.send as (method: string, params?: object) => Promise<Answer>).bind(session);
  Object.assign(top, { send });
  for (const event of ['Target.attachedToTarget', 'Target.receivedMessageFromTarget'] as const) {
    session.on(event, (params) => top.hear(event, params as unknown as Answer));
  }
  await attachBelow(send);
  return { measure: () => top.heaps() };
}
