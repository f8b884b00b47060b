/** The rows of the file list: the tree as far as folders are open, for a list that draws only what is in sight. */
import { hiddenBy, markOf, versionAt, type FileNode, type Mark, type Version } from './file-tree';

export interface Row {
  readonly node: FileNode;
  readonly depth: number;
  readonly isDir: boolean;
  readonly open: boolean;
  /** What shows at this level; the last one that showed, of a deleted name. */
  readonly version: Version | undefined;
  readonly hidden: boolean;
  /** What the layer that is looked at does to it. */
  readonly mark: Mark;
  /** That layer does something below this folder. */
  readonly inside: boolean;
}

export interface RowOptions {
  /** Layers above this one are not there yet. */
  readonly top: number;
  /** Layer whose doing is marked. */
  readonly layer: number;
  readonly onlyChanges: boolean;
  readonly open: ReadonlySet<FileNode>;
  /** Part of a path; '' for all. Folders open by themselves where it is found. */
  readonly filter: string;
}

export function rowsOf(root: FileNode, options: RowOptions): Row[] {
  const rows: Row[] = [];
  const { filter } = options;
  const kept = filter === '' ? undefined : matching(root, filter.toLowerCase());
  addRows(root, 0, options, kept, rows);
  return rows;
}

function addRows(
  folder: FileNode,
  depth: number,
  options: RowOptions,
  kept: ReadonlySet<FileNode> | undefined,
  rows: Row[],
): void {
  const { top, layer, onlyChanges } = options;
  const nodes = [...folder.children.values()].filter(
    (node) => (!kept || kept.has(node)) && (!onlyChanges || node.touches(layer)),
  );
  nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const node of nodes) {
    const version = versionAt(node, top);
    if (!version && !reaches(node, top)) continue;
    const hidden = hiddenBy(node, top) !== undefined;
    const mark = markOf(node, layer);
    // What lower layers lost long ago is no news at this level.
    if (hidden && mark !== 'deleted' && hiddenBy(node, top) !== layer) continue;
    const isDir = node.children.size > 0 || version?.type === 'dir';
    const open = isDir && (kept !== undefined || options.open.has(node));
    const seen = version?.whiteout ? versionAt(node, version.layer - 1) : version;
    const inside = node.children.size > 0 && node.touches(layer);
    rows.push({ node, depth, isDir, open, version: seen, hidden, mark, inside });
    if (open) addRows(node, depth + 1, options, kept, rows);
  }
}

function reaches(node: FileNode, top: number): boolean {
  return (node.touched[0] ?? Infinity) <= top;
}

/** Nodes whose path has the text, with all folders on the way. */
function matching(root: FileNode, text: string): Set<FileNode> {
  const kept = new Set<FileNode>();
  const visit = (node: FileNode, path: string): void => {
    for (const below of node.children.values()) {
      const its = `${path}/${below.name}`;
      if (its.toLowerCase().includes(text)) {
        for (let at: FileNode | undefined = below; at && !kept.has(at); at = at.parent)
          kept.add(at);
      }
      visit(below, its);
    }
  };
  visit(root, '');
  return kept;
}

/** Folders that lead to what a layer does, so that a look at it begins with its changes in sight. */
export function foldersTo(root: FileNode, layer: number, limit: number): Set<FileNode> {
  const open = new Set<FileNode>();
  let shown = 0;
  const visit = (node: FileNode, depth: number): void => {
    for (const below of node.children.values()) {
      if (shown > limit || !below.touches(layer)) continue;
      shown++;
      if (below.children.size === 0 || depth > 5) continue;
      if (below.versions.some((v) => v.layer < layer) || below.children.size <= 8) {
        open.add(below);
        visit(below, depth + 1);
      }
    }
  };
  visit(root, 0);
  return open;
}
