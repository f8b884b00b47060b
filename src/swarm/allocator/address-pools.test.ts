import { describe, expect, it } from 'vitest';
import { AddressPools } from './address-pools';
import { PublishedPorts } from './published-ports';

const subnet = (pools: AddressPools, wanted = '') => {
  const answer = pools.requestPool(wanted, '');
  return 'error' in answer ? answer.error : answer.subnet;
};
const address = (pools: AddressPools, from: string, wanted = '') => {
  const answer = pools.requestAddress(from, wanted);
  return 'error' in answer ? answer.error : answer.address;
};

describe('address pools', () => {
  it('hand out subnets from a moving start', () => {
    const pools = new AddressPools();
    expect([subnet(pools), subnet(pools)]).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
    pools.releasePool('10.0.0.0/24');
    expect(subnet(pools)).toBe('10.0.2.0/24');
  });

  it('go round the asked ones and refuse overlaps', () => {
    const pools = new AddressPools();
    expect(subnet(pools, '10.0.0.128/25')).toBe('10.0.0.128/25');
    expect(subnet(pools)).toBe('10.0.1.0/24');
    expect(subnet(pools, '10.0.1.0/26')).toBe('Pool overlaps with other one on this address space');
  });

  it('end', () => {
    const pools = new AddressPools({ pools: ['192.168.0.0/28'], subnetBits: 29 });
    expect([subnet(pools), subnet(pools)]).toEqual(['192.168.0.0/29', '192.168.0.8/29']);
    expect(subnet(pools)).toContain('could not find an available, non-overlapping IPv4');
  });

  it('hand out addresses one after the other and wrap', () => {
    const pools = new AddressPools({ pools: ['192.168.0.0/16'], subnetBits: 29 });
    const net = subnet(pools);
    const taken = Array.from({ length: 6 }, () => address(pools, net));
    expect(taken[0]).toBe('192.168.0.1/29');
    expect(taken[5]).toBe('192.168.0.6/29');
    expect(address(pools, net)).toBe('no available IPv4 addresses on this address space');
    pools.releaseAddress(net, '192.168.0.2/29');
    pools.releaseAddress(net, '192.168.0.4/29');
    expect(address(pools, net, '192.168.0.4')).toBe('192.168.0.4/29');
    expect(address(pools, net)).toBe('192.168.0.2/29');
  });
});

describe('published ports', () => {
  it('are unique for each protocol', () => {
    const ports = new PublishedPorts();
    const http = { TargetPort: 80, PublishedPort: 80, Protocol: 'tcp' as const };
    expect(ports.allocate([http], [])).toEqual({ ports: [http] });
    expect(ports.allocate([http], [])).toEqual({ error: 'port is not available' });
    const dns = { ...http, Protocol: 'udp' as const };
    expect(ports.allocate([dns], [])).toEqual({ ports: [dns] });
  });

  it('skip a dynamic one that was asked for', () => {
    const ports = new PublishedPorts();
    ports.allocate([{ TargetPort: 1, PublishedPort: 30_000 }], []);
    const given = ports.allocate([{ TargetPort: 2 }, { TargetPort: 3 }], []);
    expect(given).toEqual({
      ports: [
        { TargetPort: 2, PublishedPort: 30_001 },
        { TargetPort: 3, PublishedPort: 30_002 },
      ],
    });
  });
});
