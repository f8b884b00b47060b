/** Changes the spec of nodes one after the other (docker/cli: cli/command/node/update.go). */
import type { Node, NodeSpec } from '../../../api';
import type { Sys } from '../../../kernel';
import { post } from '../../client';
import { inspectNode } from './reference';

/**
 * `change` answers false when there is nothing to do; `done` is told of each node that changed.
 */
export function* changeNodes(
  names: readonly string[],
  change: (spec: NodeSpec, node: Node) => Sys<boolean>,
  done: (name: string) => Sys<void>,
): Sys<void> {
  for (const name of names) {
    const node = yield* inspectNode(name);
    node.Spec.Labels ??= {};
    if (!(yield* change(node.Spec, node))) continue;
    const query = { version: node.Version.Index };
    yield* post(`/nodes/${node.ID}/update`, { query, body: node.Spec });
    yield* done(name);
  }
}
