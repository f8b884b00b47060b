/** What the page sees of a machine: a read of its present state that changes nothing. */
import type { MachineConfig, NodeScreen } from '../api';
import type { System } from './system';

const NOTHING = Object.freeze([]);

export function observeMachine(config: MachineConfig, system: System | undefined): NodeScreen {
  const { name, address } = config;
  const daemon = system?.daemon;
  if (!daemon) {
    return {
      name,
      address,
      power: 'off',
      info: undefined,
      containers: NOTHING,
      images: NOTHING,
      networks: NOTHING,
      cluster: undefined,
      raft: undefined,
      gossip: undefined,
    };
  }
  const { info, containers, images, networks } = daemon.engine.observe();
  return {
    name,
    address,
    power: 'on',
    info,
    containers,
    images,
    networks,
    ...daemon.swarm.observe(),
    gossip: daemon.gossip.screen(),
  };
}
