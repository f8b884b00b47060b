/** Types a command of the lab into its node's terminal, as if by hand. */
import type { LabCommand } from '../../labs';
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
