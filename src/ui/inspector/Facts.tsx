/** A list of facts, each with its term; and the line that says whose doing it was. */
import { useCommands, commandById } from '../state/command-store';
import { formatClock } from '../state/virtual-time';
import type { Action } from '../topology/actions';
import { chaos } from '../state/session';

/** An `id` is set in the font of code. */
export type Fact = readonly [term: string, value: string, kind?: 'id'];

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(([term, value, kind]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{kind === 'id' ? <code>{value}</code> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Cause({ id }: { readonly id: number | undefined }) {
  const commands = useCommands((s) => s.commands);
  const command = commandById(commands, id ?? 0);
  if (!command) return null;
  return (
    <p className="cause">
      Because you {command.text.startsWith('chaos ') && command.node === '' ? 'did' : 'typed'}{' '}
      <code>{command.text}</code>
      {command.node !== '' && ` on ${command.node}`} at {formatClock(command.at)}.
    </p>
  );
}

export function Actions({ actions }: { readonly actions: readonly Action[] }) {
  return (
    <div className="inspector-actions">
      {actions.map(({ label, line }) => (
        <button key={line} type="button" title={`chaos ${line}`} onClick={() => void chaos(line)}>
          {label}
        </button>
      ))}
    </div>
  );
}
