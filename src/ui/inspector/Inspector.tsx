/** Facts about what is selected, in words, beside the canvas. */
import { X } from 'lucide-react';
import { select, usePage } from '../state/page-store';
import './inspector.css';
import { LinkFacts } from './LinkFacts';
import { NodeFacts } from './NodeFacts';
import { ServiceFacts } from './ServiceFacts';
import { TaskFacts } from './TaskFacts';

export function Inspector() {
  const selection = usePage((s) => s.selection);
  if (!selection) return null;
  return (
    <aside
      className="inspector"
      aria-label="Inspector"
      tabIndex={0}
      onKeyDown={(event) => event.key === 'Escape' && select(undefined)}
    >
      <button
        type="button"
        className="inspector-close"
        aria-label="Close the inspector"
        onClick={() => select(undefined)}
      >
        <X size={14} aria-hidden />
      </button>
      {selection.kind === 'node' && <NodeFacts name={selection.node} />}
      {selection.kind === 'task' && <TaskFacts id={selection.task} />}
      {selection.kind === 'service' && <ServiceFacts id={selection.service} />}
      {selection.kind === 'link' && <LinkFacts from={selection.from} to={selection.to} />}
    </aside>
  );
}
