/** Signals as moby's `signal.ParseSignal` reads them. */
import { signalByName, signalNumber, signalOfNumber, type Signal } from '../../kernel';

export interface ParsedSignal {
  readonly number: number;
  /** Undefined for numbers that the kernel does not have. */
  readonly name: Signal | undefined;
}

/** "9", "KILL", "SIGKILL"; undefined where it is none of these. */
export function parseSignal(text: string): ParsedSignal | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number === 0 ? undefined : { number, name: signalOfNumber(number) };
  }
  const realTime = realTimeNumber(text);
  if (realTime !== undefined) return { number: realTime, name: undefined };
  const name = signalByName(text);
  return name === undefined ? undefined : { number: signalNumber(name), name };
}

const RTMIN = 34;
const RTMAX = 64;

/** "RTMIN", "SIGRTMIN+15", "RTMAX-14". */
function realTimeNumber(text: string): number | undefined {
  const match = /^(?:SIG)?(?:RTMIN(?:\+(\d+))?|RTMAX(?:-(\d+))?)$/i.exec(text);
  if (!match) return undefined;
  const fromMax = /RTMAX/i.test(text);
  const offset = Number(match[1] ?? match[2] ?? 0);
  if (offset > (fromMax ? 14 : 15)) return undefined;
  return fromMax ? RTMAX - offset : RTMIN + offset;
}
