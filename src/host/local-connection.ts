/**
 * Reaches a cluster on this very thread. Messages are delivered in a turn of their own, as those of a
 * worker are, so nobody is called back from within a call.
 */
import type { MachineFactory } from '../sim';
import { ClusterDriver } from './driver';
import { LocalFleet, type AsyncComputer } from './fleet';
import type { Connect } from './message-host';

export function connectLocal(makeMachine: MachineFactory, compute?: AsyncComputer): Connect {
  return (receive) => {
    const driver = new ClusterDriver(
      () => new LocalFleet(makeMachine, compute, true),
      (batch) => queueMicrotask(() => receive(batch)),
    );
    return Promise.resolve({
      control: driver,
      post: (batch) => driver.receive(batch),
      close: () => undefined,
    });
  };
}
