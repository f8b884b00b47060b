/**
 * A listening socket: connections that have arrived wait in its backlog. Models `inet_csk_accept` and
 * the accept queue. UDP sockets are listeners too here: each peer's datagrams come as a connection of
 * their own, and boundaries between datagrams are not kept.
 */
import type { AcceptedFile, OpenFile, Readiness } from '../open-file';
import { SysError, type FileStat, type SocketAddress } from '../syscalls';
import type { SocketOwner } from '../network-calls';
import { WaitQueue } from '../wait-queue';
import type { NetNamespace } from './namespace';
import { socketStat } from './socket-file';
import type { StreamSocket } from './stream-socket';

/** Connections that may wait (net.core.somaxconn). */
export const BACKLOG_MAX = 4096;

export class ListenSocket implements OpenFile {
  readonly waitQueue = new WaitQueue();
  readonly backlog: StreamSocket[] = [];
  closed = false;

  constructor(
    readonly namespace: NetNamespace,
    readonly inode: number,
    readonly protocol: 'tcp' | 'udp',
    readonly address: string,
    readonly port: number,
    readonly owner: SocketOwner | undefined,
    /** Set for docker-proxy: where it hands connections on to. */
    readonly proxyTo: SocketAddress | undefined,
  ) {}

  /** A connection has arrived; false when the backlog is full. */
  offer(socket: StreamSocket): boolean {
    if (this.closed || this.backlog.length >= BACKLOG_MAX) return false;
    this.backlog.push(socket);
    this.waitQueue.wakeAll();
    return true;
  }

  accept(): AcceptedFile | undefined {
    const file = this.backlog.shift();
    return file && { file, peer: file.peer, local: file.local };
  }

  read(): Uint8Array | undefined {
    throw new SysError('ENOTCONN');
  }

  write(): number {
    throw new SysError('ENOTCONN');
  }

  readiness(): Readiness {
    return { read: this.backlog.length > 0, write: false };
  }

  stat(): FileStat {
    return socketStat(this.inode);
  }

  describe(): string {
    return `socket:[${this.inode}]`;
  }

  /** Nobody will accept what waits: it is reset. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.namespace.listeners.delete(this);
    for (const socket of this.backlog.splice(0)) socket.abort();
    this.waitQueue.wakeAll();
  }
}
