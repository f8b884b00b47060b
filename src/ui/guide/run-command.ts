/** Types a command of the lab into its node's terminal, as if by hand. */
import { encodeUtf8 } from '../../base';
import type { LabCommand, LabFile } from '../../labs';
import { host } from '../state/cluster';
import { fillTokens } from '../state/session';
import { showCard, showTerminal, usePage } from '../state/page-store';
import { terminalOf } from '../terminal/terminal-session';

export async function runCommand(command: LabCommand): Promise<void> {
  const text = await fillTokens(command.text);
  showTerminal(command.node);
  showCard('terminal');
  const session = terminalOf(command.node, usePage.getState().theme);
  session.type(`${text}\r`);
  session.terminal.focus();
}

/** Writes a file of the lab to its machine's disk. */
export function writeLabFile({ node, path, text }: LabFile): Promise<void> {
  return host().writeFile(node, path, encodeUtf8(text), 0o644);
}
