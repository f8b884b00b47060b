/**
 * The way between agents and the leader's parts on channel 'dispatcher'. An agent talks to one manager;
 * where that one does not lead, it passes the messages on (swarmkit's raft proxies of the dispatcher and
 * the log broker) and tells the agent when it cannot.
 */
import type { AgentRoute } from '../leader';

/** Messages of the channel. `origin` is the LAN address of the agent's machine. */
export type AgentWire =
  | {
      readonly way: 'up';
      readonly origin: string;
      readonly nodeId: string;
      /** The manager that passes it on, '' if it comes from the agent itself. */
      readonly via: string;
      readonly label: string;
      readonly body: unknown;
    }
  | {
      readonly way: 'down';
      readonly origin: string;
      readonly label: string;
      readonly body: unknown;
    }
  /** The session through this manager is over. */
  | { readonly way: 'lost'; readonly origin: string; readonly reason: string };

export interface AgentWireSender {
  sendAgentWire(address: string, label: string, wire: AgentWire): void;
}

/** A manager's book of the agents that reach the leader through it or that it serves itself. */
export class AgentRoutes {
  /** Agents that we pass on, by address, with the leader that they were passed to. */
  private readonly passed = new Map<string, string>();
  /** Agents that we serve as the leader, by address. */
  private readonly served = new Map<string, AgentRoute>();

  constructor(
    private readonly ownAddress: string,
    private readonly sender: AgentWireSender,
  ) {}

  serve(wire: AgentWire & { way: 'up' }): AgentRoute {
    const route: AgentRoute = { address: wire.origin, via: wire.via, nodeId: wire.nodeId };
    this.served.set(wire.origin, route);
    this.passed.delete(wire.origin);
    return route;
  }

  passOn(wire: AgentWire & { way: 'up' }, leaderAddress: string): void {
    this.passed.set(wire.origin, leaderAddress);
    this.sender.sendAgentWire(leaderAddress, wire.label, { ...wire, via: this.ownAddress });
  }

  /** An answer on its way down through us. */
  passDown(wire: AgentWire): void {
    this.sender.sendAgentWire(wire.origin, wire.way === 'down' ? wire.label : 'lost', wire);
  }

  sendDown(route: AgentRoute, label: string, body: unknown): void {
    const to = route.via === '' ? route.address : route.via;
    this.sender.sendAgentWire(to, label, { way: 'down', origin: route.address, label, body });
  }

  refuse(origin: string, reason: string): void {
    this.sender.sendAgentWire(origin, 'lost', { way: 'lost', origin, reason });
  }

  /** The leader at that address is gone, or no longer leads: sessions through us end. */
  leaderLost(stillLeading: string | undefined, reason: string): void {
    for (const [origin, leader] of [...this.passed]) {
      if (leader === stillLeading) continue;
      this.passed.delete(origin);
      this.refuse(origin, reason);
    }
  }

  /** We no longer lead: the streams of those we served end. */
  stopServing(reason: string): void {
    for (const route of this.served.values()) {
      const to = route.via === '' ? route.address : route.via;
      this.sender.sendAgentWire(to, 'lost', { way: 'lost', origin: route.address, reason });
    }
    this.served.clear();
  }
}
