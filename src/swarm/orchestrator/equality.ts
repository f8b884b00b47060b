/**
 * Equality of records by content, where an absent key and an undefined one are the same (Go's
 * `reflect.DeepEqual` on swarmkit's records, `api/equality/equality.go` for tasks).
 */
import type { StoredTask } from '../store';

export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => deepEqual(item, b[index]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left)) if (!deepEqual(left[key], right[key])) return false;
  for (const key of Object.keys(right))
    if (left[key] === undefined && right[key] !== undefined) return false;
  return true;
}

/**
 * True if two versions of a task differ in nothing but status and version, that is, if the agent has
 * nothing to do about it.
 */
export function tasksEqualStable(a: StoredTask, b: StoredTask): boolean {
  return (
    a.DesiredState === b.DesiredState &&
    a.NodeID === b.NodeID &&
    deepEqual(a.Spec, b.Spec) &&
    deepEqual(a.Endpoint, b.Endpoint) &&
    deepEqual(a.NetworksAttachments, b.NetworksAttachments) &&
    deepEqual(a.ServiceAnnotations, b.ServiceAnnotations) &&
    deepEqual(a.JobIteration, b.JobIteration)
  );
}
