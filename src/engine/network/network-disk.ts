/**
 * What of the network part survives a loss of power (/var/lib/docker/network): networks of this
 * machine, and what its containers are to be connected to.
 */
import type { NetworkWish } from './bridges';
import type { ContainerState } from './records';

export interface SavedNetwork {
  readonly id: string;
  readonly wish: NetworkWish;
  /** '' for a network without addresses. */
  readonly subnet: string;
  readonly gateway: string;
}

export class NetworkDisk {
  readonly networks = new Map<string, SavedNetwork>();
  readonly containers = new Map<string, ContainerState>();

  /** The machine has come up again: whatever stood in the kernel is gone. */
  forgetRuntime(): void {
    for (const state of this.containers.values()) {
      state.sandbox = undefined;
      state.mappings.length = 0;
      state.serviceState = 'hidden';
      for (const attachment of state.attachments.values()) attachment.endpoint = undefined;
    }
  }
}
