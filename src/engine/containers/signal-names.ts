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
  const name = signalByName(text);
  return name === undefined ? undefined : { number: signalNumber(name), name };
}
