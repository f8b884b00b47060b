/** A file of the lab: to be typed in the editor, or written by the guide. */
import { FilePen } from 'lucide-react';
import { useState } from 'react';
import type { LabFile } from '../../labs';
import { openFile } from '../editor/editor-store';
import { showCard, showTerminal } from '../state/page-store';
import { writeLabFile } from './run-command';

export function FileBlock({ file }: { readonly file: LabFile }) {
  const [written, setWritten] = useState(false);
  const name = file.path.replace(/^\/root\//, '');
  const edit = () => {
    showTerminal(file.node);
    showCard('terminal');
    openFile(file.node, file.path);
  };
  return (
    <figure className="lab-file">
      <figcaption>
        <code>{name}</code> <span className="command-where">{file.node}</span>
      </figcaption>
      <pre>{file.text}</pre>
      <p>
        <button type="button" className="command-run" onClick={edit}>
          Edit <FilePen size={13} aria-hidden />
          <span className="visually-hidden"> {name}</span>
        </button>
        <button type="button" onClick={() => void writeLabFile(file).then(() => setWritten(true))}>
          {written ? 'Written' : 'Write it for me'}
          <span className="visually-hidden">: {name}</span>
        </button>
      </p>
    </figure>
  );
}
