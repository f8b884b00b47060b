/**
 * Published ports of services: 30000 to 32767 for those that name none, one space for each protocol
 * (swarmkit `manager/allocator/cnmallocator/portallocator.go`). A port without a number keeps the one
 * it was given as long as name, protocol and target stay. Host-mode ports are the node's business and
 * are only copied.
 */
import type { PortConfig, PortProtocol } from '../../api';
import { SerialIds } from './serial-ids';

const DYNAMIC_FIRST = 30_000;
const DYNAMIC_LAST = 32_767;

interface PortSpace {
  /** All ports in use. */
  readonly master: SerialIds;
  /** Those in the dynamic range; searched serially. */
  readonly dynamic: SerialIds;
}

export class PublishedPorts {
  private readonly spaces: Readonly<Record<PortProtocol, PortSpace>> = {
    tcp: newSpace(),
    udp: newSpace(),
    sctp: newSpace(),
  };

  /**
   * Ports for a spec, given the ones that the service has now (which are freed). On failure nothing is
   * held any more.
   */
  allocate(
    spec: readonly PortConfig[],
    current: readonly PortConfig[],
  ): { readonly ports: PortConfig[] } | { readonly error: string } {
    const wanted = reconcile(spec, current);
    this.release(current);
    const ports: PortConfig[] = [];
    for (const config of wanted) {
      const port = { ...config };
      if (isIngress(port) && !this.take(port)) {
        this.release(ports);
        return { error: 'port is not available' };
      }
      ports.push(port);
    }
    return { ports };
  }

  release(ports: readonly PortConfig[]): void {
    for (const port of ports) {
      if (!isIngress(port) || !port.PublishedPort) continue;
      const space = this.spaces[port.Protocol ?? 'tcp'];
      space.dynamic.release(port.PublishedPort);
      space.master.release(port.PublishedPort);
    }
  }

  private take(port: PortConfig): boolean {
    const space = this.spaces[port.Protocol ?? 'tcp'];
    if (port.PublishedPort) {
      if (!space.master.takeThis(port.PublishedPort)) return false;
      space.dynamic.takeThis(port.PublishedPort);
      return true;
    }
    const number = space.dynamic.take();
    if (number === undefined) return false;
    space.master.takeThis(number);
    port.PublishedPort = number;
    return true;
  }
}

function newSpace(): PortSpace {
  return {
    master: new SerialIds(1, 65_535),
    dynamic: new SerialIds(DYNAMIC_FIRST, DYNAMIC_LAST),
  };
}

export function isIngress(port: PortConfig): boolean {
  return (port.PublishMode ?? 'ingress') === 'ingress';
}

/** True if the ports that the service has are those that its spec asks for. */
export function portsAllocated(
  spec: readonly PortConfig[],
  current: readonly PortConfig[],
  onInit: boolean,
): boolean {
  if (spec.length !== current.length) return false;
  const states = new PortStates(current.filter(isIngress));
  const hostTargets = new Set(current.filter((port) => !isIngress(port)).map((p) => p.TargetPort));
  for (const port of spec)
    if (isIngress(port) && port.PublishedPort && !states.take(port)) return false;
  for (const port of spec) {
    if (!isIngress(port)) {
      if (!hostTargets.has(port.TargetPort)) return false;
    } else if (!port.PublishedPort && (!states.take(port) || onInit)) return false;
  }
  return true;
}

/** True if a host-mode port with a number is in the spec but not among the current ones. */
export function hostPortsNeedUpdate(
  spec: readonly PortConfig[],
  current: readonly PortConfig[],
): boolean {
  const states = new PortStates(current.filter((port) => !isIngress(port)));
  return spec.some((port) => !isIngress(port) && !!port.PublishedPort && !states.take(port));
}

/** Ports of the spec, where one without a number takes over what its equal has now. */
function reconcile(spec: readonly PortConfig[], current: readonly PortConfig[]): PortConfig[] {
  if (spec.length !== current.length) return [...spec];
  const states = new PortStates(current.filter(isIngress));
  const settled: PortConfig[] = [];
  for (const port of spec) {
    if (!isIngress(port)) settled.push(port);
    else if (port.PublishedPort) {
      states.take(port);
      settled.push(port);
    }
  }
  for (const port of spec)
    if (isIngress(port) && !port.PublishedPort) settled.push(states.take(port) ?? port);
  return settled;
}

/** Current ports by name, protocol and target. */
class PortStates {
  private readonly byKey = new Map<string, PortConfig[]>();

  constructor(ports: readonly PortConfig[]) {
    for (const port of ports) {
      const key = portKey(port);
      const list = this.byKey.get(key);
      if (list) list.push(port);
      else this.byKey.set(key, [port]);
    }
  }

  /** Takes out the one with that number, or any numbered one for a port without. */
  take(port: PortConfig): PortConfig | undefined {
    const list = this.byKey.get(portKey(port)) ?? [];
    const at = port.PublishedPort
      ? list.findIndex((state) => state.PublishedPort === port.PublishedPort)
      : list.findIndex((state) => !!state.PublishedPort);
    return at < 0 ? undefined : list.splice(at, 1)[0];
  }
}

function portKey(port: PortConfig): string {
  return `${port.Name ?? ''}/${port.Protocol ?? 'tcp'}/${port.TargetPort ?? 0}`;
}
