/** The tools of the simulated machines, by family. */
import { cat } from './cat';
import { head, tail } from './head-tail';
import type { Tool } from './tool';
import { WORD_TOOLS } from './words';

export const TOOLS: readonly Tool[] = [cat, head, tail, ...WORD_TOOLS];
export { busyboxProgram, toolProgram, type Tool } from './tool';
