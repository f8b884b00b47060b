/** Files as the container, or the image at one layer, shows them. Only the rows in sight are drawn. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { lookAtPath, showOnlyChanges, useLayers } from './layers-store';
import type { FileNode, Mark } from './file-tree';
import { foldersTo, rowsOf, type Row } from './rows';
import { sizeText } from './sizes';

const ROW = 24;
const OVERSCAN = 8;

interface Props {
  readonly root: FileNode;
  /** The highest layer. */
  readonly top: number;
  /** The layer that is looked at. */
  readonly at: number;
  /** Read-only layers. */
  readonly layers: number;
  readonly container: boolean;
}

const MARKS: Readonly<Record<Mark, readonly [string, string]>> = {
  added: ['A', 'new here'],
  changed: ['M', 'changed here'],
  deleted: ['D', 'deleted: a whiteout hides it'],
  same: ['=', 'written again, nothing changed'],
  '': ['', ''],
};

export function FileList({ root, top, at, layers, container }: Props) {
  const chosen = useLayers((s) => s.onlyChanges);
  const onlyChanges = chosen ?? (at === layers && root.touches(at));
  const path = useLayers((s) => s.path);
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  // Folders that lead to what this layer does are open from the start.
  const leading = useMemo(() => pathsOf(foldersTo(root, at, 40)), [root, at]);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const nodes = new Set<FileNode>();
    for (const each of [...open, ...leading]) {
      if (leading.has(each) === touched.has(each) && !open.has(each)) continue;
      const node = nodeOf(root, each);
      if (node) nodes.add(node);
    }
    return rowsOf(root, { top: at, layer: at, onlyChanges, open: nodes, filter });
  }, [root, at, onlyChanges, open, leading, touched, filter]);
  const toggle = (row: Row) => {
    const its = row.node.path;
    if (leading.has(its)) setTouched(flip(touched, its));
    else setOpen(flip(open, its));
  };
  const title = at === top ? (container ? 'What the container sees' : 'What the image shows') : '';
  return (
    <section className="files" aria-label="Files">
      <header>
        <h2>{title || `As of layer ${at + 1}`}</h2>
        <label>
          <input
            type="checkbox"
            checked={onlyChanges}
            onChange={(event) => showOnlyChanges(event.target.checked)}
          />
          only what {at === layers ? 'the container' : `layer ${at + 1}`} does
        </label>
        <input
          type="search"
          placeholder="Find a path"
          aria-label="Find a path"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </header>
      {rows.length === 0 ? (
        <p className="files-none">
          {filter !== ''
            ? 'No path with these letters.'
            : at === layers
              ? 'Nothing was written yet. What a container writes, changes or deletes shows here.'
              : 'This layer holds no file that can be shown.'}
        </p>
      ) : (
        <Rows rows={rows} chosen={path} layers={layers} toggle={toggle} />
      )}
    </section>
  );
}

function flip(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

function pathsOf(nodes: ReadonlySet<FileNode>): ReadonlySet<string> {
  return new Set([...nodes].map((node) => node.path));
}

function nodeOf(root: FileNode, path: string): FileNode | undefined {
  let at: FileNode | undefined = root;
  for (const part of path.split('/')) if (part !== '') at = at?.children.get(part);
  return at;
}

/** Row that a key leads to; undefined of keys that do not move. */
function moveOf(key: string, at: number, count: number): number | undefined {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: 0,
    End: count - 1,
  }[key];
  return to;
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly chosen: string | undefined;
  readonly layers: number;
  readonly toggle: (row: Row) => void;
}

function Rows({ rows, chosen, layers, toggle }: RowsProps) {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const [active, setActive] = useState(0);
  const at = Math.min(active, rows.length - 1);
  useEffect(() => {
    const element = place.current!;
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const choose = (row: Row) => {
    if (row.isDir) toggle(row);
    else lookAtPath(row.node.path);
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    const element = place.current!;
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW;
    const bottom = (next + 1) * ROW - element.clientHeight;
    if (bottom > element.scrollTop) element.scrollTop = bottom;
  };
  const press = (event: React.KeyboardEvent) => {
    const row = rows[at]!;
    const to = moveOf(event.key, at, rows.length);
    if (to !== undefined) move(to);
    else if (event.key === 'ArrowRight' && row.isDir && !row.open) toggle(row);
    else if (event.key === 'ArrowLeft' && row.open) toggle(row);
    else if (event.key === 'Enter' || event.key === ' ') choose(row);
    else return;
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(view.top / ROW) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + OVERSCAN);
  return (
    <div
      ref={place}
      className="files-rows"
      role="tree"
      tabIndex={0}
      aria-label="Files"
      aria-activedescendant={`file-${at}`}
      onKeyDown={press}
      onScroll={(event) => {
        const { scrollTop, clientHeight } = event.currentTarget;
        setView({ top: scrollTop, height: clientHeight });
      }}
    >
      <div style={{ height: rows.length * ROW }} role="none">
        {rows.slice(first, last).map((row, i) => (
          <FileRow
            key={row.node.path}
            row={row}
            index={first + i}
            active={first + i === at}
            chosen={row.node.path === chosen}
            layers={layers}
            onClick={() => {
              setActive(first + i);
              choose(row);
            }}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: Row;
  readonly index: number;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly layers: number;
  readonly onClick: () => void;
}

function FileRow({ row, index, active, chosen, layers, onClick }: RowProps) {
  const { node, version, mark } = row;
  const [letter, words] = MARKS[mark];
  // A folder is of all layers that have it; the lowest is where it came from.
  const layer = row.isDir ? node.versions[0]?.layer : version?.layer;
  const note = words || (row.inside ? 'changes inside' : '');
  return (
    <div
      id={`file-${index}`}
      className="file-row"
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.isDir ? row.open : undefined}
      aria-selected={chosen}
      data-active={active}
      data-mark={mark}
      data-hidden={row.hidden}
      style={{ top: index * ROW }}
      onClick={onClick}
    >
      <span className="file-name" style={{ paddingLeft: row.depth * 16 }}>
        {row.isDir ? (
          row.open ? (
            <ChevronDown size={13} aria-hidden />
          ) : (
            <ChevronRight size={13} aria-hidden />
          )
        ) : (
          <i />
        )}
        <code>
          {node.name}
          {row.isDir && '/'}
        </code>
        {version?.type === 'symlink' && <em>→ {version.target}</em>}
      </span>
      <span className="file-note">{note}</span>
      <span className="file-size">
        {version?.type === 'file' && !row.isDir ? sizeText(version.size) : ''}
      </span>
      <span className="file-layer" data-upper={layer === layers}>
        {layer === undefined ? '' : layer === layers ? 'up' : layer + 1}
      </span>
      <b aria-hidden>{letter}</b>
    </div>
  );
}
