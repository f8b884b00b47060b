/** Gossip between the nodes of a swarm: who is alive, and the tables of overlay networks. */
export * from './formulas';
export { Memberlist, type Member, type MemberDelegate, type MemberlistOptions } from './memberlist';
export type { GossipMessage, GossipTransport, MemberState, News } from './messages';
export { NetworkDb, type EntryEvent, type GossipListener, type GossipOptions } from './network-db';
