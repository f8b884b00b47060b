/**
 * The records of the store: the Engine API's shapes plus the fields that swarmkit keeps and the API
 * does not show (`api/objects.proto`). The answers of the API are made from them in control/, which
 * leaves those fields out. Every record in the store is frozen all the way down.
 */
import type * as Api from '../../api';

export interface Annotations {
  readonly Name: string;
  readonly Labels: Api.Labels;
}

/** Where a manager is reached, as a node's `--advertise-addr` gave it ("192.168.0.11:2377"). */
export type ManagerAddress = string;

/** A node's address on a network (the load balancer's endpoint there). */
export interface NodeAttachment {
  readonly NetworkID: string;
  /** CIDR notation, one element once allocated. */
  readonly Addresses: readonly string[];
}

export interface StoredNode extends Api.Node {
  /** Observed role; Spec.Role is the desired one, and the one that the API shows. */
  Role: Api.NodeRole;
  /** Certificate as the CA sees it: a promoted node is 'issued' again once it has renewed. */
  Certificate: {
    Status: 'unknown' | 'pending' | 'issued' | 'renew' | 'rotate';
    Role: Api.NodeRole;
  };
  /** Set while the node is a member of the raft cluster. The API's ManagerStatus is made at the answer. */
  Attachments?: NodeAttachment[];
  /** Port of the networking data path; 0 for the default. */
  VXLANUDPPort?: number;
}

export interface StoredService extends Api.Service {
  /** Version of the service object at which Spec was set; compared with a task's. */
  SpecVersion: Api.Version;
  PreviousSpecVersion?: Api.Version;
}

export interface StoredTask extends Api.Task {
  Spec: Api.TaskSpec;
  /** Of the service's spec that this task was made from. */
  SpecVersion?: Api.Version;
  /** Name and labels of the service when the task was made. */
  ServiceAnnotations: Annotations;
  /** Endpoint of the service when the task was made, with allocated ports. */
  Endpoint?: Api.Endpoint;
  /** Moment at which the leader wrote the status, and the node that was leader. */
  AppliedAt?: string;
  AppliedBy?: string;
}

export interface StoredNetwork extends Api.Network {
  /** Written by the allocator, as the driver options are (`com.docker.network.driver.overlay...`). */
  PendingDelete?: boolean;
}

export type StoredSecret = Api.Secret;
export type StoredConfig = Api.Config;

/** A key of the gossip layer; kept for `swarm update` and the key manager, encrypts nothing. */
export interface EncryptionKey {
  readonly Subsystem: string;
  readonly LamportTime: number;
  /** Base64. */
  readonly Key: string;
}

export interface StoredRootCa {
  /** PEM texts. */
  readonly CACert: string;
  readonly CAKey: string;
  /** sha256 of the certificate: 50 base 36 digits, part of the join tokens. */
  readonly CACertHash: string;
  readonly JoinTokens: { readonly Worker: string; readonly Manager: string };
  /** Base64 of the DER forms, as `TLSInfo` of the API has them. */
  readonly IssuerSubject: string;
  readonly IssuerPublicKey: string;
  /** Present while a rotation is under way. */
  readonly RootRotation?: { readonly CACert: string; readonly CAKey: string };
  readonly LastForcedRotation: number;
}

export interface StoredCluster extends Api.Meta {
  Spec: Api.SwarmSpec;
  RootCA: StoredRootCa;
  /** Unlock key ("SWMKEY-1-..." without the prefix) of the managers while autolock is on. */
  UnlockKey: string;
  NetworkBootstrapKeys: readonly EncryptionKey[];
  EncryptionKeyLamportClock: number;
  /** Node ids whose certificates are refused since the node was removed. */
  BlacklistedCertificates: readonly string[];
  DefaultAddrPool: string[];
  SubnetSize: number;
  DataPathPort: number;
}

/** Which record each table holds. */
export interface Tables {
  cluster: StoredCluster;
  node: StoredNode;
  service: StoredService;
  task: StoredTask;
  network: StoredNetwork;
  secret: StoredSecret;
  config: StoredConfig;
}

/** Names by which a record is found and which no other record of the table may have. */
export function recordName<T extends keyof Tables>(table: T, record: Tables[T]): string {
  switch (table) {
    case 'cluster':
    case 'service':
    case 'network':
    case 'secret':
    case 'config':
      return ((record as { Spec: { Name?: string } }).Spec.Name ?? '').toLowerCase();
    default:
      // Nodes may share a name; a task's name is made of its service and slot.
      return '';
  }
}
