/** A command of the lab, with the node that it belongs on and a button that types it there. */
import { CornerDownLeft } from 'lucide-react';
import type { LabCommand } from '../../labs';
import { fillTokens } from '../state/session';
import { showCard, showTerminal, usePage } from '../state/page-store';
import { terminalOf } from '../terminal/terminal-session';

export function CommandBlock({ command }: { readonly command: LabCommand }) {
  return (
    <div className="command">
      <code>{command.text}</code>
      <span className="command-where">{command.node}</span>
      <button type="button" className="command-run" onClick={() => void run(command)}>
        Run <CornerDownLeft size={13} aria-hidden />
        <span className="visually-hidden"> on {command.node}</span>
      </button>
    </div>
  );
}

async function run(command: LabCommand): Promise<void> {
  const text = await fillTokens(command.text);
  showTerminal(command.node);
  showCard('terminal');
  const session = terminalOf(command.node, usePage.getState().theme);
  session.type(`${text}\r`);
  session.terminal.focus();
}
