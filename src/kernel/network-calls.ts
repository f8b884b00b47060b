/**
 * What the process side of the kernel needs of the network stack (net/). Each call is made in the
 * network namespace of the calling process. What takes time answers a `PendingCall`.
 */
import type { OpenFile } from './open-file';
import type { NetInfo } from './syscalls';
import type { WaitQueue } from './wait-queue';

/** A network namespace; the stack knows more of it than its inode number. */
export interface NetworkNamespace {
  /** Inode number as in /proc/PID/ns/net. */
  readonly id: number;
}

/** Something under way that a process waits for. */
export interface PendingCall<R> {
  /** Woken when `result` has something to say. */
  readonly waitQueue: WaitQueue;
  /** Undefined while it is under way; throws `SysError` when it failed. */
  result(): R | undefined;
  /** The process was killed or interrupted: nobody will ask for the result. */
  cancel(): void;
}

/** Who makes a socket, for `ss -p` and the X-ray. Numbers of the machine's first pid namespace. */
export interface SocketOwner {
  readonly pid: number;
  readonly program: string;
}

export interface ConnectRequest {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Undefined: as long as TCP tries. */
  readonly timeoutUs: number | undefined;
}

export interface ResolveRequest {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
  /** Text of the caller's /etc/hosts and /etc/resolv.conf; '' where there is none. */
  readonly hostsFile: string;
  readonly resolvConf: string;
}

export interface PingRequest {
  readonly address: string;
  readonly bytes: number;
  readonly ttl: number;
  readonly timeoutUs: number;
}

export interface NetworkCalls {
  /** An empty namespace: a loopback device that is down, no routes. */
  newNamespace(id: number): NetworkNamespace;
  /** The result is a connected socket. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH. */
  connect(
    namespace: NetworkNamespace,
    request: ConnectRequest,
    owner: SocketOwner,
  ): PendingCall<OpenFile>;
  /** A listening socket (with `accept`). Throws EADDRINUSE, EADDRNOTAVAIL. */
  listen(
    namespace: NetworkNamespace,
    address: string,
    port: number,
    protocol: 'tcp' | 'udp',
    owner: SocketOwner,
  ): OpenFile;
  /** Throws ENOTFOUND. */
  resolve(
    namespace: NetworkNamespace,
    request: ResolveRequest,
  ): PendingCall<{ readonly addresses: readonly string[]; readonly server: string }>;
  ping(
    namespace: NetworkNamespace,
    request: PingRequest,
  ): PendingCall<{ readonly roundTripUs: number; readonly ttl: number; readonly from: string }>;
  netinfo(namespace: NetworkNamespace): NetInfo;
}
