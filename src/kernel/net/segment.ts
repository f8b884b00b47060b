/**
 * What travels: the first packet of a connection, which finds the way, and the segments that follow
 * it. Also the payloads that cross the LAN between two machines' stacks.
 */
import type { TransportProtocol } from './nat';

/** A packet on its way through namespaces. Changed by rules as it goes. */
export interface Packet {
  readonly kind: 'connect' | 'echo';
  readonly protocol: TransportProtocol;
  /** Id of the connection, the same on every machine. */
  readonly flow: string;
  src: string;
  srcPort: number;
  dst: string;
  dstPort: number;
  ttl: number;
  /** What the hops so far took on this machine. */
  costUs: number;
  /** A DNAT rule of Docker let it through: the firewall between bridges does not apply. */
  accepted: boolean;
  /** What IPVS chose last, to see later whether that destination is still there. */
  balanced?: { readonly namespace: number; readonly mark: number; readonly address: string };
}

/** After the first packet. `toServer` says the direction, from the connecting side to the other. */
export type Segment =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'reset'; readonly refused: boolean }
  | {
      readonly kind: 'data';
      readonly seq: number;
      readonly data: Uint8Array;
      /** No more data follows: takes one number of the sequence. */
      readonly fin: boolean;
    }
  | { readonly kind: 'ack'; readonly ack: number; readonly window: number };

/** Payloads between machines. `leg` numbers the crossings of the LAN, so a flow may come back. */
export type NetPayload =
  | {
      readonly net: 'connect';
      readonly leg: number;
      readonly vni: number | undefined;
      readonly packet: Packet;
    }
  | {
      readonly net: 'segment';
      readonly flow: string;
      readonly leg: number;
      readonly toServer: boolean;
      readonly segment: Segment;
    }
  | {
      readonly net: 'echo';
      readonly vni: number | undefined;
      readonly packet: Packet;
      readonly bytes: number;
    }
  | {
      readonly net: 'echo-reply';
      readonly flow: string;
      readonly ttl: number;
      readonly costUs: number;
      readonly unreachable: boolean;
    };

/** Ethernet, IP and TCP headers. */
export const HEADER_BYTES = 66;
/** What VXLAN puts around a frame. */
export const VXLAN_BYTES = 50;
