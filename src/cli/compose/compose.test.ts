import { describe, expect, it } from 'vitest';
import { loadCompose, Namespace, parseCompose, serviceSpec, type ServiceContext } from './index';

function load(text: string, env: Record<string, string> = {}) {
  return loadCompose([{ folder: '/root', config: parseCompose(text) }], env);
}

function complaint(text: string): string {
  try {
    load(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const head = 'version: "3.7"\nservices:\n  web:\n    image: nginx\n';

describe('a compose file', () => {
  it.each([
    ['services: {}\n', 'unsupported Compose file version: 1.0'],
    [`${head}    replicas: 3\n`, 'services.web Additional property replicas is not allowed'],
    [`${head}    deploy: {replicas: many}\n`, 'services.web.deploy.replicas must be a integer'],
    [
      `${head}    deploy: {placement: {max_replicas_per_node: 1}}\n`,
      /max_replicas_per_node is not/,
    ],
    [`${head}    image: a\n`, /line 5: key "image" already set in map/],
    ['', 'Top-level object must be a mapping'],
    [`${head}    mem_limit: 1g\n`, /mem_limit: Set resource limits using deploy.resources/],
    [`${head}    hostname: "\${"\n`, /^invalid interpolation format for services.web.hostname/],
  ])('is refused: %j', (text, expected) => {
    expect(complaint(text)).toMatch(expected);
  });

  it('takes variables, casts them, and keeps dollars that are doubled', () => {
    const more = `    deploy: {replicas: "\${N:-2}"}\n    environment: [A=$$x, "B=\${B-b}", C]\n`;
    const compose = load(head + more, { N: '4', C: 'c' });
    expect(compose.services['web']).toMatchObject({
      deploy: { replicas: 4 },
      environment: ['A=$x', 'B=b', 'C'],
    });
  });

  it('becomes service specs', () => {
    const compose = load(`${head}    command: sh -c "echo 'a b'"
    environment: {B: 1, C: null}
    ports: ["8080:80", {target: 53, published: 53, protocol: udp, mode: host}]
    volumes: [data:/data, ./x:/x:ro]
    networks: [front]
    deploy: {mode: global, labels: [a=b], update_config: {delay: 1s}}
networks: {front: {}}
volumes: {data: {}}
`);
    const context: ServiceContext = {
      compose,
      namespace: new Namespace('demo'),
      env: { C: 'c' },
      envFiles: new Map(),
      secretIds: new Map(),
      configIds: new Map(),
    };
    expect(serviceSpec('web', compose.services['web']!, context)).toMatchObject({
      Name: 'demo_web',
      Labels: { a: 'b', 'com.docker.stack.image': 'nginx', 'com.docker.stack.namespace': 'demo' },
      Mode: { Global: {} },
      UpdateConfig: { Parallelism: 1, Delay: 1_000_000_000 },
      EndpointSpec: {
        Ports: [
          { Protocol: 'udp', TargetPort: 53, PublishedPort: 53, PublishMode: 'host' },
          { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
        ],
      },
      TaskTemplate: {
        Networks: [{ Target: 'demo_front', Aliases: ['web'] }],
        ContainerSpec: {
          Args: ['sh', '-c', "echo 'a b'"],
          Env: ['B=1', 'C=c'],
          Mounts: [
            { Type: 'volume', Source: 'demo_data', Target: '/data' },
            { Type: 'bind', Source: '/root/x', Target: '/x', ReadOnly: true },
          ],
        },
      },
    });
  });
});
