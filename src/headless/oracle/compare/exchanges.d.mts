export interface Count {
  passed: number;
  failed: number;
}
export function compareRecordings(
  real: object,
  simulated: object,
  log?: (line: string) => void,
): Count;
