/** Facts about what is selected, in words, beside the canvas. */
import { X } from 'lucide-react';
import { select, usePage } from '../state/page-store';
import './inspector.css';
import { NodeFacts } from './NodeFacts';

export function Inspector() {
  const selection = usePage((s) => s.selection);
  if (!selection) return null;
  return (
    <aside className="inspector" aria-label="Inspector">
      <button
        type="button"
        className="inspector-close"
        aria-label="Close"
        onClick={() => select(undefined)}
      >
        <X size={14} aria-hidden />
      </button>
      {selection.kind === 'node' && <NodeFacts name={selection.node} />}
    </aside>
  );
}
