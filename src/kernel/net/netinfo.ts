/**
 * What `ip`, `ss`, `iptables` and `ipvsadm` show of a namespace.
 */
import type { NetInfo } from '../syscalls';
import { dockerMac } from './addresses';
import type { NetNamespace } from './namespace';
import { printNatRules } from './nat';

/** What is known beyond the namespace itself. */
export interface NeighbourSource {
  readonly host: NetNamespace;
  knownNeighbours(): readonly string[];
}

export function describeNamespace(source: NeighbourSource, ns: NetNamespace): NetInfo {
  return {
    interfaces: interfacesOf(ns),
    routes: ns.routes.map((route) => ({ ...route })),
    sockets: socketsOf(ns),
    neighbours: neighboursOf(source, ns),
    natRules: printNatRules(ns.natRules),
    ipvs: [...ns.ipvs.values()].map((service) => ({
      mark: service.mark,
      scheduler: 'rr' as const,
      destinations: service.destinations.map((one) => ({ ...one })),
    })),
  };
}

function interfacesOf(ns: NetNamespace): NetInfo['interfaces'] {
  const list = [...ns.interfaces.values()].sort((a, b) => a.index - b.index);
  return list.map((device) => {
    const master = device.master === undefined ? undefined : ns.interfaces.get(device.master);
    return {
      index: device.index,
      name: device.name,
      kind: device.kind,
      mac: device.mac,
      mtu: device.mtu,
      up: device.up,
      ...(master ? { master: master.name } : {}),
      ...(device.peer
        ? { peerIndex: device.peer.index, peerNamespace: device.peer.namespace }
        : {}),
      addresses: [...device.addresses],
    };
  });
}

function socketsOf(ns: NetNamespace): NetInfo['sockets'] {
  const listening = [...ns.listeners].map((socket) => ({
    protocol: socket.protocol,
    state: 'LISTEN' as const,
    local: { address: socket.address, port: socket.port },
    ...socket.owner,
  }));
  const connected = [...ns.sockets].map((socket) => ({
    protocol: socket.protocol,
    state: 'ESTAB' as const,
    local: socket.local,
    peer: socket.peer,
    ...socket.owner,
  }));
  return [...listening, ...connected];
}

function neighboursOf(source: NeighbourSource, ns: NetNamespace): NetInfo['neighbours'] {
  const list: { address: string; mac: string; device: string }[] = [];
  if (ns === source.host)
    for (const address of source.knownNeighbours())
      list.push({ address, mac: dockerMac(address), device: 'eth0' });
  for (const [address, device] of ns.neighbours)
    list.push({ address, mac: dockerMac(address), device });
  for (const [address, { mac }] of ns.overlayNeighbours)
    list.push({ address, mac, device: 'vxlan0' });
  return list;
}
