/** The Raft part against a bare replication loop, as rows of the table. */
import { benchRaft } from './raft-loop';
import type { Measurement } from './row';

export const measureRaft: Measurement = () =>
  benchRaft().map(({ batch, raft, ratio }) => ({
    what: `Raft, 3 members, 64 B, batch ${batch} (${Math.round(raft).toLocaleString('en')}/s)`,
    value: `${ratio.toFixed(2)} of a bare loop`,
    aim: 'at least 0.4',
  }));
