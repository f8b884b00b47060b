/** What the screen calls a raft message, and its size on the wire. */
import type { RaftMessage } from '../../raft';

export function messageLabel(message: RaftMessage): string {
  const last = message.entries.at(-1);
  switch (message.type) {
    case 'append':
      return last ? `append ${last.index}` : 'append';
    case 'append-response':
      return message.reject ? `refuse ${message.index}` : `ack ${message.index}`;
    case 'heartbeat-response':
      return 'heartbeat ok';
    case 'vote-response':
      return message.reject ? 'vote no' : 'vote yes';
    case 'pre-vote-response':
      return message.reject ? 'pre-vote no' : 'pre-vote yes';
    case 'timeout-now':
      return 'stand now';
    default:
      return message.type;
  }
}

export function messageBytes(message: RaftMessage): number {
  let bytes = 60;
  for (const entry of message.entries) bytes += 24 + entry.bytes;
  return bytes;
}
