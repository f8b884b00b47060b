/** `docker swarm unlock`: the key comes from stdin, without echo on a terminal. */
import type { SwarmStatus } from '../../../api';
import { sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { out, readLine } from '../../invocation';

export const swarmUnlock: Command = {
  kind: 'command',
  name: 'unlock',
  usage: '',
  summary: 'Unlock swarm',
  flags: [],
  args: noArgs,
  *run() {
    const info = yield* get<{ Swarm: SwarmStatus }>('/info');
    const state = info.Swarm.LocalNodeState;
    if (state === 'inactive') throw new CliError('Error: This node is not part of a swarm');
    if (state !== 'locked') throw new CliError('Error: swarm is not locked');
    let key: string;
    if (yield* sys.isatty(0)) {
      const before = yield* sys.tcgetattr(0);
      yield* sys.tcsetattr(0, { ...before, echo: false });
      yield* out('Please enter unlock key: ');
      try {
        key = yield* readLine(0);
      } finally {
        yield* sys.tcsetattr(0, before);
      }
      yield* out('\n');
    } else {
      key = yield* readLine(0);
    }
    yield* post('/swarm/unlock', { body: { UnlockKey: key.trim() } });
  },
};
