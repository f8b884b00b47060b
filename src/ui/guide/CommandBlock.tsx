/** A command of the lab, with the node that it belongs on and a button that types it there. */
import { CornerDownLeft } from 'lucide-react';
import type { LabCommand } from '../../labs';
import { runCommand } from './run-command';

/** Longer commands get their whole width. */
const LONG = 44;

export function CommandBlock({ command }: { readonly command: LabCommand }) {
  return (
    <div className="command" data-long={command.text.length > LONG}>
      <code>{command.text}</code>
      <span className="command-where">{command.node}</span>
      <button type="button" className="command-run" onClick={() => void runCommand(command)}>
        Run <CornerDownLeft size={13} aria-hidden />
        <span className="visually-hidden"> on {command.node}</span>
      </button>
    </div>
  );
}
