import { describe, expect, it } from 'vitest';
import { nodeMatches, parseConstraints, type ConstraintNode } from './constraint';

const NODE: ConstraintNode = {
  ID: 'abc',
  Spec: { Labels: { disk: 'ssd' }, Role: 'manager', Availability: 'active' },
  Description: {
    Hostname: 'node1',
    Platform: { Architecture: 'x86_64', OS: 'linux' },
    Resources: {},
    Engine: { EngineVersion: '20.10.24', Labels: { zone: 'a' }, Plugins: [] },
  },
  Status: { State: 'ready', Addr: '192.168.0.11' },
  Role: 'worker',
};

function check(expression: string): boolean | string {
  const parsed = parseConstraints([expression]);
  return 'error' in parsed ? parsed.error : nodeMatches(parsed.constraints, NODE);
}

describe('constraints', () => {
  it.each([
    ['node.id==abc', true],
    ['node.id == ABC', true],
    ['node.hostname!=node1', false],
    // The observed role counts, not the one that is wanted.
    ['node.role==worker', true],
    ['Node.Role==Worker', true],
    ['node.labels.disk==ssd', true],
    ['node.labels.Disk==ssd', false],
    ['node.labels.gpu!=yes', true],
    ['engine.labels.zone==a', true],
    ['node.platform.os==linux', true],
    ['node.platform.arch==x86_64', true],
    ['node.ip==192.168.0.11', true],
    ['node.ip==192.168.0.0/24', true],
    ['node.ip!=10.0.0.0/8', true],
    ['node.ip==nonsense', false],
    ['nosuch.thing==1', false],
    ['nosuch.thing!=1', false],
    ['node.id', 'constraint expected one operator from ==, !='],
    ['n==x', "key 'n' is invalid"],
    ['1node.id==x', "key '1node.id' is invalid"],
    ['node.id==', "value '' is invalid"],
    ['node.id==a>b', "value 'a>b' is invalid"],
  ])('%s', (expression, expected) => {
    expect(check(expression)).toBe(expected);
  });
});
