export interface Count {
  passed: number;
  failed: number;
}
export function compare(real: object, simulated: object, log?: (line: string) => void): Count;
