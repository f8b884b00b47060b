/** Names and labels of a stack's objects (docker/cli: cli/compose/convert/compose.go). */
import { isDict, type Dict } from './document';

const NAMESPACE = 'com.docker.stack.namespace';

export class Namespace {
  constructor(readonly name: string) {}

  scope(name: string): string {
    return `${this.name}_${name}`;
  }

  /** What the object is called in the swarm. */
  nameOf(name: string, entry: Dict | undefined): string {
    const external = entry?.['external'];
    const given = entry?.['name'];
    if (typeof given === 'string' && given !== '') return given;
    if (isDict(external) && typeof external['name'] === 'string') return external['name'];
    return external ? name : this.scope(name);
  }

  labels(own: Readonly<Record<string, string>>): Record<string, string> {
    return { ...own, [NAMESPACE]: this.name };
  }
}
