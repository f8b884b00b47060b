/** `docker service rollback`. */
import type { Command } from '../../command';
import { exactly } from '../../command';
import { line } from '../../invocation';
import { waitOnService } from './progress';
import { inspectService, sendSpec } from './update';

export const serviceRollback: Command = {
  kind: 'command',
  name: 'rollback',
  usage: '[OPTIONS] SERVICE',
  summary: "Revert changes to a service's configuration",
  flags: [
    {
      name: 'detach',
      short: 'd',
      type: 'bool',
      help: 'Exit immediately instead of waiting for the service to converge',
    },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress progress output' },
  ],
  args: exactly(1),
  completes: ['service', 'none'],
  *run({ flags, name }) {
    const service = yield* inspectService(name);
    yield* sendSpec(service, service.Spec, { rollback: 'previous' });
    yield* line(name);
    if (flags.bool('detach')) return;
    yield* waitOnService(service.ID, flags.bool('quiet'));
  },
};
