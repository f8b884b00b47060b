/** Links and messages on their way, on one canvas below the cards. */
import { useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { Flight } from '../../host';
import { useCluster } from '../state/cluster-store';
import { virtualNow } from '../state/virtual-time';
import type { MachineNode } from './MachineCard';
import { CARD_HEIGHT, CARD_WIDTH } from './layout';

const CHANNEL_COLOURS = {
  raft: '--indigo',
  gossip: '--violet',
  dispatcher: '--slate',
  control: '--indigo',
  request: '--teal',
} as const;
/** A message is shown at least this long in wall time, or nobody would see it. */
const SHOWN_MS = 420;

interface Place {
  readonly x: number;
  readonly y: number;
}

export function LinkLayer({ nodes }: { readonly nodes: readonly MachineNode[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useStore((s) => s.transform);
  const width = useStore((s) => s.width);
  const height = useStore((s) => s.height);

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    const ratio = window.devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = height * ratio;
    let frame = 0;
    const seen = new Map<number, number>();
    const draw = () => {
      drawAll(context, { nodes, transform, width, height, ratio, seen });
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [nodes, transform, width, height]);

  return <canvas ref={canvas} className="link-layer" aria-hidden style={{ width, height }} />;
}

interface Scene {
  readonly nodes: readonly MachineNode[];
  readonly transform: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** Wall time at which each flight was first drawn. */
  readonly seen: Map<number, number>;
}

function drawAll(context: CanvasRenderingContext2D, scene: Scene): void {
  const { transform, width, height, ratio } = scene;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name);
  const [tx, ty, zoom] = transform;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const places = new Map<string, Place>();
  for (const node of scene.nodes) {
    const x = node.position.x + CARD_WIDTH / 2;
    const y = node.position.y + (node.measured?.height ?? CARD_HEIGHT) / 2;
    places.set(node.id, { x: x * zoom + tx, y: y * zoom + ty });
  }
  drawLinks(context, places, colour);
  drawFlights(context, places, colour, scene.seen);
}

function drawLinks(
  context: CanvasRenderingContext2D,
  places: ReadonlyMap<string, Place>,
  colour: (name: string) => string,
): void {
  const names = [...places.keys()];
  const cut = new Set(
    useCluster
      .getState()
      .links.filter((l) => l.cut)
      .map((l) => `${l.from}>${l.to}`),
  );
  for (let i = 0; i < names.length; i++) {
    for (let j = i + 1; j < names.length; j++) {
      const a = names[i]!;
      const b = names[j]!;
      const isCut = cut.has(`${a}>${b}`) || cut.has(`${b}>${a}`);
      const from = places.get(a)!;
      const to = places.get(b)!;
      context.beginPath();
      context.strokeStyle = colour(isCut ? '--vermilion' : '--line-strong');
      context.setLineDash(isCut ? [3, 6] : []);
      context.lineWidth = isCut ? 1.5 : 1;
      context.globalAlpha = isCut ? 1 : 0.7;
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawFlights(
  context: CanvasRenderingContext2D,
  places: ReadonlyMap<string, Place>,
  colour: (name: string) => string,
  seen: Map<number, number>,
): void {
  const state = useCluster.getState();
  const now = virtualNow(state);
  const wall = performance.now();
  for (const flight of state.flights) {
    const progress = progressOf(flight, now, wall, seen);
    const from = places.get(flight.from);
    const to = places.get(flight.to);
    if (progress === undefined || !from || !to) continue;
    const end = flight.arrivesAt === undefined ? progress * 0.5 : progress;
    context.beginPath();
    context.fillStyle = colour(CHANNEL_COLOURS[flight.channel]);
    context.globalAlpha = flight.arrivesAt === undefined ? 1 - progress : 1;
    const x = from.x + (to.x - from.x) * end;
    const y = from.y + (to.y - from.y) * end;
    context.arc(x, y, flight.channel === 'request' ? 4 : 3, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** How far a message is, 0 to 1; undefined when it is not to be seen. */
function progressOf(
  flight: Flight,
  now: number,
  wall: number,
  seen: Map<number, number>,
): number | undefined {
  let first = seen.get(flight.id);
  if (first === undefined) {
    if (flight.sentAt > now) return undefined;
    first = wall;
    seen.set(flight.id, first);
    if (seen.size > 4000) seen.delete(seen.keys().next().value!);
  }
  const byWall = (wall - first) / SHOWN_MS;
  const span = (flight.arrivesAt ?? flight.sentAt + 1000) - flight.sentAt;
  const byTime = (now - flight.sentAt) / Math.max(span, 1);
  const progress = Math.min(byWall, byTime);
  return progress >= 1 ? undefined : Math.max(progress, 0);
}
