/** Files of a machine as a list: open one, or name a new one. */
import { File, Folder } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import type { FolderEntry } from '../../api';
import { openFile } from './editor-store';
import { readFolder } from './machine-files';

const HOME = '/root';

export function FilePicker({ node }: { readonly node: string }) {
  const [folder, setFolder] = useState(HOME);
  const [name, setName] = useState('');
  const [entries, setEntries] = useState<readonly FolderEntry[]>([]);
  useEffect(() => {
    let wanted = true;
    readFolder(node, folder).then(
      (found) => wanted && setEntries(found),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [node, folder]);
  const pathOf = (entry: string) => `${folder === '/' ? '' : folder}/${entry}`;
  const make = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') openFile(node, name.startsWith('/') ? name : pathOf(name.trim()));
  };
  const shown = entries.filter((entry) => folder !== HOME || !entry.name.startsWith('.bash_'));
  return (
    <div className="picker">
      <p>
        <code>{folder}</code> on {node}
      </p>
      <form onSubmit={make}>
        <input
          aria-label="Name of a new file"
          placeholder="New file: app.py"
          value={name}
          onChange={(event) => setName(event.target.value)}
          ref={(input) => input?.focus()}
        />
        <button type="submit" disabled={name.trim() === ''}>
          Open
        </button>
      </form>
      <ul>
        {folder !== '/' && (
          <li>
            <button
              type="button"
              onClick={() => setFolder(folder.slice(0, folder.lastIndexOf('/')) || '/')}
            >
              <Folder size={13} aria-hidden /> ..
            </button>
          </li>
        )}
        {shown.map((entry) => (
          <li key={entry.name}>
            <Entry
              entry={entry}
              enter={() => setFolder(pathOf(entry.name))}
              open={() => openFile(node, pathOf(entry.name))}
            />
          </li>
        ))}
      </ul>
      <p className="picker-hint">
        In the terminal, <code>edit app.py</code> opens a file here; <code>vi</code> and{' '}
        <code>nano</code> are there too.
      </p>
    </div>
  );
}

interface EntryProps {
  readonly entry: FolderEntry;
  readonly enter: () => void;
  readonly open: () => void;
}

function Entry({ entry: { name, type }, enter, open }: EntryProps) {
  const isDir = type === 'dir';
  const Icon = isDir ? Folder : File;
  return (
    <button type="button" disabled={!isDir && type !== 'file'} onClick={isDir ? enter : open}>
      <Icon size={13} aria-hidden /> {name}
    </button>
  );
}
