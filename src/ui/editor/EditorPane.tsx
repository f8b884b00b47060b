/** The page's editor: files of the machines, beside the terminals. Ctrl-S writes one to its machine's disk. */
import { FolderOpen, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { makeEditor, type CodeEditor } from './code-mirror';
import {
  bringForward,
  closeFile,
  hideEditor,
  showFiles,
  useEditor,
  type OpenFile,
} from './editor-store';
import { FilePicker } from './FilePicker';
import { readFile, writeFile } from './machine-files';
import './editor.css';

export function EditorPane() {
  const { files, active, node } = useEditor();
  const [unsaved, setUnsaved] = useState<ReadonlySet<OpenFile>>(new Set());
  const mark = (file: OpenFile, changed: boolean) => {
    setUnsaved((had) => {
      if (had.has(file) === changed) return had;
      const next = new Set(had);
      if (changed) next.add(file);
      else next.delete(file);
      return next;
    });
  };
  return (
    <section className="editor" aria-label="Editor">
      <div className="editor-bar">
        <button
          type="button"
          className="terminal-tool"
          aria-label="Files of the machine"
          title="Files of the machine"
          aria-pressed={active === undefined}
          onClick={() => showFiles(active?.node ?? node)}
        >
          <FolderOpen size={14} aria-hidden />
        </button>
        <div className="editor-tabs" role="tablist" aria-label="Open files">
          {files.map((file) => (
            <button
              key={`${file.node} ${file.path}`}
              type="button"
              role="tab"
              aria-selected={file === active}
              title={`${file.path} on ${file.node}`}
              onClick={() => bringForward(file)}
            >
              {file.path.split('/').at(-1)} <small>{file.node}</small>
              {unsaved.has(file) && <i role="img" aria-label="not saved" />}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="terminal-tool"
          aria-label="Close the editor"
          onClick={hideEditor}
        >
          <X size={14} aria-hidden />
        </button>
      </div>
      {active === undefined && <FilePicker node={node} key={node} />}
      {files.map((file) => (
        <FileEditor
          key={`${file.node} ${file.path}`}
          file={file}
          front={file === active}
          unsaved={unsaved.has(file)}
          mark={mark}
        />
      ))}
    </section>
  );
}

interface FileProps {
  readonly file: OpenFile;
  readonly front: boolean;
  readonly unsaved: boolean;
  readonly mark: (file: OpenFile, changed: boolean) => void;
}

function FileEditor({ file, front, unsaved, mark }: FileProps) {
  const { place, told, save } = useFile(file, front, mark);
  return (
    <div className="editor-file" hidden={!front}>
      <div className="editor-text" ref={place} />
      <footer>
        <span role="status">{told}</span>
        <button type="button" className="editor-save" onClick={save} data-due={unsaved}>
          Save <kbd>Ctrl S</kbd>
        </button>
        <button type="button" onClick={() => closeFile(file)}>
          {unsaved ? 'Close without saving' : 'Close'}
        </button>
      </footer>
    </div>
  );
}

/** The text of one file from its machine and back. */
function useFile(file: OpenFile, front: boolean, mark: FileProps['mark']) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const state = useRef({ saved: '', mode: 0o644 });
  const [told, tell] = useState('');
  const { node, path } = file;
  const save = () => {
    const text = editor.current?.text;
    if (text === undefined) return;
    writeFile(node, path, text, state.current.mode).then(
      () => {
        state.current.saved = text;
        mark(file, false);
        tell(`Written to ${path} on ${node}.`);
      },
      (error: Error) => tell(error.message),
    );
  };
  const keep = useRef({ save, mark });
  useEffect(() => {
    keep.current = { save, mark };
  });
  useEffect(() => {
    let wanted = true;
    readFile(node, path).then(
      ({ text, mode, isNew }) => {
        if (!wanted || !place.current) return;
        state.current = { saved: text, mode };
        tell(isNew ? 'A new file: it is there once it is saved.' : path);
        editor.current = makeEditor(place.current, path, text, {
          changed: (now) => keep.current.mark(file, now !== state.current.saved),
          save: () => keep.current.save(),
        });
        editor.current.focus();
      },
      (error: Error) => tell(error.message),
    );
    return () => {
      wanted = false;
      editor.current?.destroy();
    };
  }, [file, node, path]);
  useEffect(() => {
    if (front) editor.current?.focus();
  }, [front]);
  return { place, told, save };
}
