/** The display of a build on a terminal, redrawn in place (progressui `display`). */
import { isCanceled, unitBytes, type Trace, type TracedVertex } from './trace';

const TERM_HEIGHT = 6;
const TERM_PAD = 10;
/** Colours of a finished line. */
const RUN = '\u001b[34m';
const CANCELED = '\u001b[33m';
const FAILED = '\u001b[31m';
const FAINT = '\u001b[2m';
const RESET = '\u001b[0m';

interface Job {
  readonly name: string;
  readonly status: string;
  readonly startedUs: number | undefined;
  readonly completedUs: number | undefined;
  readonly color: string;
  readonly traced: TracedVertex | undefined;
  showTerm: boolean;
}

export class TtyDisplay {
  private lineCount = 0;
  private repeated = false;

  print(trace: Trace, nowUs: number, width: number, height: number, all: boolean): string {
    let completed = 0;
    for (const { vertex } of trace.byDigest.values())
      if (vertex.completed !== undefined) completed++;
    const total = trace.byDigest.size;
    const jobs = withTerminals(jobsOf(trace), height, all);
    let text = '\u001b[1A'.repeat(this.lineCount + 1);
    if (!this.repeated) text += '\u001b[1B';
    this.repeated = true;
    text += '\u001b[0G\u001b[?25l';
    const finished = completed > 0 && completed === total && all ? 'FINISHED' : '';
    const seconds = ((nowUs - (trace.startUs ?? nowUs)) / 1e6).toFixed(1);
    const head = `[+] Building ${seconds}s (${completed}/${total}) ${finished}`;
    text += `${align(head, '', width)}\n`;
    let lines = 0;
    for (const job of jobs) {
      const drawn = drawJob(job, nowUs, width);
      if (drawn === undefined) continue;
      text += drawn;
      lines++;
      if (!job.showTerm || !job.traced) continue;
      for (const line of job.traced.term) {
        text += `${FAINT} => => # ${line.slice(0, Math.max(0, width - TERM_PAD))}\n${RESET}`;
        lines++;
      }
      job.traced.termCount++;
    }
    const less = this.lineCount - lines;
    if (less > 0)
      text += `${`${' '.repeat(width)}\n`.repeat(less)}${'\u001b[1A'.repeat(less)}\u001b[0G`;
    this.lineCount = lines;
    return `${text}\u001b[?25h`;
  }
}

function align(left: string, right: string, width: number): string {
  return `${left.padEnd(Math.max(0, width - right.length - 1))} ${right}`;
}

function drawJob(job: Job, nowUs: number, width: number): string | undefined {
  if (job.startedUs === undefined) return undefined;
  let seconds = ((job.completedUs ?? nowUs) - job.startedUs) / 1e6;
  if (seconds < 0.05) seconds = 0;
  const prefix = ' => ';
  const timer = ` ${seconds.toFixed(1).padStart(3)}s\n`;
  let left = width - prefix.length - timer.length - 1;
  const showStatus = job.status !== '' && left + job.status.length > 20;
  if (showStatus) left -= job.status.length + 1;
  if (left < 12) return undefined;
  let line = prefix + job.name.slice(0, left);
  if (showStatus) line += ` ${job.status}`;
  const drawn = align(line, timer, width);
  return job.completedUs === undefined ? drawn : `${job.color}${drawn}${RESET}`;
}

function jobsOf(trace: Trace): Job[] {
  return trace.started.flatMap((traced) => {
    const { vertex } = traced;
    let name = vertex.name.replaceAll('\t', ' ');
    let color = RUN;
    if (vertex.error !== '') {
      const canceled = isCanceled(vertex);
      color = canceled ? CANCELED : FAILED;
      name = `${canceled ? 'CANCELED' : 'ERROR'} ${name}`;
    }
    if (vertex.cached) name = `CACHED ${name}`;
    const own: Job = {
      ...{ name, status: '', color, traced, showTerm: false },
      startedUs: vertex.started,
      completedUs: vertex.completed,
    };
    const bars = traced.statuses.map((status): Job => {
      const { current, total } = status;
      const bytes = current === 0 ? '' : unitBytes(current);
      return {
        ...{ name: `=> ${status.id}`, color: RUN, traced: undefined, showTerm: false },
        status: total === 0 ? bytes : `${unitBytes(current)} / ${unitBytes(total)}`,
        startedUs: status.started,
        completedUs: status.completed,
      };
    });
    return [own, ...bars];
  });
}

/** Steps under way that print get a few lines, where there is room. */
function withTerminals(jobs: Job[], height: number, all: boolean): Job[] {
  const busy = jobs.filter((job) => job.completedUs === undefined);
  const candidates = busy.filter((job) => (job.traced?.termBytes ?? 0) > 0);
  const weight = ({ traced }: Job) => traced!.termBytes + traced!.termCount * 50;
  candidates.sort((a, b) => weight(b) - weight(a));
  let free = height - 2 - busy.length;
  let hidden = 0;
  for (const job of candidates) {
    if (free <= TERM_HEIGHT + 3) break;
    job.showTerm = true;
    hidden += job.traced!.term.length;
    free -= TERM_HEIGHT + 3;
  }
  return all ? jobs : fitted(jobs, height - 2 - hidden);
}

/** The last lines; what is under way and would not be seen comes first. */
function fitted(jobs: Job[], limit: number): Job[] {
  if (limit < 0) return [];
  if (jobs.length <= limit) return jobs;
  const cut = jobs.length - limit;
  const unseen = jobs.slice(0, cut).filter((job) => job.completedUs === undefined);
  return [...unseen, ...jobs.slice(cut + Math.min(unseen.length, limit))];
}
