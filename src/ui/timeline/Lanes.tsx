/** The marks of the three lanes, drawn on one canvas: there can be hundreds. */
import { useEffect, useRef } from 'react';
import { useCluster } from '../state/cluster-store';
import { lastChange, useCommands } from '../state/command-store';
import { usePage } from '../state/page-store';
import type { TimeRange } from './marks';

const LANE_Y = [9, 23, 37] as const;
const HEIGHT = 44;

const TASK_COLOURS: Readonly<Record<string, string>> = {
  running: '--teal',
  failed: '--vermilion',
  rejected: '--vermilion',
  shutdown: '--grey',
  complete: '--grey',
  remove: '--grey',
};

export function Lanes({ range }: { readonly range: TimeRange }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const xray = useCluster((s) => s.xray);
  const hops = useCluster((s) => s.hops);
  const story = useCluster((s) => s.story);
  const last = useCommands((s) => lastChange(s.commands)?.id);
  const theme = usePage((s) => s.theme);

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    const width = element.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = HEIGHT * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(document.documentElement);
    const paint = (name: string) => (context.fillStyle = style.getPropertyValue(name).trim());
    const x = (at: number) => ((at - range.from) / (range.to - range.from)) * width;
    const seen = (at: number) => at >= range.from;

    paint('--line');
    for (const y of LANE_Y) context.fillRect(0, y - 0.5, width, 1);
    for (const event of story) {
      if (!seen(event.at)) continue;
      const election = event.kind !== 'commits';
      paint(event.kind === 'wins' ? '--gold' : election ? '--amber' : '--indigo');
      context.fillRect(
        x(event.at) - 1,
        LANE_Y[0] - (election ? 5 : 3),
        election ? 3 : 2,
        election ? 10 : 6,
      );
    }
    for (const { at, cause, record } of xray) {
      if (record.kind !== 'task' || !seen(at)) continue;
      paint(cause === last ? '--accent' : (TASK_COLOURS[record.state] ?? '--amber'));
      const tall = record.state in TASK_COLOURS;
      context.fillRect(x(at) - 1, LANE_Y[1] - (tall ? 4 : 2), 2, tall ? 8 : 4);
    }
    paint('--teal');
    for (const { at, record } of hops) {
      if (record.kind !== 'hop' || record.step !== 'connect' || !seen(at)) continue;
      context.beginPath();
      context.arc(x(at), LANE_Y[2], 2, 0, 2 * Math.PI);
      context.fill();
    }
  }, [range, xray, hops, story, last, theme]);

  return <canvas ref={canvas} className="timeline-lanes" aria-hidden />;
}
