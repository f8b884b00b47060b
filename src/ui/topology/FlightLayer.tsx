/** Messages on their way, all on one canvas below the cards; where too many fly, their flow. */
import { useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { Flight } from '../../host';
import { useCluster, type ClusterState } from '../state/cluster-store';
import { TRAIL_MS } from '../state/causes';
import { lastChange } from '../state/command-store';
import { virtualNow } from '../state/virtual-time';
import { usePage } from '../state/page-store';
import type { MachineNode } from './MachineCard';
import { centreOf, type Point } from './layout';

const CHANNEL_COLOURS = {
  raft: '--indigo',
  gossip: '--violet',
  dispatcher: '--slate',
  control: '--indigo',
  request: '--teal',
} as const;
/** A message is shown at least this long in wall time, or nobody would see it. */
const SHOWN_MS = 420;
/** Above so many messages a second of wall time, dashes flow instead of dots. */
const FLOW_FROM = 200;
/** Labels of the learner's own messages are written beside them, a few at a time. */
const MAX_LABELS = 3;

interface Scene {
  readonly nodes: readonly MachineNode[];
  readonly transform: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
  /** Wall time at which each flight was first drawn. */
  readonly seen: Map<number, number>;
  readonly colours: ReadonlyMap<string, string>;
  readonly still: boolean;
}

export function FlightLayer({ nodes }: { readonly nodes: readonly MachineNode[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useStore((s) => s.transform);
  const width = useStore((s) => s.width);
  const height = useStore((s) => s.height);
  const theme = usePage((s) => s.theme);
  const seen = useRef(new Map<number, number>());

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    const ratio = window.devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = height * ratio;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const scene: Scene = {
      nodes,
      transform,
      width,
      height,
      seen: seen.current,
      colours: readColours(),
      still,
    };
    let frame = 0;
    const draw = () => {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      frame = drawFlights(context, scene) ? requestAnimationFrame(draw) : 0;
    };
    draw();
    // Where nothing flies nothing is drawn, until the cluster tells of something.
    const unsubscribe = useCluster.subscribe(() => {
      if (frame === 0 && useCluster.getState().flights.length > 0) draw();
    });
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [nodes, transform, width, height, theme]);

  return <canvas ref={canvas} className="flight-layer" aria-hidden style={{ width, height }} />;
}

function readColours(): ReadonlyMap<string, string> {
  const style = getComputedStyle(document.documentElement);
  const names = [...Object.values(CHANNEL_COLOURS), '--accent', '--ink-soft', '--ground'];
  return new Map(names.map((name) => [name, style.getPropertyValue(name).trim()]));
}

/** False if there is nothing to draw, now or soon. */
function drawFlights(context: CanvasRenderingContext2D, scene: Scene): boolean {
  const state = useCluster.getState();
  if (scene.still || state.flights.length === 0) return false;
  const places = placesOf(scene);
  const perSecond = Object.values(state.traffic).reduce((sum, n) => sum + n, 0);
  const speed = state.clock.paused ? 0 : state.clock.speed;
  if (perSecond * speed > FLOW_FROM) drawFlow(context, scene, state, places);
  else drawDots(context, scene, state, places);
  context.globalAlpha = 1;
  context.setLineDash([]);
  return true;
}

function placesOf(scene: Scene): ReadonlyMap<string, Point> {
  const [tx, ty, zoom] = scene.transform;
  return new Map(
    scene.nodes.map((node) => {
      const { x, y } = centreOf(node);
      return [node.id, { x: x * zoom + tx, y: y * zoom + ty }];
    }),
  );
}

function drawDots(
  context: CanvasRenderingContext2D,
  scene: Scene,
  state: ClusterState,
  places: ReadonlyMap<string, Point>,
): void {
  const now = virtualNow(state);
  const wall = performance.now();
  const mine = lastChange();
  let labels = 0;
  context.font = "12px 'Inter Variable', sans-serif";
  for (const flight of state.flights) {
    const progress = progressOf(flight, now, wall, scene.seen);
    const from = places.get(flight.from);
    const to = places.get(flight.to);
    if (progress === undefined || !from || !to) continue;
    const own = mine !== undefined && flight.cause === mine.id;
    const lost = flight.arrivesAt === undefined;
    const at = between(from, to, lost ? progress * 0.5 : progress);
    const colour = scene.colours.get(own ? '--accent' : CHANNEL_COLOURS[flight.channel])!;
    context.globalAlpha = lost ? 1 - progress : 1;
    if (own) drawTrail(context, from, at, colour);
    context.beginPath();
    context.fillStyle = colour;
    context.arc(at.x, at.y, own || flight.channel === 'request' ? 4 : 3, 0, 2 * Math.PI);
    context.fill();
    // Near its ends a label would stand behind a card.
    const inSight = progress > 0.2 && progress < 0.75;
    if (own && inSight && flight.label !== '' && labels < MAX_LABELS) {
      labels++;
      context.fillStyle = scene.colours.get('--ink-soft')!;
      context.fillText(flight.label, at.x + 10, at.y - 6);
    }
  }
}

function drawTrail(context: CanvasRenderingContext2D, from: Point, at: Point, colour: string) {
  const trail = context.createLinearGradient(from.x, from.y, at.x, at.y);
  trail.addColorStop(0, `${colour}00`);
  trail.addColorStop(1, colour);
  context.beginPath();
  context.strokeStyle = trail;
  context.lineWidth = 1.5;
  context.moveTo(from.x, from.y);
  context.lineTo(at.x, at.y);
  context.stroke();
}

/** One moving dashed line for each pair and channel that talked in the last second. */
function drawFlow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  state: ClusterState,
  places: ReadonlyMap<string, Point>,
): void {
  const counts = new Map<string, number>();
  const mine = lastChange();
  const fresh = mine !== undefined && performance.now() - mine.wallAt < TRAIL_MS;
  for (const flight of state.flights) {
    const own = fresh && flight.cause === mine.id;
    const key = `${flight.from}>${flight.to}>${own ? '--accent' : CHANNEL_COLOURS[flight.channel]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of counts) {
    const [a, b, colour] = key.split('>') as [string, string, string];
    const from = places.get(a);
    const to = places.get(b);
    if (!from || !to) continue;
    context.beginPath();
    context.strokeStyle = scene.colours.get(colour)!;
    context.lineWidth = Math.min(3, 1 + count / 20);
    context.globalAlpha = 0.7;
    context.setLineDash([4, 10]);
    context.lineDashOffset = -(performance.now() / 25) % 14;
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}

function between(from: Point, to: Point, part: number): Point {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
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
