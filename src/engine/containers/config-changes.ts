/** `--change` of commit and import (moby builder/dockerfile `BuildFromConfig`): a few instructions. */
import type { ApiError } from '../../api';
import { BuildArgs } from '../build/build-args';
import { applyConfigStep, Expander, normalizeWorkdir } from '../build/config-steps';
import { parseDockerfile } from '../build/dockerfile';
import { BuildFailure } from '../build/failure';
import { parseInstruction } from '../build/instructions';
import { StageState, copyConfig } from '../build/state';
import type { ContainerConfig } from '../content/image';

const SILENT = { stdout: () => undefined };

/** The settings with the changes applied. */
export function changedConfig(
  config: ContainerConfig,
  changes: readonly string[],
): ContainerConfig | ApiError {
  const state = new StageState('', new BuildArgs(new Map()));
  state.config = copyConfig(config);
  if (changes.length === 0) return state.config;
  try {
    const parsed = parseDockerfile(changes.join('\n'));
    for (const line of parsed.lines) {
      const instruction = parseInstruction(line);
      const expander = new Expander(state.environment, parsed.escape);
      switch (instruction.kind) {
        case 'cmd':
        case 'entrypoint':
        case 'env':
        case 'expose':
        case 'label':
        case 'onbuild':
        case 'user':
        case 'volume':
        case 'healthcheck':
        case 'stopsignal':
          applyConfigStep(state, instruction, expander, SILENT);
          break;
        case 'workdir': {
          const { text } = instruction;
          state.config.WorkingDir = normalizeWorkdir(state.config.WorkingDir, expander.word(text));
          break;
        }
        default:
          throw new BuildFailure(`${line.command} is not a valid change command`);
      }
    }
    return state.config;
  } catch (error) {
    if (error instanceof BuildFailure) return { status: 400, message: error.message };
    throw error;
  }
}
