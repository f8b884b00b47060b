/** Which span of time the strip shows, and which of the learner's commands have room for a label. */
import type { CommandRecord } from '../state/command-store';

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** How far the strip reaches, in microseconds: at first a little, later at most three minutes. */
const MIN_SPAN_US = 40_000_000;
const SPAN_US = 180_000_000;
/** The now marker rests here once the run is longer than that, and the rest is room for labels. */
const NOW_AT = 0.88;
/** Labels stand at least this share of the strip apart. */
const LABEL_APART = 0.09;
/** From here on they stand to the left of their marks. */
const LEFT_FROM = 0.76;

export function rangeOf(now: number): TimeRange {
  const span = Math.min(SPAN_US, Math.max(MIN_SPAN_US, now / NOW_AT));
  const from = Math.max(0, now - span * NOW_AT);
  return { from, to: from + span };
}

export interface CommandLabel {
  readonly command: CommandRecord;
  /** Whether the label stands before its mark, so that it does not run into the end. */
  readonly left: boolean;
  /** '' where the one before leaves no room: only the mark is drawn. */
  readonly text: string;
}

export function labelsOf(commands: readonly CommandRecord[], range: TimeRange): CommandLabel[] {
  const shown = commands.filter((command) => command.at >= range.from);
  const taken: (readonly [number, number])[] = [];
  const labels: CommandLabel[] = [];
  // From the newest back: the newest is the one that has to be read. Looks have no label.
  for (const command of shown.toReversed()) {
    const at = (command.at - range.from) / (range.to - range.from);
    const left = at > LEFT_FROM;
    const span = left ? ([at - LABEL_APART, at] as const) : ([at, at + LABEL_APART] as const);
    const room = command.changes && taken.every(([from, to]) => span[1] <= from || span[0] >= to);
    labels.unshift({ command, left, text: room ? shortLabel(command.text) : '' });
    if (room) taken.push(span);
  }
  return labels;
}

/** "docker service create --detach ... nginx" is "service create". */
export function shortLabel(text: string): string {
  const line = text.replace(/^clear *(;|&&) */, '').split(/[;|&]/)[0]!;
  const words = line.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  if (words[0] === 'docker') return words.slice(1, 3).join(' ');
  return words.slice(0, 2).join(' ');
}
