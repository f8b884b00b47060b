/** One file: what it holds now, and what changed since the layer below had it. */
import { X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { diffLines, type DiffLine } from './line-diff';
import { findNode, markOf, type FileNode, type Version } from './file-tree';
import { modeText, sizeText } from './sizes';
import { readContainerFile, type Upper } from './upper';

interface Props {
  readonly root: FileNode;
  readonly path: string;
  readonly at: number;
  readonly layers: number;
  readonly node: string;
  readonly container: string | undefined;
  readonly upper: Upper | undefined;
  readonly close: () => void;
}

/** Of a larger file, the beginning. */
const MAX_BYTES = 60_000;
const MAX_LINES = 800;

export function FilePane(props: Props) {
  const { root, path, at, layers, node, container, upper, close } = props;
  const found = findNode(root, path);
  const versions = (found?.versions ?? []).filter((v) => v.layer <= at);
  const now = versions.at(-1);
  const before = versions.at(-2);
  const own = useOwnFile(node, container, now?.layer === layers ? path : undefined, upper);
  const data = now?.layer === layers ? own : now?.data;
  return (
    <section className="file-pane" aria-label={`File ${path}`}>
      <header>
        <code>{path}</code>
        <span>{found && now ? wordsOf(found, now, before, layers) : 'is not there any more'}</span>
        <button type="button" aria-label="Close the file" onClick={close}>
          <X size={14} aria-hidden />
        </button>
      </header>
      {now && <Content now={now} before={before} data={data} />}
      {now && !now.whiteout && (
        <footer>
          {modeText(now.mode)} {now.owner} {now.type === 'file' && sizeText(now.size)}
        </footer>
      )}
    </section>
  );
}

function useOwnFile(
  node: string,
  container: string | undefined,
  path: string | undefined,
  upper: Upper | undefined,
): Uint8Array | undefined {
  const [data, setData] = useState<Uint8Array>();
  useEffect(() => {
    if (container === undefined || path === undefined) return;
    readContainerFile(node, container, path).then(
      (file) => setData(file?.data ?? new Uint8Array(0)),
      () => setData(undefined),
    );
  }, [node, container, path, upper]);
  return data;
}

function layerName(layer: number, layers: number): string {
  return layer === layers ? 'the writable layer' : `layer ${layer + 1}`;
}

function wordsOf(
  found: FileNode,
  now: Version,
  before: Version | undefined,
  layers: number,
): string {
  const here = layerName(now.layer, layers);
  if (now.whiteout) {
    const below = before ? `; ${layerName(before.layer, layers)} still carries it` : '';
    return `deleted by a whiteout in ${here}${below}`;
  }
  if (!before || before.whiteout) return `only in ${here}`;
  const verb = markOf(found, now.layer) === 'same' ? 'written again unchanged in' : 'changed in';
  return `${verb} ${here}, before in ${layerName(before.layer, layers)}`;
}

interface ContentProps {
  readonly now: Version;
  readonly before: Version | undefined;
  readonly data: Uint8Array | undefined;
}

function Content({ now, before, data }: ContentProps) {
  const lines = useMemo(() => linesOf(now, before, data), [now, before, data]);
  if (typeof lines === 'string') return <p className="file-none">{lines}</p>;
  return (
    <pre tabIndex={0}>
      {lines.map((line, i) => (
        <span key={i} data-kind={line.kind}>
          {line.kind === 'out' ? '- ' : line.kind === 'in' ? '+ ' : '  '}
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function linesOf(
  now: Version,
  before: Version | undefined,
  data: Uint8Array | undefined,
): readonly DiffLine[] | string {
  if (now.type === 'dir') return 'A directory.';
  if (now.type === 'symlink') return `A symbolic link to ${now.target}`;
  const was = before && !before.whiteout ? textOf(before.data) : '';
  if (now.whiteout) {
    return was === undefined ? 'It held no text.' : diffLines(was, '').slice(0, MAX_LINES);
  }
  const text = textOf(data);
  if (text === undefined) return data ? 'No text, so it is not shown.' : 'Reading it.';
  const program = /^#!drydock (\S+)\n$/.exec(text)?.[1];
  if (program !== undefined) {
    return `An executable: Drydock knows the program “${program}” by name and carries no machine code of it.`;
  }
  if (text === '') return 'An empty file.';
  const isChange = before !== undefined && !before.whiteout && was !== undefined && was !== text;
  const all = isChange
    ? around(diffLines(was, text))
    : text.split('\n').map((line): DiffLine => ({ kind: 'same', text: line }));
  return all.slice(0, MAX_LINES);
}

/** Changed lines with three around them. */
function around(lines: readonly DiffLine[]): DiffLine[] {
  const near = (i: number) => lines.slice(Math.max(0, i - 3), i + 4).some((l) => l.kind !== 'same');
  return lines.filter((_, i) => near(i));
}

/** Undefined of what is no text. */
function textOf(data: Uint8Array | undefined): string | undefined {
  if (!data) return undefined;
  const part = data.subarray(0, MAX_BYTES);
  if (part.includes(0)) return undefined;
  return new TextDecoder().decode(part);
}
