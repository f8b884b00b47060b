/** The control group: what the container uses of memory, processor and process numbers, and its limits. */
import { bytesSize, type ContainerXray } from '../../api';
import type { Sample } from './use-container';

interface Props {
  readonly xray: ContainerXray;
  readonly samples: readonly Sample[];
}

export function Meters({ xray, samples }: Props) {
  const { cgroup, hostMemoryBytes, hostCpus } = xray;
  if (!cgroup) return null;
  const { memoryBytes, memoryLimit, cpuQuotaUs, cpuPeriodUs, pids, pidsLimit } = cgroup;
  const cpus = samples.at(-1)?.cpus ?? 0;
  const cpuLimit = cpuQuotaUs / cpuPeriodUs;
  return (
    <section className="fact-meters">
      <h2>
        Control group <small title={cgroup.path}>{shorten(cgroup.path)}</small>
      </h2>
      <Meter
        name="memory"
        value={memoryBytes}
        limit={memoryLimit || hostMemoryBytes}
        text={bytesSize(memoryBytes)}
        limitText={
          memoryLimit > 0
            ? `of ${bytesSize(memoryLimit)}: beyond it a process is killed`
            : `no limit: all ${bytesSize(hostMemoryBytes)} of the machine`
        }
        limited={memoryLimit > 0}
        line={samples.map((sample) => sample.memoryBytes)}
      />
      <Meter
        name="cpu"
        value={cpus}
        limit={cpuLimit || hostCpus}
        text={`${(cpus * 100).toFixed(1)} %`}
        limitText={
          cpuLimit > 0
            ? `of ${cpuLimit} processors: beyond it it waits for the next ${cpuPeriodUs / 1000} ms`
            : `no limit: all ${hostCpus} processors`
        }
        limited={cpuLimit > 0}
        line={samples.map((sample) => sample.cpus)}
      />
      <Meter
        name="pids"
        value={pids}
        limit={pidsLimit || 0}
        text={String(pids)}
        limitText={pidsLimit > 0 ? `of ${pidsLimit}: beyond it fork fails` : 'no limit'}
        limited={pidsLimit > 0}
      />
      {cgroup.frozen && <p className="fact-frozen">Frozen: its processes get no processor.</p>}
      {cgroup.oomKills > 0 && (
        <p className="fact-frozen">Processes killed for memory: {cgroup.oomKills}.</p>
      )}
    </section>
  );
}

function shorten(path: string): string {
  return path.replace(/([0-9a-f]{12})[0-9a-f]{52}/, '$1…');
}

interface MeterProps {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly text: string;
  readonly limitText: string;
  readonly limited: boolean;
  readonly line?: readonly number[];
}

function Meter({ name, value, limit, text, limitText, limited, line }: MeterProps) {
  const part = limit > 0 ? Math.min(1, value / limit) : 0;
  return (
    <div className="meter" data-limited={limited} data-full={limited && part > 0.9}>
      <span className="meter-name">{name}</span>
      <b>{text}</b>
      {line && line.length > 2 ? <Spark values={line} /> : <span />}
      <div
        className="meter-bar"
        role="meter"
        aria-label={name}
        aria-valuenow={Math.round(part * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={`${text} ${limitText}`}
      >
        <i style={{ width: `${Math.max(part * 100, value > 0 ? 0.8 : 0)}%` }} />
      </div>
      <small>{limitText}</small>
    </div>
  );
}

const WIDTH = 96;
const HEIGHT = 18;

function Spark({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(...values, 1e-9);
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`;
  });
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} aria-hidden>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
