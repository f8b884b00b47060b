/** While cutting: a drag across the picture draws a line, and the links that it crosses are cut. */
import { useStore } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { chaos } from '../state/session';
import { useCluster } from '../state/cluster-store';
import { setCutting } from '../state/page-store';
import type { MachineNode } from './MachineCard';
import { crossed, cutLines, type LinkPlace } from './cut';
import { centreOf, type Point } from './layout';

interface Stroke {
  readonly from: Point;
  readonly to: Point;
}

export function CutLayer({ nodes }: { readonly nodes: readonly MachineNode[] }) {
  const [tx, ty, zoom] = useStore((s) => s.transform);
  const [stroke, setStroke] = useState<Stroke>();
  const links = linkPlaces(nodes, ({ x, y }) => ({ x: x * zoom + tx, y: y * zoom + ty }));
  const hit = stroke ? crossed(links, stroke.from, stroke.to) : [];

  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setCutting(false);
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, []);

  const finish = () => {
    if (stroke && hit.length > 0) {
      const lines = cutLines(
        nodes.map((n) => n.id),
        hit.filter((link) => !isCut(link)),
      );
      for (const line of lines) void chaos(line);
      setCutting(false);
    }
    setStroke(undefined);
  };

  return (
    <svg
      className="cut-layer nopan"
      role="presentation"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const from = placeOf(event);
        setStroke({ from, to: from });
      }}
      onPointerMove={(event) => stroke && setStroke({ from: stroke.from, to: placeOf(event) })}
      onPointerUp={finish}
      onPointerCancel={() => setStroke(undefined)}
    >
      {hit.map(({ from, to, start, end }) => (
        <line
          key={`${from} ${to}`}
          className="cut-link"
          x1={start.x}
          y1={start.y}
          x2={end.x}
          y2={end.y}
        />
      ))}
      {stroke && (
        <line
          className="cut-stroke"
          x1={stroke.from.x}
          y1={stroke.from.y}
          x2={stroke.to.x}
          y2={stroke.to.y}
        />
      )}
      <text x="50%" y="32" textAnchor="middle">
        {stroke && hit.length > 0
          ? hit.map(({ from, to }) => `${from}–${to}`).join(', ')
          : 'Drag a line across links to cut them. Escape ends it.'}
      </text>
    </svg>
  );
}

function placeOf(event: React.PointerEvent<Element>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function linkPlaces(nodes: readonly MachineNode[], at: (p: Point) => Point): LinkPlace[] {
  return nodes.flatMap((a, i) =>
    nodes.slice(i + 1).map((b) => ({
      from: a.id,
      to: b.id,
      start: at(centreOf(a)),
      end: at(centreOf(b)),
    })),
  );
}

function isCut({ from, to }: LinkPlace): boolean {
  const { links } = useCluster.getState();
  const cut = (a: string, b: string) => links.some((l) => l.from === a && l.to === b && l.cut);
  return cut(from, to) && cut(to, from);
}
