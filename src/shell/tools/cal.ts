/** cal of BusyBox: a month, or a year in rows of three. Models BusyBox `cal.c`. */
import { sys, type Sys } from '../../kernel';
import { MONTHS, timeFields } from '../time-format';
import { type Context, type Tool } from './tool';

const WEEK = 'Su Mo Tu We Th Fr Sa';
const ROWS = 6;

function centered(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${' '.repeat(Math.max(0, left))}${text}`.padEnd(width);
}

/** The six rows of a month, 20 columns wide. */
function rowsOf(year: number, month: number): string[] {
  const first = timeFields(Date.UTC(year, month, 1) * 1000).weekday;
  const days = timeFields(Date.UTC(year, month + 1, 0) * 1000).day;
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: 7 }, (_, column) => {
      const day = row * 7 + column - first + 1;
      return (day < 1 || day > days ? '' : String(day)).padStart(2);
    }).join(' '),
  );
}

function monthText(year: number, month: number): string {
  const lines = [`${centered(`${MONTHS[month]!} ${year}`, 20)}`.trimEnd(), WEEK];
  // A row without days is not shortened.
  for (const row of rowsOf(year, month)) lines.push(row.trim() === '' ? `${row} ` : row.trimEnd());
  return `${lines.join('\n')}\n`;
}

function yearText(year: number): string {
  let text = `${centered(String(year), 64)}\n\n`;
  for (let quarter = 0; quarter < 12; quarter += 3) {
    const months = [0, 1, 2].map((i) => quarter + i);
    text += `${months.map((m) => centered(MONTHS[m]!, 20)).join('  ')}\n`;
    text += `${months.map(() => WEEK).join('  ')}\n`;
    const rows = months.map((m) => rowsOf(year, m));
    for (let i = 0; i < ROWS; i++)
      text += `${rows
        .map((r) => r[i]!)
        .join('  ')
        .trimEnd()}\n`;
  }
  return text;
}

function* runCal(tool: Context): Sys<number> {
  const { flags, operands } = yield* tool.options({ short: 'jymwh' });
  if (flags.has('j')) return yield* tool.notSimulated('-j');
  const now = timeFields((yield* sys.clock()).unixUs);
  const numbers = operands.map(Number);
  const bad = operands.find((_, i) => !Number.isInteger(numbers[i]!) || numbers[i]! < 1);
  if (bad !== undefined) return yield* tool.fail(`invalid number '${bad}'`);
  if (operands.length > 2) yield* tool.usage();
  if (operands.length === 2) {
    if (numbers[0]! > 12) return yield* tool.fail(`number ${operands[0]!} is not in 1..12 range`);
    yield* tool.print(monthText(numbers[1]!, numbers[0]! - 1));
  } else if (operands.length === 1 || flags.has('y'))
    yield* tool.print(yearText(numbers[0] ?? now.year));
  else yield* tool.print(monthText(now.year, now.month));
  return 0;
}

export const cal: Tool = {
  name: 'cal',
  run: runCal,
  only: 'busybox',
  usage:
    'cal [-jmy] [[MONTH] YEAR]\n\nDisplay a calendar\n\n\t-j\tUse julian dates\n\t-m\tWeek starts on Monday\n\t-y\tDisplay the entire year',
};
