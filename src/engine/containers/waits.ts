/** `POST /containers/X/wait` (moby `container.State.Wait`). */
import { isApiError, type ApiCall, type ApiReceiver } from '../../api';
import type { EngineCore } from '../core';
import type { Container, ExitWaiter } from './container';

class WaitCall implements ExitWaiter, ApiReceiver {
  constructor(
    private readonly call: ApiCall,
    private readonly container: Container,
    private readonly untilRemoved: boolean,
  ) {}
  containerExited(container: Container): void {
    if (!this.untilRemoved) this.answer(container);
  }
  containerRemoved(container: Container): void {
    this.answer(container);
  }
  private answer(container: Container): void {
    container.exitWaiters.delete(this);
    writeResult(this.call, container.exitCode);
  }
  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.container.exitWaiters.delete(this);
  }
}

function writeResult(call: ApiCall, code: number): void {
  call.write(`${JSON.stringify({ Error: null, StatusCode: code })}\n`);
  call.end();
}

export function openWait(core: EngineCore, call: ApiCall, name: string): void {
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  const condition = call.query.get('condition') ?? '';
  call.begin(200, { 'Content-Type': 'application/json' });
  const running = container.isRunning || container.restarting;
  const now = condition !== 'next-exit' && condition !== 'removed' && !running;
  if (now) return writeResult(call, container.exitCode);
  const wait = new WaitCall(call, container, condition === 'removed');
  call.receiver = wait;
  container.exitWaiters.add(wait);
}
