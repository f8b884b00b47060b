/** A link between two machines: a fine line; broken and red where it is cut. */
import { useInternalNode, type Edge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { useCluster } from '../state/cluster-store';
import { SLOW_US } from './actions';
import { centreOf } from './layout';

export type LinkLine = Edge<Record<string, never>, 'link'>;

export const LinkEdge = memo(function LinkEdge({ source, target, selected }: EdgeProps<LinkLine>) {
  const a = useInternalNode(source);
  const b = useInternalNode(target);
  const there = useCluster((s) => s.links.find((l) => l.from === source && l.to === target));
  const back = useCluster((s) => s.links.find((l) => l.from === target && l.to === source));
  if (!a || !b) return null;
  const from = centreOf({ position: a.internals.positionAbsolute, measured: a.measured });
  const to = centreOf({ position: b.internals.positionAbsolute, measured: b.measured });
  const path = `M${from.x},${from.y} L${to.x},${to.y}`;
  const cut = there?.cut && back?.cut ? 'both' : there?.cut ? 'there' : back?.cut ? 'back' : 'none';
  const words = wordsOf(source, target, there, back);
  return (
    <g className="link" data-cut={cut} data-selected={selected} data-changed={words !== ''}>
      <path d={path} className="link-line" />
      <path d={path} className="react-flow__edge-interaction link-touch" />
      {words !== '' && (
        <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 10} textAnchor="middle">
          {words}
        </text>
      )}
    </g>
  );
});

type Way = ReturnType<typeof useCluster.getState>['links'][number] | undefined;

/** What is not as usual: "cut", "node1 to node2 cut", "+200 ms", "20% lost". */
function wordsOf(a: string, b: string, there: Way, back: Way): string {
  const words: string[] = [];
  if (there?.cut && back?.cut) words.push('cut');
  else if (there?.cut) words.push(`${a} to ${b} cut`);
  else if (back?.cut) words.push(`${b} to ${a} cut`);
  const delayUs = Math.max(there?.delayUs ?? 0, back?.delayUs ?? 0);
  if (delayUs >= SLOW_US) words.push(`${Math.round(delayUs / 1000)} ms`);
  const loss = Math.max(there?.lossPermille ?? 0, back?.lossPermille ?? 0);
  if (loss > 0) words.push(`${loss / 10}% lost`);
  return words.join(', ');
}
