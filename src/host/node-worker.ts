/**
 * What runs in a worker of machines: it carries out windows as they come and answers each message in
 * order, also while a machine waits for a computation.
 */
import type { MachineFactory } from '../sim';
import { LocalFleet, type AsyncComputer } from './fleet';
import type { FromNodes, ToNodes } from './messages';

/** As much of a worker's global scope as is used here. */
export interface WorkerScope {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** Serves machines to the conductor that owns this worker. */
export function serveNodes(
  scope: WorkerScope,
  makeMachine: MachineFactory,
  compute?: AsyncComputer,
): void {
  const fleet = new LocalFleet(makeMachine, compute);
  const reply = (answer: FromNodes) => {
    const given = answer.kind === 'look' && answer.answer.fresh === true;
    if (given) scope.postMessage(answer, [answer.answer.body.buffer]);
    else scope.postMessage(answer);
  };
  const fail = (error: unknown) => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reply({ kind: 'failure', message });
  };
  scope.onmessage = ({ data }) => {
    try {
      const late = serve(fleet, data as ToNodes, reply);
      late?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** The conductor waits for each answer before it asks again, so one at a time is under way. */
function serve(
  fleet: LocalFleet,
  message: ToNodes,
  reply: (answer: FromNodes) => void,
): Promise<void> | undefined {
  switch (message.kind) {
    case 'add':
      fleet.add(message.index, message.config);
      return undefined;
    case 'run': {
      const results = fleet.run(message.work);
      if (results instanceof Promise) {
        return results.then((late) => reply({ kind: 'results', results: late }));
      }
      reply({ kind: 'results', results });
      return undefined;
    }
    case 'remove':
      reply({ kind: 'digest', digest: fleet.remove(message.index) });
      return undefined;
    case 'observe':
      reply({ kind: 'screens', patches: fleet.observe(message.indices, message.whole) });
      return undefined;
    case 'look':
      reply({ kind: 'look', answer: fleet.look(message.index, message.request, message.now) });
      return undefined;
    case 'digests':
      reply({ kind: 'digests', digests: [...fleet.digests()] });
      return undefined;
  }
}
