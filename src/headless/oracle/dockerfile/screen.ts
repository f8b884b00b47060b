/** A build on a terminal of 120x40, as it stands at the end. */
import headless from '@xterm/headless';
import type { DockerfileWorld } from './world';

export function screenOf(
  world: DockerfileWorld,
  command: string,
): { readonly screen: string; readonly exit: number } {
  const { text, exit } = world.runOnTerminal(command);
  const terminal = new headless.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  // Without a page there is nothing to wait for: writes are taken at once.
  (terminal as unknown as { _core: { writeSync(data: string): void } })._core.writeSync(text);
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let i = 0; i < active.length; i++) {
    const line = active.getLine(i)!;
    const text = line.translateToString(true);
    if (line.isWrapped) lines.push((lines.pop() ?? '') + text);
    else lines.push(text);
  }
  return { screen: lines.join('\n'), exit };
}
