/**
 * The leader's ends of all agents' connections (its gRPC server in the real system). What comes in goes
 * to dispatcher and log broker; what they answer goes out in order and is sent again where it is lost.
 */
import type { AgentRoute, LeaderComponent, ManagerContext } from '../leader';
import { Stream, type StreamFrame, type StreamPort } from './stream';
import type { ManagerMessage } from './protocol';

const SERVICES = ['dispatcher', 'logbroker'] as const;

interface Connection {
  readonly route: AgentRoute;
  readonly stream: Stream;
}

export class AgentStreams implements LeaderComponent, StreamPort {
  readonly name = 'agent-streams';
  /** By node: an agent has one connection at a time. */
  private readonly connections = new Map<string, Connection>();

  constructor(private readonly context: ManagerContext) {}

  start(): void {}

  stop(): void {
    for (const { stream } of this.connections.values()) stream.close();
    this.connections.clear();
  }

  receiveFromAgent(route: AgentRoute, message: unknown): boolean {
    const frame = message as StreamFrame;
    let connection = this.connections.get(route.nodeId);
    // Something late of a connection that the agent has given up.
    if (connection && frame.session < connection.stream.session) return true;
    if (!connection || frame.session > connection.stream.session) {
      if (frame.seq !== 1) {
        this.reset(route, frame.session);
        return true;
      }
      connection?.stream.close();
      const stream = new Stream(this.context.runtime, this, route.nodeId, frame.session);
      connection = { route, stream };
      this.connections.set(route.nodeId, connection);
    }
    connection.stream.receive(frame);
    return true;
  }

  /** Sends to an agent on its connection; nothing if it has another one by now. */
  send(route: AgentRoute, label: string, message: ManagerMessage): void {
    const connection = this.connections.get(route.nodeId);
    if (connection?.stream.session === message.session) connection.stream.send(label, message);
  }

  // --- StreamPort
  transmit(stream: Stream, label: string, frame: StreamFrame): void {
    const connection = this.connections.get(stream.nodeId);
    if (connection?.stream === stream) this.context.sendToAgent(connection.route, label, frame);
  }

  deliver(stream: Stream, body: unknown): void {
    const connection = this.connections.get(stream.nodeId);
    if (connection?.stream !== stream) return;
    for (const name of SERVICES)
      if (this.context.part(name)?.receiveFromAgent?.(connection.route, body)) return;
  }

  givenUp(stream: Stream): void {
    if (this.connections.get(stream.nodeId)?.stream === stream)
      this.connections.delete(stream.nodeId);
  }

  private reset(route: AgentRoute, session: number): void {
    const frame: StreamFrame = { session, seq: 0, ack: 0, reset: 'node not registered' };
    this.context.sendToAgent(route, 'reset', frame);
  }
}

/** Sends to an agent through the leader's streams. */
export function sendOnStream(
  context: ManagerContext,
  route: AgentRoute,
  label: string,
  message: ManagerMessage,
): void {
  (context.part('agent-streams') as AgentStreams | undefined)?.send(route, label, message);
}
