/** The whole page as a place to drop an archive onto, and what became of it. */
import { X } from 'lucide-react';
import { useEffect } from 'react';
import './archive.css';
import { frontNode, loadArchive, setDrop, useDrop } from './archive-drop';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

function useDropping(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (useDrop.getState().drop.kind !== 'over') setDrop({ kind: 'over' });
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null && useDrop.getState().drop.kind === 'over') {
        setDrop({ kind: 'none' });
      }
    };
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      void loadArchive(file);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
}

export function DropPlace() {
  useDropping();
  const drop = useDrop((s) => s.drop);
  if (drop.kind === 'none') return null;
  if (drop.kind === 'over') {
    return (
      <div className="drop-over">
        <p>
          Let go, and <b>{frontNode()}</b> loads the archive
          <small>of docker save, or an OCI layout as a tar</small>
        </p>
      </div>
    );
  }
  return (
    <div className="drop-told" role={drop.kind === 'refused' ? 'alert' : 'status'}>
      {drop.kind === 'loading' && <p>Loading {drop.name}.</p>}
      {drop.kind === 'loaded' && <p>{drop.text}</p>}
      {drop.kind === 'refused' && (
        <p>
          <b>{drop.name}</b> was refused and nothing has changed: {drop.text}.
        </p>
      )}
      <button type="button" aria-label="Close" onClick={() => setDrop({ kind: 'none' })}>
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
