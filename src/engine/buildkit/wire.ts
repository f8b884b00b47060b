/** A part of a build's status as the trace of `/build` carries it. */
import { writeBuildStatus, type BuildStatus } from '../../api';
import { toBase64 } from '../../base';

export type { ApiCall, ApiReceiver, BuildStatus, BuildVertex, VertexStatus } from '../../api';

export function toBase64Trace(part: Partial<BuildStatus>): string {
  const { vertexes = [], statuses = [], logs = [] } = part;
  return toBase64(writeBuildStatus({ vertexes, statuses, logs }));
}
