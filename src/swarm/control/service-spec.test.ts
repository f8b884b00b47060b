/** What the store makes of a service spec, and what it refuses (from recordings of real engines). */
import { describe, expect, test } from 'vitest';
import type { ServiceSpec } from '../../api';
import { insertDefaults } from './defaults';
import { serviceSpecError } from './service-rules';
import { normaliseServiceSpec } from './service-spec';

function check(sent: unknown): unknown {
  const normal = normaliseServiceSpec(sent as ServiceSpec, () => 'some_name');
  if ('message' in normal) return normal.message;
  return serviceSpecError(normal.spec)?.desc ?? normal.spec;
}
const image = (Image: string): unknown => ({ ContainerSpec: { Image } });

describe('a service spec', () => {
  test('is completed', () => {
    expect(check({ Name: 'web', TaskTemplate: image('alpine:3.18') })).toEqual({
      Name: 'web',
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: 'alpine:3.18', Isolation: 'default' },
        ForceUpdate: 0,
        Runtime: 'container',
      },
      Mode: { Replicated: { Replicas: 1 } },
    });
  });

  test.each([
    [{}, 'mismatched Runtime and *Spec fields'],
    [
      { Name: 'x', TaskTemplate: { ContainerSpec: {} } },
      'ContainerSpec: image reference must be provided',
    ],
    [
      { Name: 'x', TaskTemplate: image('BAD') },
      'ContainerSpec: "BAD" is not a valid repository/tag',
    ],
    [{ Name: 'b d', TaskTemplate: image('a') }, 'name must be valid as a DNS name component'],
    [
      { Name: 'x', TaskTemplate: image('a'), Mode: { Replicated: {}, Global: {} } },
      'must specify only one service mode',
    ],
    [
      { Name: 'x', TaskTemplate: image('a'), EndpointSpec: { Mode: 'nosuch' } },
      'invalid resolution mode: "nosuch"',
    ],
    [
      {
        Name: 'x',
        TaskTemplate: image('a'),
        EndpointSpec: { Mode: 'dnsrr', Ports: [{ TargetPort: 80, PublishedPort: 90 }] },
      },
      "EndpointSpec: port published with ingress mode can't be used with dnsrr mode",
    ],
  ])('%j is refused', (sent, message) => {
    expect(check(sent)).toBe(message);
  });

  test('is shown with defaults on demand', () => {
    const spec = check({ Name: 'web', TaskTemplate: image('alpine:3.18') }) as ServiceSpec;
    const shown = insertDefaults(spec);
    expect(shown.TaskTemplate.ContainerSpec).toEqual({
      Image: 'alpine:3.18',
      StopGracePeriod: 10_000_000_000,
      DNSConfig: {},
      Isolation: 'default',
    });
    expect(shown.UpdateConfig).toEqual({
      Parallelism: 1,
      FailureAction: 'pause',
      Monitor: 5_000_000_000,
      MaxFailureRatio: 0,
      Order: 'stop-first',
    });
  });
});
