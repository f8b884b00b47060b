/** The node as the handlers of its own routes see it. */
import type { ControlFrontend } from '../control';
import type { LifeParts, NodeLife } from './node-life';

export interface LocalNode extends ControlFrontend {
  readonly parts: LifeParts;
  /** Undefined while the node is in no swarm. */
  life: NodeLife | undefined;
  /** Ends the membership and forgets all of it. */
  leave(): void;
}
