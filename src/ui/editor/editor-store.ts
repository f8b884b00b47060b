/** Which files of which machines are open in the page's editor. */
import { create } from 'zustand';

export interface OpenFile {
  readonly node: string;
  /** Absolute. */
  readonly path: string;
}

interface EditorState {
  readonly files: readonly OpenFile[];
  /** The one in front; undefined where the list of files is. */
  readonly active: OpenFile | undefined;
  /** The pane is there. */
  readonly shown: boolean;
  /** Machine whose files are listed. */
  readonly node: string;
}

export const useEditor = create<EditorState>(() => ({
  files: [],
  active: undefined,
  shown: false,
  node: 'node1',
}));

const same = (a: OpenFile, b: OpenFile) => a.node === b.node && a.path === b.path;

export function openFile(node: string, path: string): void {
  const file = { node, path };
  useEditor.setState(({ files }) => {
    const known = files.find((each) => same(each, file));
    return {
      files: known ? files : [...files, file],
      active: known ?? file,
      shown: true,
      node,
    };
  });
}

/** The list of a machine's files, to open one or make a new one. */
export function showFiles(node: string): void {
  useEditor.setState({ node, active: undefined, shown: true });
}

export function closeFile(file: OpenFile): void {
  useEditor.setState(({ files, active }) => {
    const rest = files.filter((each) => each !== file);
    const next = active === file ? rest.at(-1) : active;
    return { files: rest, active: next, shown: rest.length > 0 };
  });
}

export const hideEditor = (): void => useEditor.setState({ shown: false });
export const bringForward = (active: OpenFile): void => useEditor.setState({ active });
