/**
 * Reads that the page makes of a machine beside its screen. Most are GETs of the Engine API; the paths
 * under `/xray/` answer what the kernel knows and the engine does not tell. A simulated machine answers
 * them from its state, a real backend from /proc, /sys/fs/cgroup and the node's root.
 */

/** A whole answer. Status 0: nobody is there to answer, or it cannot be answered at once. */
export interface LookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body was made for this answer and nobody keeps it: it may be given away, not copied. */
  readonly fresh?: boolean;
}

export type NamespaceName = 'mnt' | 'pid' | 'net' | 'uts' | 'ipc' | 'user' | 'cgroup';
/** Inode numbers as in /proc/PID/ns. */
export type NamespaceIds = Readonly<Record<NamespaceName, number>>;

export interface XrayProcess {
  /** Number on the machine, and that of its parent there. */
  readonly pid: number;
  readonly ppid: number;
  /** Number in its own pid namespace. */
  readonly innerPid: number;
  readonly uid: number;
  /** R, S, D, T, Z. */
  readonly state: string;
  readonly command: string;
  readonly memoryBytes: number;
  readonly cpuUs: number;
  readonly namespaces: NamespaceIds;
}

export interface XrayMount {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: string;
  readonly readOnly: boolean;
}

export interface XrayInterface {
  readonly name: string;
  readonly kind: string;
  readonly mac: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
  /** The other end of a veth pair, where it is in the machine's own namespace. */
  readonly hostEnd: string;
  /** Bridge that the other end is a port of. */
  readonly bridge: string;
  readonly bridgeAddress: string;
}

/** `GET /xray/containers/ID`. */
export interface ContainerXray {
  readonly host: NamespaceIds;
  /** Empty of a container that does not run. */
  readonly processes: readonly XrayProcess[];
  readonly cgroup:
    | {
        readonly path: string;
        readonly memoryBytes: number;
        /** 0: no limit, here and below. */
        readonly memoryLimit: number;
        readonly cpuUs: number;
        /** Processor microseconds in each period. */
        readonly cpuQuotaUs: number;
        readonly cpuPeriodUs: number;
        readonly pids: number;
        readonly pidsLimit: number;
        readonly frozen: boolean;
        readonly oomKills: number;
      }
    | undefined;
  readonly hostMemoryBytes: number;
  readonly hostCpus: number;
  readonly mounts: readonly XrayMount[];
  readonly interfaces: readonly XrayInterface[];
  /** Virtual time of the reading. */
  readonly at: number;
}

/**
 * An entry of `GET /xray/files?path=FOLDER`. Of a file, its bytes are the answer, and the header
 * `X-File-Mode` tells its permissions in octal.
 */
export interface FolderEntry {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}
